// SPDX-License-Identifier: MIT
//
// While a handler runs, and while its answer is made piece by piece, a second task reads ahead, for
// bodies and to see the client leave. It starts only when the first one suspends: a handler that
// answers at once costs no read.
#include <http/server/server_connection.hpp>

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/http/reply_error.hpp>
#include <eddy/io/tls/error.hpp>
#include <http/server/reply_stream.hpp>
#include <http/server/reply_writer.hpp>

namespace eddy::http::detail {
namespace {

using namespace std::chrono_literals;

// What a client that is sent away may still send before it is cut off, so that it can read why.
constexpr std::size_t most_discarded = std::size_t{256} * 1024;
constexpr duration longest_farewell = 2s;

// How much of a body is allowed is known when the request's handler is.
parse_limits limits_of(const server_options& options) noexcept {
  return {.max_header_bytes = options.max_header_bytes, .max_fields = options.max_fields};
}

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

server_reply failed() {
  return server_reply::text(500, "the server failed to answer; its log says why\n");
}

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
  server_request request(body_.make_source());
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
  std::string why = "the header was not complete in time";
  try {
    if (input_.parse_head(parser_)) co_return std::nullopt;
    switch (co_await wait_for_head()) {
      case receipt::bytes:
        co_return std::nullopt;
      case receipt::end:
        co_return next::goodbye;
      case receipt::too_late:
        if (!parser_.started()) co_return next::goodbye;
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
    output_.shrink();
    input_.shrink();
    state_.idle = !first_;
    if (!first_ && state_.stopping.is_set()) co_return receipt::end;
    const auto got =
        co_await input_.receive(first_ ? core_.options.header_timeout : core_.options.keep_alive);
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

void server_connection::begin_request(server_request& request) {
  std::swap(request.head, parser_.head());
  request.peer = peer_;
  request.secure = core_.options.tls.has_value();
  request.stopping = &state_.stopping;
  set_path_and_query(request);
  body_.begin(request.head);
  output_.begin();
}

task<server_reply> server_connection::call_handler(server_request& request) {
  std::string why;
  try {
    co_return co_await core_.answer(request);
  } catch (const reply_error& error) {
    co_return server_reply::text(error.status(), std::string(error.what()) + "\n");
  } catch (const std::exception& error) {
    why = error.what();
  } catch (...) {
    why = "unknown exception";
  }
  if (body_.failure()) co_return reply_to_failed_body();
  report(request, why);
  co_return failed();
}

// It is the client's failure, whatever the handler made of it.
server_reply server_connection::reply_to_failed_body() {
  try {
    std::rethrow_exception(body_.failure());
  } catch (const protocol_error& error) {
    return server_reply::text(error.status(), std::string(error.what()) + "\n");
  } catch (const std::exception& error) {
    return server_reply::text(408, std::string(error.what()) + "\n");
  }
}

// Ends when the client has left.
task<> server_connection::read_ahead() {
  // What was answered before must not wait for the request that is being served.
  co_await shield(output_.flush());
  co_await input_.read_ahead();
}

task<server_connection::next> server_connection::send(server_request& request, server_reply reply,
                                                      access_record& record) {
  if (reply.resets_connection) {
    if (co_await output_.flush()) wire_->reset();
    co_return next::nothing;
  }
  const bool framed = framing_of(reply.body, request.head.version) != reply_framing::until_close;
  const bool may_keep = body_.answered() && parser_.keep_alive() && framed &&
                        !state_.stopping.is_set() &&
                        !reply.headers.has_token("Connection", "close");
  append_head(request, reply, may_keep);
  record.status = reply.status;
  if (reply.status == 101) co_return co_await hand_over(reply, record);

  const bool has_body = request.head.method != "HEAD" && detail::has_body(reply.status);
  if (has_body && !co_await send_body(request, reply, record)) co_return next::nothing;
  const bool ahead = may_keep && parser_.done() && !output_.is_full();  // it can wait for the next
  if (!ahead && !co_await output_.flush()) co_return next::nothing;
  record.complete = true;
  if (parser_.done()) co_return may_keep ? next::request : next::goodbye;
  co_return may_keep&& co_await body_.discard() ? next::request : next::farewell;
}

// False: the connection is over.
task<bool> server_connection::send_body(server_request& request, server_reply& reply,
                                        access_record& record) {
  if (const std::string* text = reply.body.text()) {
    record.sent = text->size();
    if (text->size() > client_output::small) co_return co_await output_.write(*text);
    output_.pending() += *text;
    co_return true;
  }
  auto first = co_await race(send_stream(request, reply, record), read_ahead());
  co_return first.index() == 0 && std::get<0>(first);
}

// One that cannot be sent is replaced.
void server_connection::append_head(const server_request& request, server_reply& reply, bool keep) {
  const http_version version = request.head.version;
  std::string& out = output_.pending();
  try {
    append_reply_head(out, reply, version, core_.date.text(), keep);
    return;
  } catch (const std::invalid_argument& error) {
    report(request, error.what());
  }
  reply = failed();
  append_reply_head(out, reply, version, core_.date.text(), keep);
}

// False: nothing can follow it.
task<bool> server_connection::send_stream(const server_request& request, server_reply& reply,
                                          access_record& record) {
  const reply_framing framing = framing_of(reply.body, request.head.version);
  reply_stream stream(output_, framing, reply.body.size(), record.sent);
  if (reply.endless) stream.end_at(state_.stopping);
  const bool whole = co_await stream.send(reply.body.open());
  if (stream.failure() && !body_.failure()) {
    report(request, eddy::detail::describe(stream.failure()));
  }
  // One that ends with the connection must not look complete.
  if (!whole && framing == reply_framing::until_close) wire_->reset();
  co_return whole;
}

task<server_connection::next> server_connection::hand_over(server_reply& reply,
                                                           access_record& record) {
  if (!co_await body_.discard() || !co_await output_.flush()) co_return next::nothing;
  co_await reply.upgrade({.wire = std::move(wire_),
                          .received = std::string(input_.rest()),
                          .stopping = &state_.stopping});
  record.complete = true;
  co_return next::nothing;
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
