// SPDX-License-Identifier: MIT
#include <http/client/client_exchange.hpp>

#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/wait_for.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
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

void client_exchange::reconnect(tcp::socket socket) {
  lease_->connect(std::move(socket));
  parser_.reset(what_.method);
}

task<client_exchange::sent> client_exchange::run(std::string_view head, std::string_view body,
                                                 bool may_be_stale) {
  std::string lost;
  try {
    co_await write(head);
    co_await write(body);
    co_await receive_head();
    begin_body();
    co_return sent::answered;
  } catch (const protocol_error& error) {
    if (error.fault() != protocol_fault::truncated) throw failure_from(error);
    lost = error.what();
  } catch (const io_error& error) {
    lost = error.what();
  }
  if (may_be_stale && !parser_.started()) co_return sent::closed_unanswered;
  throw lost_connection(lost);
}

task<> client_exchange::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto allowed = what_.limits.now(exchange_limits::which::idle_read);
    const auto count =
        co_await wait_for_optional(lease_->connection().socket.write_some(bytes), allowed.span);
    if (!count) what_.limits.throw_expired(allowed.limit, what_.label);
    bytes.remove_prefix(*count);
  }
}

task<> client_exchange::receive_head() {
  input_buffer& input = lease_->connection().input;
  for (;;) {
    std::string_view left = input.text();
    const bool complete = parser_.parse_head(left);
    input.keep(left);
    if (complete) co_return;
    if (!co_await receive()) parser_.finish();
  }
}

// False: the server has sent its last byte.
task<bool> client_exchange::receive() {
  client_connection& connection = lease_->connection();
  const auto allowed = what_.limits.now(exchange_limits::which::idle_read);
  const auto count = co_await wait_for_optional(
      connection.socket.read_some(connection.input.room()), allowed.span);
  if (!count) what_.limits.throw_expired(allowed.limit, what_.label);
  connection.input.received(*count);
  co_return *count > 0;
}

void client_exchange::begin_body() {
  if (parser_.done()) return release();
  const auto codings = head().headers.get_all("Content-Encoding");
  if (!codings.empty()) {
    const auto coding = codings.size() == 1 ? parse_content_coding(codings[0]) : std::nullopt;
    if (!coding) {
      throw client_error(client_fault::protocol,
                         fmt::format("{}: the answer's Content-Encoding {} was not asked for",
                                     what_.label, quoted(codings[0])));
    }
    coding_ = *coding;
  }
  decoder_.emplace(coding_, what_.max_body);
  // One that says how long it is need not be received to be refused.
  if (size().value_or(0) > what_.max_body) {
    failure_ = std::make_exception_ptr(
        client_error(client_fault::body_too_large,
                     fmt::format("{}: the body's {} bytes are over the limit of {}", what_.label,
                                 *size(), what_.max_body)));
  }
}

std::optional<std::uint64_t> client_exchange::size() const noexcept {
  return coding_ == content_coding::identity ? parser_.body_size() : std::nullopt;
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
  const bool reusable = parser_.keep_alive() && lease_->connection().input.empty();
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
