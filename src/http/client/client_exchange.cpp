// SPDX-License-Identifier: MIT
#include <http/client/client_exchange.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/race.hpp>
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

}  // namespace

client_exchange::client_exchange(connection_pool::lease lease, description what)
    : lease_(std::move(lease)), what_(std::move(what)), parser_(what_.method, what_.parsing) {}

// What has arrived already may complete the answer; nobody waits for more.
client_exchange::~client_exchange() {
  if (!lease_ || failure_ || !decoder_) return;
  try {
    std::string_view left = lease_->connection().input.text();
    while (!parser_.parse_body(left).empty()) {
    }
    lease_->connection().input.keep(left);
    if (parser_.done()) release();
  } catch (const std::exception&) {
    // The connection is closed instead.
  }
}

void client_exchange::reconnect(std::unique_ptr<wire> stream) {
  lease_->connect(std::move(stream));
  parser_.reset(what_.method);
  body_cut_ = false;
  lost_.clear();
}

task<client_exchange::sent> client_exchange::run(std::string head, http::body& body, manner how) {
  std::string lost;
  try {
    co_await exchange(std::move(head), body, how.asks_first);
    begin_body();
    co_return sent::answered;
  } catch (const protocol_error& error) {
    if (error.fault() != protocol_fault::truncated) throw failure_from(error);
    lost = error.what();
  } catch (const io_error& error) {
    lost = error.what();
  } catch (const tls::error& error) {
    lost = error.what();
  }
  const bool may_repeat = body.repeatable() || !body_opened_;
  if (how.may_be_stale && may_repeat && !parser_.started()) co_return sent::closed_unanswered;
  throw lost_connection(lost_.empty() ? lost : lost_);
}

task<> client_exchange::exchange(std::string head, http::body& body, bool asks_first) {
  const std::string* text = body.text();
  const bool is_small = text != nullptr && text->size() <= small_body;
  if (is_small) head += *text;  // in one packet, as a rule
  co_await write(head);
  const bool is_over = is_small || !lost_.empty() || (asks_first && co_await is_refused());
  if (is_over) {
    co_await receive_head();
  } else {
    co_await upload_and_receive(body);
  }
}

// Once the connection takes no more, what has come on it may still say why.
task<> client_exchange::write(std::string_view bytes) {
  try {
    while (!bytes.empty()) {
      bytes.remove_prefix(
          co_await unless_quiet([&] { return lease_->connection().stream->write_some(bytes); }));
    }
  } catch (const io_error& error) {
    lost_ = error.what();
  } catch (const tls::error& error) {
    lost_ = error.what();
  }
}

// The server has answered instead of asking for the body.
task<bool> client_exchange::is_refused() {
  const auto left = what_.limits.now(exchange_limits::which::total);
  const auto refused = co_await wait_for_optional(receive_until_go_ahead(),
                                                  std::min(patience_for_go_ahead, left.span));
  body_cut_ = refused.value_or(false);
  co_return body_cut_;
}

task<bool> client_exchange::receive_until_go_ahead() {
  while (!parse_head()) {
    if (parser_.interim() > 0) co_return false;
    if (!co_await receive()) parser_.finish();
  }
  co_return true;
}

task<> client_exchange::upload_and_receive(http::body& body) {
  upload sending(*lease_->connection().stream, body, what_.label);
  body_opened_ = true;
  upload_ = &sending;
  // Not only when this ends well: nobody may look for it any more.
  const std::unique_ptr<upload*, void (*)(upload**)> registered(
      &upload_, [](upload** place) { *place = nullptr; });
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
  if (head().status / 100 != 2) co_return;
  // A server that begins to answer what it has not read yet goes on reading only as long as it can
  // go on answering.
  const input_buffer& input = lease_->connection().input;
  while (!sending.over().is_set()) {
    if (input.size() >= most_ahead) {
      co_await unless_quiet([&] { return sending.over().wait(); });
    } else {
      const auto first = co_await race(receive(), sending.over().wait());
      if (first.index() == 0 && !std::get<0>(first)) co_return;
    }
  }
}

task<> client_exchange::receive_head() {
  while (!parse_head()) {
    if (!co_await receive()) parser_.finish();
  }
}

bool client_exchange::parse_head() {
  input_buffer& input = lease_->connection().input;
  std::string_view left = input.text();
  const bool complete = parser_.parse_head(left);
  input.keep(left);
  return complete;
}

// What `start()` gives; unless nothing moves for so long that a time limit ends it.
template <class Start>
auto client_exchange::unless_quiet(Start start)
    -> task<eddy::detail::await_value_t<std::invoke_result_t<Start&>>> {
  using value = eddy::detail::await_value_t<std::invoke_result_t<Start&>>;
  time_point since = loop::current()->now();
  for (;;) {
    const auto allowed = what_.limits.rest(exchange_limits::which::idle_read, since);
    auto result = co_await wait_for_optional(start(), allowed.span);
    if (result) {
      if constexpr (std::is_void_v<value>) {
        co_return;
      } else {
        co_return std::move(*result);
      }
    }
    if (upload_ != nullptr) since = upload_->quiet_since();
    const auto left = what_.limits.rest(exchange_limits::which::idle_read, since);
    if (left.span <= duration::zero()) what_.limits.throw_expired(left.limit, what_.label);
  }
}

// False: the server has sent its last byte.
task<bool> client_exchange::receive() {
  client_connection& connection = lease_->connection();
  const std::size_t count =
      co_await unless_quiet([&] { return connection.stream->read_some(connection.input.room()); });
  connection.input.received(count);
  co_return count > 0;
}

void client_exchange::begin_body() {
  if (parser_.done()) return release();
  std::string codings;
  for (const auto each : head().headers.get_all("Content-Encoding")) {
    codings.append(codings.empty() ? "" : ",").append(each);
  }
  const auto known = parse_content_codings(codings);
  if (!known) {
    throw client_error(client_fault::protocol,
                       fmt::format("{}: the answer's Content-Encoding {} was not asked for",
                                   what_.label, quoted(codings)));
  }
  is_coded_ = !known->empty();
  decoder_.emplace(*known, what_.max_body);
  // One that says how long it is need not be received to be refused.
  if (size().value_or(0) > what_.max_body) {
    failure_ = std::make_exception_ptr(
        client_error(client_fault::body_too_large,
                     fmt::format("{}: the body's {} bytes are over the limit of {}", what_.label,
                                 *size(), what_.max_body)));
  }
}

std::optional<std::uint64_t> client_exchange::size() const noexcept {
  return is_coded_ ? std::nullopt : parser_.body_size();
}

task<std::optional<std::string_view>> client_exchange::next() {
  if (failure_) std::rethrow_exception(failure_);
  if (!lease_) co_return std::nullopt;
  std::string lost;
  try {
    do {
      const auto piece = decoder_->decode(coded_);
      if (!piece.empty()) co_return piece;
    } while (co_await next_coded_piece());
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

// False: the body is over.
task<bool> client_exchange::next_coded_piece() {
  input_buffer& input = lease_->connection().input;
  for (;;) {
    std::string_view left = input.text();
    coded_ = parser_.parse_body(left);
    input.keep(left);
    if (!coded_.empty()) co_return true;
    if (parser_.done()) co_return false;
    if (!co_await receive()) parser_.finish();
  }
}

void client_exchange::release() {
  const bool sent_all = !body_cut_ && lost_.empty();
  const bool reusable = sent_all && parser_.keep_alive() && lease_->connection().input.empty();
  if (reusable) lease_->give_back();
  lease_.reset();
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
