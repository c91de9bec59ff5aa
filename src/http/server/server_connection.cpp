// SPDX-License-Identifier: MIT
//
// While a handler runs, and while its answer is made piece by piece, a second task reads ahead, for
// bodies and to see the client leave. It starts only when the first one suspends: a handler that
// answers at once costs no read.
#include <http/server/server_connection.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/http/reply_error.hpp>
#include <eddy/io/tls/error.hpp>
#include <http/server/reply_writer.hpp>
#include <http/server/request_target.hpp>

namespace eddy::http::detail {
namespace {

using namespace std::chrono_literals;

// What a client that is sent away may still send before it is cut off, so that it can read why.
constexpr std::size_t most_discarded = std::size_t{256} * 1024;
constexpr duration longest_farewell = 2s;

// A connection that is silent for longer gives back its memory, and is not waited for at the end.
constexpr duration longest_lively = 1s;

// How much of a body is allowed is known when the request's handler is.
parse_limits limits_of(const server_options& options) noexcept {
  return {.max_header_bytes = options.max_header_bytes, .max_fields = options.max_fields};
}

/// Tells of a request however its frame ends.
struct noted_request {
  noted_request(const std::function<void(const access_record&)>& to, const server_request& request)
      : hears(to), record(request), begun(loop::current()->now()) {}
  noted_request(const noted_request&) = delete;
  noted_request& operator=(const noted_request&) = delete;
  ~noted_request() {
    if (!hears) return;
    record.took = loop::current()->now() - begun;
    try {
      hears(record);
    } catch (...) {
      eddy::detail::report(fmt::format("server_options::on_request failed: {}",
                                       eddy::detail::describe(std::current_exception())));
    }
  }

  const std::function<void(const access_record&)>& hears;
  access_record record;
  time_point begun;
};

}  // namespace

server_connection::server_connection(server_core& core, std::unique_ptr<wire> client,
                                     const endpoint& peer, connection_state& state)
    : core_(core),
      wire_(std::move(client)),
      peer_(peer),
      state_(state),
      parser_(limits_of(core.options)),
      input_(*wire_),
      output_(*wire_, patience(core.options.keep_alive, core.options.min_rate)),
      body_(parser_, input_, output_, core.options) {}

task<> server_connection::run() {
  const counted open(core_.connections);
  try {
    next then = next::request;
    while (then == next::request) then = co_await serve_request();
    co_await leave(then);
  } catch (const io_error&) {
    // The client has gone; there is nobody to tell.
  } catch (const tls::error&) {
    // Likewise.
  }
}

task<server_connection::next> server_connection::serve_request() {
  if (!head_is_here()) {
    if (const auto over = co_await receive_head()) co_return *over;
  }
  const counted served(core_.requests);
  server_request request(body_.make_source(), type_of_body());
  begin_request(request);
  next then = next::nothing;
  {
    noted_request note(core_.options.on_request, request);
    auto first = co_await race(call_handler(request), read_ahead());
    if (first.index() == 0) {
      then = co_await send(request, std::get<0>(std::move(first)), note.record);
    }
  }
  if (then == next::request) {
    parser_.head() = std::move(request.head);  // for the memory that it has
    parser_.reset();
    first_ = false;
  }
  co_return then;
}

// False also for one that is refused: the parser says so again.
bool server_connection::head_is_here() {
  try {
    return input_.parse_head(parser_);
  } catch (const protocol_error&) {
    return false;
  }
}

// A value: no request will come, or it was refused.
task<std::optional<server_connection::next>> server_connection::receive_head() {
  int status = 408;
  std::string why;
  try {
    if (input_.parse_head(parser_)) co_return std::nullopt;
    switch (co_await wait_for_head()) {
      case receipt::bytes:
        co_return std::nullopt;
      case receipt::end:
        co_return next::goodbye;
      case receipt::too_late:
        if (!parser_.started()) co_return next::goodbye;
        why = "the header was not complete in time";
    }
  } catch (const protocol_error& error) {
    status = error.status();
    why = error.what();
  }
  co_return co_await refuse(status, why);
}

task<receipt> server_connection::wait_for_head() {
  if (!output_.pending().empty() && !co_await output_.flush()) co_return receipt::end;
  if (!parser_.started()) {
    const auto got = co_await wait_for_request();
    state_.idle = false;
    if (got != receipt::bytes) co_return got;
  }
  const time_point deadline = loop::current()->now() + core_.options.header_timeout;
  while (!input_.parse_head(parser_)) {
    const auto got = co_await input_.receive(deadline - loop::current()->now());
    if (got == receipt::end && parser_.started()) parser_.finish();
    if (got != receipt::bytes) co_return got;
  }
  co_return receipt::bytes;
}

// Until the first byte of one. Many connections spend most of their lives here.
task<receipt> server_connection::wait_for_request() {
  const duration limit = first_ ? core_.options.header_timeout : core_.options.keep_alive;
  const duration lively = std::min(limit, longest_lively);
  state_.idle = !first_;  // who has just come is about to say something
  if (state_.idle && state_.stopping.is_set()) co_return receipt::end;
  const auto got = co_await input_.receive(lively);
  if (got != receipt::too_late) co_return got;
  state_.idle = true;
  if (state_.stopping.is_set()) co_return receipt::end;
  parser_ = request_parser(limits_of(core_.options));
  output_.release();
  co_return co_await input_.receive_after_silence(limit - lively);
}

// Empty where there is none to read.
std::string_view server_connection::type_of_body() {
  if (parser_.done()) return {};
  return parser_.head().headers.get("Content-Type").value_or("");
}

void server_connection::begin_request(server_request& request) {
  request.head = std::move(parser_.head());
  request.peer = peer_;
  request.secure = core_.options.tls.has_value();
  request.stopping = &state_.stopping;
  read_target(request);
  body_.begin(request.head);
  output_.begin();
}

task<server_reply> server_connection::call_handler(server_request& request) {
  std::optional<server_reply> reply;
  try {
    reply = co_await core_.answer(request);
  } catch (const reply_error& error) {
    reply = server_reply::text(error.status(), std::string(error.what()) + "\n");
  } catch (...) {
    reply = reply_to_failure(request, std::current_exception());
  }
  // What is being sent meanwhile must come to its end: TLS could not go on after half a record.
  if (output_.is_sending()) (void)co_await output_.flush();
  co_return *std::move(reply);
}

server_reply server_connection::failed() {
  return server_reply::text(500, "the server failed to answer; its log says why\n");
}

server_reply server_connection::reply_to_failure(const server_request& request,
                                                 const std::exception_ptr& failure) const {
  // If reading the body failed, it is the client's failure, whatever the handler made of it.
  try {
    std::rethrow_exception(body_.failure() ? body_.failure() : failure);
  } catch (const protocol_error& error) {
    return server_reply::text(error.status(), std::string(error.what()) + "\n");
  } catch (const std::exception& error) {
    if (body_.failure()) return server_reply::text(408, std::string(error.what()) + "\n");
    report(request, error.what());
  } catch (...) {
    report(request, "unknown exception");
  }
  return failed();
}

// Ends when the client has left.
task<> server_connection::read_ahead() {
  // What was answered before must not wait for the request that is being served.
  if (co_await output_.flush()) co_await input_.read_ahead();
}

void server_connection::report(const server_request& request, std::string_view why) const {
  eddy::detail::report(fmt::format("{} {} from {}: {}", request.head.method, request.head.target,
                                   wire_->peer_name(), why));
}

task<server_connection::next> server_connection::refuse(int status, std::string_view why) {
  server_reply reply = server_reply::text(status, std::string(why) + "\n");
  append_reply_head(output_.pending(), reply, http_version::v1_1, core_.date.text(), false);
  output_.pending() += *reply.body.text();
  co_return co_await output_.flush() ? next::farewell : next::nothing;
}

// Closing at once would reset the connection where the client is still sending, and it could lose
// the answer.
task<> server_connection::leave(next how) {
  if (how == next::nothing) co_return;
  const time_point deadline = loop::current()->now() + longest_farewell;
  if (!co_await wait_for_optional(wire_->shutdown(), longest_farewell)) co_return;
  if (how == next::goodbye) co_return;
  std::array<char, 4096> discarded;
  for (std::size_t total = 0; total < most_discarded;) {
    const auto count =
        co_await wait_for_optional(wire_->read_some(discarded), deadline - loop::current()->now());
    if (count.value_or(0) == 0) co_return;
    total += *count;
  }
}

}  // namespace eddy::http::detail
