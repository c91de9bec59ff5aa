// SPDX-License-Identifier: MIT
#include <http/message/grammar.hpp>

#include <concepts>
#include <limits>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>

#include <http/message/parsed_field.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast_error = beast::http::error;

std::string_view to_std(beast::string_view text) noexcept { return {text.data(), text.size()}; }

http_version to_version(int version) noexcept {
  return version == 11 ? http_version::v1_1 : http_version::v1_0;
}

// Fills a head from what Beast reads. It decides nothing: limits, and where the body ends, are
// settled by the caller before Beast sees a byte.
template <class Head>
class head_builder final : public beast::http::basic_parser<std::same_as<Head, request_head>> {
 public:
  explicit head_builder(Head& head) : head_(&head) {
    constexpr auto no_header_limit = std::numeric_limits<std::uint32_t>::max();
    // Not boost::none: Beast 1.81 takes every length for larger than that.
    constexpr auto no_body_limit = std::numeric_limits<std::uint64_t>::max();
    this->header_limit(no_header_limit);
    this->body_limit(no_body_limit);
  }

  [[nodiscard]] std::uint64_t chunk_size() const noexcept { return chunk_size_; }

 private:
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code&) override {
    if constexpr (std::same_as<Head, request_head>) {
      head_->method = to_std(method);
      head_->target = to_std(target);
      head_->version = to_version(version);
    }
  }

  void on_response_impl(int status, beast::string_view reason, int version, error_code&) override {
    if constexpr (std::same_as<Head, response_head>) {
      head_->status = status;
      head_->reason = to_std(reason);
      head_->version = to_version(version);
    }
  }

  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     error_code&) override {
    if (head_done_) return;  // trailers are not kept
    parsed_field::add_to(head_->headers, to_std(name), trim(to_std(value)));
  }

  void on_header_impl(error_code&) override { head_done_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view body, error_code&) override { return body.size(); }

  void on_chunk_header_impl(std::uint64_t size, beast::string_view, error_code&) override {
    chunk_size_ = size;
  }

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code&) override {
    return body.size();
  }

  void on_finish_impl(error_code&) override {}

  Head* head_;
  std::uint64_t chunk_size_ = 0;
  bool head_done_ = false;
};

// An error of its own in newer Boosts (1.81 has it, 1.74 has not).
template <class Errors>
bool is_multiple_content_length(const error_code& error) {
  if constexpr (requires { Errors::multiple_content_length; }) {
    return error == Errors::multiple_content_length;
  } else {
    return false;
  }
}

std::pair<protocol_fault, std::string_view> explain(const error_code& error,
                                                    protocol_fault if_too_short) {
  using enum protocol_fault;
  if (error == beast_error::bad_method) return {bad_start_line, "the method is not a token"};
  if (error == beast_error::bad_target) {
    return {bad_target, "one space, then a target without spaces, must follow the method"};
  }
  if (error == beast_error::bad_version) {
    return {bad_version, "the version must be HTTP/1.0 or HTTP/1.1, set off by one space"};
  }
  if (error == beast_error::bad_status) return {bad_start_line, "the status is not three digits"};
  if (error == beast_error::bad_reason) return {bad_start_line, "the reason has control bytes"};
  if (error == beast_error::bad_field) {
    return {bad_field, "the name must be a token, with a colon right after it"};
  }
  if (error == beast_error::bad_value) return {bad_field, "the value is malformed"};
  if (error == beast_error::bad_content_length || is_multiple_content_length<beast_error>(error)) {
    return {bad_framing, "not a number, or not the same as before, or beside a Transfer-Encoding"};
  }
  if (error == beast_error::bad_transfer_encoding) {
    return {bad_framing, "given more than once, or beside a Content-Length"};
  }
  if (error == beast_error::bad_chunk) return {bad_chunk, "the size is not a hexadecimal number"};
  if (error == beast_error::bad_chunk_extension) {
    return {bad_chunk, "what follows the size is not a chunk extension"};
  }
  if (error == beast_error::body_limit) return {bad_chunk, "the body is larger than 2^64 bytes"};
  return {if_too_short, "the line ends too early"};
}

template <class Head>
class beast_grammar final : public grammar {
 public:
  explicit beast_grammar(Head& head) : head_(head), parser_(head) { head.headers.clear(); }

  std::optional<syntax_fault> start_line(std::string_view line) override {
    return put(line, protocol_fault::bad_start_line);
  }

  std::optional<syntax_fault> fields(std::string_view section) override {
    return put(section, protocol_fault::bad_field);
  }

  std::optional<syntax_fault> chunk_header(std::string_view lines) override {
    return put(lines, protocol_fault::bad_chunk);
  }

  void chunk_data(std::string_view piece) override { put(piece, protocol_fault::bad_chunk); }

  std::uint64_t chunk_size() const override { return parser_.chunk_size(); }

  std::optional<std::uint64_t> content_length() const override {
    const auto length = parser_.content_length();
    return length ? std::optional(*length) : std::nullopt;
  }

  void reset() override {
    head_.headers.clear();
    if (used_) parser_ = head_builder<Head>(head_);
    used_ = false;
  }

 private:
  std::optional<syntax_fault> put(std::string_view bytes, protocol_fault if_too_short) {
    used_ = true;
    error_code error;
    const auto taken = parser_.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    // A start line is answered with "need more", as the fields are still to come.
    if (error == beast_error::need_more && taken == bytes.size()) return std::nullopt;
    if (!error && taken == bytes.size()) return std::nullopt;
    const auto [fault, problem] = explain(error, if_too_short);
    return syntax_fault{.fault = fault, .problem = problem, .offset = taken};
  }

  Head& head_;
  head_builder<Head> parser_;
  bool used_ = false;
};

}  // namespace

std::unique_ptr<grammar> make_grammar(request_head& head) {
  return std::make_unique<beast_grammar<request_head>>(head);
}

std::unique_ptr<grammar> make_grammar(response_head& head) {
  return std::make_unique<beast_grammar<response_head>>(head);
}

}  // namespace eddy::http::detail
