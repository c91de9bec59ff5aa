// SPDX-License-Identifier: MIT
#include <http/server/request_body.hpp>

#include <cstddef>
#include <utility>

#include <eddy/core/error.hpp>
#include <eddy/core/loop.hpp>

namespace eddy::http::detail {
namespace {

// A longer rest costs more than a new connection.
constexpr std::size_t most_discarded = std::size_t{256} * 1024;

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

// A client that waits for a word before it sends the body. HTTP/1.0 knows no such word.
bool expects_continue(const request_head& head) noexcept {
  return head.version == http_version::v1_1 && head.headers.has_token("Expect", "100-continue");
}

class body_timeout final : public timeout_error {
 public:
  using timeout_error::timeout_error;
  [[nodiscard]] const char* what() const noexcept override {
    return "nothing more of the body came in time";
  }
};

}  // namespace

class request_body::source final : public body_source {
 public:
  explicit source(request_body& of) noexcept : body_(of) {}
  task<std::optional<std::string_view>> next() override { return body_.next(); }
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override {
    return body_.parser_.body_size();
  }
  void limit(std::uint64_t most) override { body_.max_size_ = most; }

 private:
  request_body& body_;
};

request_body::request_body(request_parser& parser, client_input& input, client_output& output,
                           const server_options& options) noexcept
    : parser_(parser),
      input_(input),
      output_(output),
      options_(options),
      limit_(options.header_timeout, options.min_rate) {}

void request_body::begin(const request_head& head) {
  limit_.restore();
  max_size_ = options_.max_body;
  begun_ = false;
  failure_ = nullptr;
  expected_ = !parser_.done() && input_.empty() && expects_continue(head);
}

std::unique_ptr<body_source> request_body::make_source() {
  if (parser_.done()) return nullptr;
  return std::make_unique<source>(*this);
}

task<std::optional<std::string_view>> request_body::next() {
  if (failure_) std::rethrow_exception(failure_);
  try {
    if (!std::exchange(begun_, true)) parser_.limit_body(max_size_);
    for (;;) {
      const std::string_view piece = input_.parse_body(parser_);
      if (!piece.empty()) co_return piece;
      if (parser_.done()) co_return std::nullopt;
      if (std::exchange(expected_, false)) {
        co_await say_continue();  // meanwhile some of it may have come
      } else {
        co_await wait_for_more();
      }
    }
  } catch (const protocol_error&) {
    failure_ = std::current_exception();
    throw;
  } catch (const body_timeout&) {
    failure_ = std::current_exception();
    throw;
  }
}

task<> request_body::say_continue() {
  output_.pending() += go_on;
  (void)co_await output_.flush();  // if the client takes nothing, nothing will come either
}

task<> request_body::wait_for_more() {
  const time_point start = loop::current()->now();
  const bool came = co_await input_.wait_for_arrival(limit_.left());
  if (!came) throw body_timeout(options_.header_timeout);
  limit_.waited(loop::current()->now() - start, input_.rest().size());
}

bool request_body::answered(bool may_be_read) {
  if (may_be_read && std::exchange(expected_, false)) output_.pending() += go_on;
  // Nobody can tell whether a client that was not told to go on sends the body all the same.
  if (failure_ || std::exchange(expected_, false)) return false;
  return parser_.done() || parser_.body_size().value_or(0) <= most_discarded;
}

task<bool> request_body::discard() {
  if (failure_) co_return false;
  try {
    for (std::size_t total = 0; total <= most_discarded;) {
      const std::string_view piece = input_.parse_body(parser_);
      total += piece.size();
      if (!piece.empty()) continue;
      if (parser_.done()) co_return true;
      const time_point start = loop::current()->now();
      if (co_await input_.receive(limit_.left()) != receipt::bytes) co_return false;
      limit_.waited(loop::current()->now() - start, input_.rest().size());
    }
  } catch (const protocol_error&) {
    // The answer is out already.
  }
  co_return false;
}

}  // namespace eddy::http::detail
