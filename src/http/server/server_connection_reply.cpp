// SPDX-License-Identifier: MIT
//
// How a connection sends the answer to a request.
#include <stdexcept>
#include <utility>

#include <eddy/core/error.hpp>
#include <eddy/core/race.hpp>
#include <http/server/reply_stream.hpp>
#include <http/server/reply_writer.hpp>
#include <http/server/server_connection.hpp>

namespace eddy::http::detail {

task<server_connection::next> server_connection::send(server_request& request, server_reply reply,
                                                      access_record& record) {
  if (reply.resets_connection) {
    if (co_await output_.flush()) wire_->reset();
    co_return next::nothing;
  }
  const bool framed = framing_of(reply.body, request.head.version) != reply_framing::until_close;
  const bool may_keep = body_.answered(reply.body.text() == nullptr) && parser_.keep_alive() &&
                        framed && !state_.stopping.is_set() &&
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
  co_await reply.upgrade(
      {.wire = std::move(wire_), .received = input_.take_rest(), .stopping = &state_.stopping});
  record.complete = true;
  co_return next::nothing;
}

}  // namespace eddy::http::detail
