// SPDX-License-Identifier: MIT
#include <http/client/client_exchange.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/timeout.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/io/tls/error.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

using namespace std::chrono_literals;

// Texts up to this are sent before the answer is looked for; no server leaves so little unread.
constexpr std::size_t small_body = std::size_t{16} * 1024;
// What is held of an answer that begins before the request has ended.
constexpr std::size_t most_ahead = std::size_t{1024} * 1024;
// Servers that do not know `Expect` say nothing and wait, so asking must not take long.
constexpr duration patience_for_go_ahead = 1s;

bool goes_with_head(const body& body) noexcept {
  return body.text() != nullptr && body.text()->size() <= small_body;
}

}  // namespace

client_exchange::client_exchange(connection_pool::lease lease, description what)
    : lease_(std::move(lease)), what_(std::move(what)) {
  lease_->connection().parse_next(what_.method, what_.parsing);
}

// What has arrived already may complete the answer; nobody waits for more.
client_exchange::~client_exchange() {
  if (!lease_ || failure_ || !decoder_) return;
  try {
    while (take_coded_piece()) {
    }
    if (parser().done()) release();
  } catch (const std::exception&) {
    // The connection is closed instead.
  }
}

void client_exchange::reconnect(std::unique_ptr<wire> stream) {
  lease_->connect(std::move(stream));
  lease_->connection().parse_next(what_.method, what_.parsing);
  body_cut_ = false;
  lost_.clear();
}

task<client_exchange::sent> client_exchange::run(std::string head, http::body& body, manner how) {
  if (goes_with_head(body)) head += *body.text();
  std::exception_ptr failure;
  bool in_time = true;
  try {
    co_await timeout(
        what_.limits.now(exchange_limits::which::idle_read).span,
        [&](timeout_scope& scope) { return exchange(scope, head, body, how.asks_first, failure); });
  } catch (const timeout_error&) {
    in_time = false;
  }
  watch_.reset();
  if (!in_time) what_.limits.throw_expired(what_.label);
  if (!failure) {
    begin_body();
    co_return sent::answered;
  }
  const std::string lost = how_lost(failure);
  const bool may_repeat = body.repeatable() || !body_opened_;
  if (how.may_be_stale && may_repeat && !parser().started()) co_return sent::closed_unanswered;
  throw lost_connection(lost_.empty() ? lost : lost_);
}

task<> client_exchange::exchange(timeout_scope& scope, std::string_view head, http::body& body,
                                 bool asks_first, std::exception_ptr& failure) {
  watch_.emplace(what_.limits, scope);
  try {
    co_await send_head(head);
    const bool is_over =
        goes_with_head(body) || !lost_.empty() || (asks_first && co_await is_refused());
    co_await (is_over ? receive_head() : upload_and_receive(body));
  } catch (...) {
    failure = std::current_exception();
  }
}

// Once the connection takes no more, what has come on it may still say why.
task<> client_exchange::send_head(std::string_view head) {
  try {
    while (!head.empty()) {
      head.remove_prefix(co_await lease_->connection().stream->write_some(head));
      watch_->moved();
    }
  } catch (const io_error& error) {
    lost_ = error.what();
  } catch (const tls::error& error) {
    lost_ = error.what();
  }
}

// The server has answered instead of asking for the body.
task<bool> client_exchange::is_refused() {
  const auto refused = co_await wait_for_optional(receive_until_go_ahead(), patience_for_go_ahead);
  body_cut_ = refused.value_or(false);
  co_return body_cut_;
}

// False: the server wants the body.
task<bool> client_exchange::receive_until_go_ahead() {
  while (!parse_head()) {
    if (parser().interim() > 0) co_return false;
    if (!co_await receive()) parser().finish();
  }
  co_return true;
}

task<> client_exchange::upload_and_receive(http::body& body) {
  upload sending(*lease_->connection().stream, body, *watch_, what_.label);
  body_opened_ = true;
  co_await race(receive_beside(sending), send_beside(sending));
  body_cut_ = !sending.complete();
  lost_ = sending.lost();
}

// Ends only with an error of the body's own: of what the connection says, the answer is the judge.
task<> client_exchange::send_beside(upload& sending) {
  co_await sending.run();
  event never;
  co_await never.wait();
}

task<> client_exchange::receive_beside(upload& sending) {
  co_await receive_head();
  if (parser().head().status / 100 != 2) co_return;
  // A server that begins to answer what it has not read yet goes on reading only as long as it can
  // go on answering.
  const input_buffer& input = lease_->connection().input;
  while (!sending.over().is_set()) {
    if (input.size() >= most_ahead) {
      co_await sending.over().wait();
    } else {
      const auto first = co_await race(receive(), sending.over().wait());
      if (first.index() == 0 && !std::get<0>(first)) co_return;
    }
  }
}

task<> client_exchange::receive_head() {
  while (!parse_head()) {
    if (!co_await receive()) parser().finish();
  }
}

bool client_exchange::parse_head() {
  input_buffer& input = lease_->connection().input;
  std::string_view left = input.text();
  const bool complete = parser().parse_head(left);
  input.keep(left);
  return complete;
}

// False: the server has sent its last byte.
task<bool> client_exchange::receive() {
  client_connection& connection = lease_->connection();
  std::size_t count = 0;
  if (watch_) {
    count = co_await connection.stream->read_some(connection.input.room());
    watch_->moved();
  } else {
    const auto allowed = what_.limits.now(exchange_limits::which::idle_read);
    const auto got = co_await wait_for_optional(
        connection.stream->read_some(connection.input.room()), allowed.span);
    if (!got) what_.limits.throw_expired(what_.label);
    count = *got;
  }
  connection.input.received(count);
  co_return count > 0;
}

void client_exchange::begin_body() {
  head_ = std::move(parser().head());
  size_ = parser().body_size();
  if (parser().done()) return release();
  std::string codings;
  for (const auto each : head_.headers.get_all("Content-Encoding")) {
    codings.append(codings.empty() ? "" : ",").append(each);
  }
  const auto known = parse_content_codings(codings);
  if (!known) {
    throw client_error(client_fault::protocol,
                       fmt::format("{}: the answer's Content-Encoding {} was not asked for",
                                   what_.label, quoted(codings)));
  }
  if (!known->empty()) size_.reset();
  decoder_.emplace(*known, what_.max_body);
  // One that says how long it is need not be received to be refused.
  if (size_.value_or(0) > what_.max_body) {
    failure_ = std::make_exception_ptr(
        client_error(client_fault::body_too_large,
                     fmt::format("{}: the body's {} bytes are over the limit of {}", what_.label,
                                 *size_, what_.max_body)));
  }
}

task<std::optional<std::string_view>> client_exchange::next() {
  if (failure_) std::rethrow_exception(failure_);
  if (!lease_) co_return std::nullopt;
  std::string lost;
  try {
    for (;;) {
      const auto piece = decoder_->decode(coded_);
      if (!piece.empty()) co_return piece;
      if (take_coded_piece()) continue;
      if (parser().done()) break;
      if (!co_await receive()) parser().finish();
    }
    decoder_->finish();
    release();
    co_return std::nullopt;
  } catch (const protocol_error& error) {
    failure_ = std::make_exception_ptr(failure_from(error));
  } catch (const io_error& error) {
    lost = error.what();
  } catch (const tls::error& error) {
    lost = error.what();
  }
  if (failure_) std::rethrow_exception(failure_);
  throw lost_connection(lost);
}

// False: nothing more has arrived.
bool client_exchange::take_coded_piece() {
  input_buffer& input = lease_->connection().input;
  std::string_view left = input.text();
  coded_ = parser().parse_body(left);
  input.keep(left);
  return !coded_.empty();
}

void client_exchange::release() {
  const bool sent_all = !body_cut_ && lost_.empty();
  const bool reusable = sent_all && parser().keep_alive() && lease_->connection().input.empty();
  if (reusable) lease_->give_back();
  lease_.reset();
}

// Errors: rethrows what is no such thing.
std::string client_exchange::how_lost(const std::exception_ptr& failure) const {
  try {
    std::rethrow_exception(failure);
  } catch (const protocol_error& error) {
    if (error.fault() != protocol_fault::truncated) throw failure_from(error);
    return error.what();
  } catch (const io_error& error) {
    return error.what();
  } catch (const tls::error& error) {
    return error.what();
  }
}

client_error client_exchange::failure_from(const protocol_error& error) const {
  client_fault fault = client_fault::protocol;
  if (error.fault() == protocol_fault::body_too_large) fault = client_fault::body_too_large;
  if (error.fault() == protocol_fault::truncated) fault = client_fault::connection_closed;
  return {fault, fmt::format("{}: {}", what_.label, error.what())};
}

client_error client_exchange::lost_connection(std::string_view why) const {
  return {client_fault::connection_closed, fmt::format("{}: {}", what_.label, why)};
}

}  // namespace eddy::http::detail
