// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <eddy/codec/url.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/http/parser.hpp>
#include <eddy/http/websocket.hpp>
#include <http/client/credentials.hpp>
#include <http/client/dialer.hpp>
#include <http/client/outgoing_request.hpp>
#include <http/input_buffer.hpp>
#include <http/message/text.hpp>
#include <http/websocket/extensions.hpp>
#include <http/websocket/handshake.hpp>
#include <http/websocket/session.hpp>
#include <http/wire.hpp>

namespace eddy::http::websocket {
namespace {

url parse_url(std::string_view text) {
  auto parsed = url::parse(text);
  if (!parsed) {
    throw client_error(
        client_fault::bad_url,
        fmt::format("websocket {}: {}", http::detail::shown_url(text), parsed.error().message()));
  }
  if (parsed->scheme() != "ws" && parsed->scheme() != "wss") {
    throw client_error(
        client_fault::unsupported_scheme,
        fmt::format("websocket {}: {} is not supported, only ws and wss",
                    http::detail::without_credentials(*parsed).href(), parsed->scheme()));
  }
  return std::move(*parsed);
}

class handshake_timeout final : public timeout_error {
 public:
  handshake_timeout(std::string_view label, duration limit)
      : timeout_error(limit),
        what_(fmt::format("{}: no WebSocket connection within {:g} s", label,
                          std::chrono::duration<double>(limit).count())) {}
  [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string what_;
};

/// One attempt to open a connection.
class opening {
 public:
  opening(const url& target, connect_options options)
      : target_(http::detail::without_credentials(target)),
        credentials_(http::detail::basic_credentials(target)),
        label_(fmt::format("websocket {}", target_.href())),
        options_(std::move(options)) {}

  task<connection> run();

  [[nodiscard]] const std::string& label() const noexcept { return label_; }

 private:
  [[nodiscard]] std::string request() const;
  [[nodiscard]] task<response_head> receive_head();
  [[nodiscard]] detail::session_setup check(const response_head& head) const;
  [[noreturn]] void refuse(const std::string& why) const {
    throw client_error(client_fault::protocol, fmt::format("{}: {}", label_, why));
  }

  const url target_;
  const std::string credentials_;
  const std::string label_;
  const connect_options options_;
  const std::string key_ = detail::new_key();
  std::unique_ptr<http::detail::wire> wire_;
  http::detail::input_buffer input_;
};

std::string opening::request() const {
  request_head head{.target = target_.path_and_query()};
  head.headers.add("Host",
                   options_.headers.get("Host").value_or(http::detail::authority_of(target_)));
  for (const auto& [name, value] : options_.headers) {
    if (!http::detail::equal_ignoring_case(name, "Host")) head.headers.add(name, value);
  }
  if (!credentials_.empty() && !head.headers.contains("Authorization")) {
    head.headers.add("Authorization", credentials_);
  }
  head.headers.set("Upgrade", "websocket");
  head.headers.set("Connection", "Upgrade");
  head.headers.set("Sec-WebSocket-Version", "13");
  head.headers.set("Sec-WebSocket-Key", key_);
  if (!options_.subprotocols.empty()) {
    head.headers.set("Sec-WebSocket-Protocol",
                     fmt::format("{}", fmt::join(options_.subprotocols, ", ")));
  }
  if (options_.connection.compress) {
    head.headers.set("Sec-WebSocket-Extensions", detail::deflate_offer);
  }
  std::string text;
  append_to(text, head);
  return text;
}

task<response_head> opening::receive_head() {
  response_parser parser("GET");
  for (;;) {
    std::string_view left = input_.text();
    const bool complete = parser.parse_head(left);
    input_.keep(left);
    if (complete) co_return std::move(parser.head());
    const std::size_t count = co_await wire_->read_some(input_.room());
    if (count == 0) parser.finish();
    input_.received(count);
  }
}

// What the server has agreed to.
detail::session_setup opening::check(const response_head& head) const {
  if (head.status != 101) {
    const std::string_view usual = reason_phrase(head.status);
    throw handshake_refused(
        head.status, fmt::format("{}: the server answered {} {}, not 101", label_, head.status,
                                 usual.empty() ? head.reason : usual));
  }
  const headers& fields = head.headers;
  if (!fields.has_token("Upgrade", "websocket") || !fields.has_token("Connection", "upgrade")) {
    refuse("the server switches to something that is not WebSocket");
  }
  const auto answers = fields.get_all("Sec-WebSocket-Accept");
  if (answers.size() != 1 || answers.front() != detail::answer_to_key(key_)) {
    refuse("Sec-WebSocket-Accept is not the answer to our key");
  }
  detail::session_setup setup{
      .us = detail::role::client, .label = label_, .options = options_.connection};
  const auto protocols = fields.get_all("Sec-WebSocket-Protocol");
  if (!protocols.empty()) {
    setup.subprotocol = protocols.front();
    const auto& offered = options_.subprotocols;
    if (protocols.size() > 1 || std::ranges::find(offered, setup.subprotocol) == offered.end()) {
      refuse(fmt::format("the server speaks {}, which was not offered", protocols.back()));
    }
  }
  try {
    setup.deflate = detail::read_deflate_answer(fields);
  } catch (const std::invalid_argument& error) {
    refuse(error.what());
  }
  if (setup.deflate && !options_.connection.compress) refuse("no compression was offered");
  return setup;
}

task<connection> opening::run() {
  http::detail::dialer dialer(options_.resolve, options_.proxy, options_.tls);
  wire_ = co_await dialer.dial(target_, label_);
  response_head head;
  try {
    co_await wire_->write_all(request());
    head = co_await receive_head();
  } catch (const protocol_error& error) {
    const bool cut_off = error.fault() == protocol_fault::truncated;
    throw client_error(cut_off ? client_fault::connection_closed : client_fault::protocol,
                       fmt::format("{}: {}", label_, error.what()));
  } catch (const std::runtime_error& error) {
    throw client_error(client_fault::connection_closed,
                       fmt::format("{}: {}", label_, error.what()));
  }
  auto session = std::make_shared<detail::session>(std::move(wire_), input_.text(), check(head));
  co_return detail::session::open_and_run(std::move(session));
}

}  // namespace

task<connection> connect(std::string url, connect_options options) {
  const duration limit = options.timeout;
  opening attempt(parse_url(url), std::move(options));
  auto opened = co_await wait_for_optional(attempt.run(), limit);
  if (!opened) throw handshake_timeout(attempt.label(), limit);
  co_return std::move(*opened);
}

}  // namespace eddy::http::websocket
