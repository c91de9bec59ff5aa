// SPDX-License-Identifier: MIT
#include <http/server/server_connection.hpp>

#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/event.hpp>
#include <http/server/reply_writer.hpp>

namespace eddy::http::detail {
namespace {

using namespace std::chrono_literals;

// What a client may send ahead while its request is served; beyond that TCP holds it back.
constexpr std::size_t most_ahead = std::size_t{64} * 1024;
// Bodies up to this go out together with their head, in one system call.
constexpr std::size_t small_body = std::size_t{16} * 1024;
// What a refused client may still send before it is cut off, so that it can read why.
constexpr std::size_t most_discarded = std::size_t{256} * 1024;
constexpr duration longest_farewell = 2s;

parse_limits limits_of(const server_options& options) noexcept {
  return {.max_header_bytes = options.max_header_bytes,
          .max_fields = options.max_fields,
          .max_body = options.max_body};
}

// A client that waits for a word before it sends the body. HTTP/1.0 knows no such word.
bool expects_continue(const request_head& head) noexcept {
  return head.version == http_version::v1_1 && head.headers.has_token("Expect", "100-continue");
}

class received_body final : public body_source {
 public:
  explicit received_body(std::string text) : text_(std::move(text)) {}
  task<std::optional<std::string_view>> next() override {
    if (std::exchange(given_, true) || text_.empty()) co_return std::nullopt;
    co_return text_;
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override { return text_.size(); }

 private:
  std::string text_;
  bool given_ = false;
};

// Splits the target, which may be a whole URL.
void set_path_and_query(server_request& request) {
  std::string_view target = request.head.target;
  if (!target.starts_with('/') && target != "*") {
    const auto scheme_end = target.find("://");
    const auto path = target.find_first_of("/?", scheme_end == target.npos ? 0 : scheme_end + 3);
    target = path == target.npos ? std::string_view() : target.substr(path);
    if (!target.starts_with('/')) request.path = "/";
  }
  const auto question_mark = target.find('?');
  request.path += target.substr(0, question_mark);
  if (question_mark != target.npos) request.query = target.substr(question_mark + 1);
}

}  // namespace

server_connection::server_connection(server_core& core, tcp::socket socket, connection_state& state)
    : core_(core), socket_(std::move(socket)), state_(state), parser_(limits_of(core.options)) {}

task<> server_connection::run() {
  const counted open(core_.connections);
  try {
    for (;;) {
      server_request request;
      if (!co_await receive_request(request)) co_return;
      std::optional<server_reply> reply = co_await answer(request);
      if (!reply) co_return;
      if (!co_await send(request, std::move(*reply))) co_return;
      parser_.reset();
      first_ = false;
    }
  } catch (const io_error&) {
    // The client has gone; there is nobody to tell.
  }
}

// False: no further request will come, or it was refused.
task<bool> server_connection::receive_request(server_request& request) {
  int status = 408;
  std::string why;
  try {
    if (co_await receive_head()) {
      request.head = std::move(parser_.head());
      request.peer = socket_.peer_endpoint();
      set_path_and_query(request);
      const bool waits = expects_continue(request.head) && !parser_.done() && input_.empty();
      if (waits && !co_await write("HTTP/1.1 100 Continue\r\n\r\n")) co_return false;
      std::string body;
      if (co_await receive_body(body)) {
        static_cast<incoming_body&>(request) =
            incoming_body(std::make_unique<received_body>(std::move(body)));
        co_return true;
      }
      why = "nothing more of the body came in time";
    } else {
      if (!parser_.started()) co_return false;
      why = "the header was not complete in time";
    }
  } catch (const protocol_error& error) {
    status = error.status();
    why = error.what();
  }
  co_await refuse(status, std::move(why));
  co_return false;
}

// False: the client closed before a request, or took too long.
task<bool> server_connection::receive_head() {
  if (parse_head()) co_return true;
  if (!parser_.started()) {
    state_.idle = !first_;
    const auto got =
        co_await receive(first_ ? core_.options.header_timeout : core_.options.keep_alive);
    state_.idle = false;
    if (got != receipt::bytes) co_return false;
  }
  const time_point deadline = loop::current()->now() + core_.options.header_timeout;
  while (!parse_head()) {
    switch (co_await receive(deadline - loop::current()->now())) {
      case receipt::bytes:
        break;
      case receipt::end:
        if (parser_.started()) parser_.finish();
        co_return false;
      case receipt::too_late:
        co_return false;
    }
  }
  co_return true;
}

// False: the client took too long.
task<bool> server_connection::receive_body(std::string& body) {
  for (;;) {
    std::string_view left = input_.text();
    for (auto piece = parser_.parse_body(left); !piece.empty(); piece = parser_.parse_body(left)) {
      body += piece;
    }
    input_.keep(left);
    if (parser_.done()) co_return true;
    switch (co_await receive(core_.options.header_timeout)) {
      case receipt::bytes:
        break;
      case receipt::end:
        parser_.finish();
        break;
      case receipt::too_late:
        co_return false;
    }
  }
}

task<server_connection::receipt> server_connection::receive(duration limit) {
  const auto count = co_await wait_for_optional(socket_.read_some(input_.room()), limit);
  if (!count) co_return receipt::too_late;
  input_.received(*count);
  co_return *count > 0 ? receipt::bytes : receipt::end;
}

bool server_connection::parse_head() {
  std::string_view left = input_.text();
  const bool complete = parser_.parse_head(left);
  input_.keep(left);
  return complete;
}

// Nothing: the client left meanwhile. A handler that never suspends costs no read for that.
task<std::optional<server_reply>> server_connection::answer(server_request& request) {
  const counted served(core_.requests);
  auto first = co_await race(call_handler(request), until_client_leaves());
  if (first.index() != 0) co_return std::nullopt;
  co_return std::get<0>(std::move(first));
}

task<server_reply> server_connection::call_handler(server_request& request) {
  std::string why;
  try {
    co_return co_await answer_through(request, 0);
  } catch (const std::exception& error) {
    why = error.what();
  } catch (...) {
    why = "unknown exception";
  }
  eddy::detail::report(fmt::format("{} {} from {}: {}", request.head.method, request.head.target,
                                   request.peer.to_string(), why));
  co_return server_reply::text(500, "the server failed to answer; its log says why\n");
}

// Through the middlewares from the `index`th on, to the router.
task<server_reply> server_connection::answer_through(server_request& request, std::size_t index) {
  if (index == core_.middlewares.size()) return core_.router.answer(request);
  return call_middleware(request, index);
}

task<server_reply> server_connection::call_middleware(server_request& request, std::size_t index) {
  const handler next = [this, index](server_request& r) { return answer_through(r, index + 1); };
  co_return co_await core_.middlewares[index](request, next);
}

task<> server_connection::until_client_leaves() {
  try {
    while (input_.size() < most_ahead) {
      const std::size_t count = co_await socket_.read_some(input_.room());
      if (count == 0) co_return;
      input_.received(count);
    }
  } catch (const io_error&) {
    co_return;
  }
  event never;
  co_await never.wait();
}

// False: the connection is over.
task<bool> server_connection::send(const server_request& request, server_reply reply) {
  if (reply.resets_connection) {
    socket_.reset();
    co_return false;
  }
  const bool keep_alive =
      parser_.keep_alive() && !state_.last && !reply.headers.has_token("Connection", "close");
  output_.clear();
  try {
    append_reply_head(output_, reply, request.head.version, core_.date.text(), keep_alive);
  } catch (const std::invalid_argument& error) {
    eddy::detail::report(
        fmt::format("{} {}: {}", request.head.method, request.head.target, error.what()));
    reply = server_reply::text(500, "the server failed to answer; its log says why\n");
    append_reply_head(output_, reply, request.head.version, core_.date.text(), keep_alive);
  }
  std::string_view body;
  if (sends_body(reply, request.head.method)) body = *reply.body.text();
  if (body.size() <= small_body) output_ += std::exchange(body, {});
  co_return co_await write(output_) && co_await write(body) && keep_alive;
}

// False: the client takes nothing.
task<bool> server_connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count =
        co_await wait_for_optional(socket_.write_some(bytes), core_.options.keep_alive);
    if (!count) co_return false;
    bytes.remove_prefix(*count);
  }
  co_return true;
}

// Says why and closes. Closing at once would reset the connection where the client is still
// sending, and it could lose the answer.
task<> server_connection::refuse(int status, std::string why) {
  server_reply reply = server_reply::text(status, std::move(why) + "\n");
  output_.clear();
  append_reply_head(output_, reply, http_version::v1_1, core_.date.text(), false);
  output_ += *reply.body.text();
  if (!co_await write(output_)) co_return;
  co_await socket_.shutdown();

  const time_point deadline = loop::current()->now() + longest_farewell;
  std::array<char, 4096> discarded;
  for (std::size_t total = 0; total < most_discarded;) {
    const auto count =
        co_await wait_for_optional(socket_.read_some(discarded), deadline - loop::current()->now());
    if (count.value_or(0) == 0) co_return;
    total += *count;
  }
}

}  // namespace eddy::http::detail
