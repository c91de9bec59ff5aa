// SPDX-License-Identifier: MIT
#include <eddy/http/parser.hpp>

#include <string>
#include <utility>

#include <http/message/message_engine.hpp>

namespace eddy::http {
namespace detail {

class request_engine final : public message_engine {
 public:
  explicit request_engine(const parse_limits& limits)
      : message_engine(message_kind::request, limits), grammar_(make_grammar(head)) {}

  request_head head;

 private:
  detail::grammar& grammar() noexcept override { return *grammar_; }

  std::optional<plain_head> read_plain(std::string_view input, std::size_t max_fields) override {
    return detail::read_plain(input, max_fields, head);
  }

  std::optional<detail::framing> frame_head(std::optional<std::uint64_t> content_length) override {
    check_target(head);
    check_host(head);
    return frame(head, content_length);
  }

  std::unique_ptr<detail::grammar> grammar_;
};

class response_engine final : public message_engine {
 public:
  response_engine(std::string_view request_method, const parse_limits& limits)
      : message_engine(message_kind::response, limits),
        method(request_method),
        grammar_(make_grammar(head)) {}

  std::string method;  // of the request
  response_head head;

 private:
  detail::grammar& grammar() noexcept override { return *grammar_; }

  std::optional<plain_head> read_plain(std::string_view input, std::size_t max_fields) override {
    return detail::read_plain(input, max_fields, head);
  }

  std::optional<detail::framing> frame_head(std::optional<std::uint64_t> content_length) override {
    if (head.status < 100) {
      throw protocol_error(protocol_fault::bad_start_line,
                           "status line: the status must be at least 100");
    }
    const auto framing = frame(head, method, content_length);
    const bool interim = head.status < 200 && head.status != 101;
    return interim ? std::nullopt : std::optional(framing);
  }

  std::unique_ptr<detail::grammar> grammar_;
};

}  // namespace detail

message_parser::message_parser(std::unique_ptr<detail::message_engine> engine) noexcept
    : engine_(std::move(engine)) {}
message_parser::message_parser(message_parser&&) noexcept = default;
message_parser& message_parser::operator=(message_parser&&) noexcept = default;
message_parser::~message_parser() = default;

bool message_parser::parse_head(std::string_view& input) { return engine_->parse_head(input); }

std::string_view message_parser::parse_body(std::string_view& input) {
  return engine_->parse_body(input);
}

void message_parser::finish() { engine_->finish(); }

bool message_parser::started() const noexcept { return engine_->started(); }

bool message_parser::done() const noexcept { return engine_->done(); }

bool message_parser::keep_alive() const noexcept { return engine_->framing().keep_alive; }

std::optional<std::uint64_t> message_parser::body_size() const noexcept {
  switch (engine_->framing().kind) {
    case detail::body_kind::none:
      return 0;
    case detail::body_kind::sized:
      return engine_->framing().size;
    default:
      return std::nullopt;
  }
}

request_parser::request_parser(parse_limits limits)
    : message_parser(std::make_unique<detail::request_engine>(limits)) {}

request_head& request_parser::head() noexcept {
  return static_cast<detail::request_engine&>(*engine_).head;
}

void request_parser::limit_body(std::uint64_t most) { engine_->limit_body(most); }

void request_parser::reset() { engine_->reset(); }

response_parser::response_parser(std::string_view method, parse_limits limits)
    : message_parser(std::make_unique<detail::response_engine>(method, limits)) {}

response_head& response_parser::head() noexcept {
  return static_cast<detail::response_engine&>(*engine_).head;
}

std::size_t response_parser::interim() const noexcept { return engine_->interim(); }

void response_parser::reset(std::string_view method) {
  static_cast<detail::response_engine&>(*engine_).method = method;
  engine_->reset();
}

}  // namespace eddy::http
