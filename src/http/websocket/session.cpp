// SPDX-License-Identifier: MIT
#include <http/websocket/session.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>

namespace eddy::http::websocket::detail {
namespace {

// What may have arrived and not been asked for, before the other end is held back.
constexpr std::size_t most_ahead = std::size_t{64} * 1024;
// Messages that go out together.
constexpr std::size_t most_at_once = std::size_t{64} * 1024;

std::size_t size_of(const message& m) noexcept { return m.data.size() + message_overhead; }

std::optional<deflate_direction> direction(const session_setup& setup, role sender) noexcept {
  if (!setup.deflate) return std::nullopt;
  return sender == role::server ? setup.deflate->from_server : setup.deflate->from_client;
}

std::string describe(const close_reason& reason) {
  if (reason.code == close_code::no_code) return "without a code";
  return fmt::format("{}{}{}", static_cast<unsigned>(reason.code), reason.text.empty() ? "" : " ",
                     reason.text);
}

}  // namespace

/// However `run` ends, cancelled included, nobody waits for it afterwards.
class session::over_at_exit {
 public:
  explicit over_at_exit(session& s) noexcept : session_(s) {}
  over_at_exit(const over_at_exit&) = delete;
  over_at_exit& operator=(const over_at_exit&) = delete;
  ~over_at_exit() {
    session_.limit_ = nullptr;
    session_.wire_.reset();
    session_.lose("the task that served it was cancelled");
    session_.over_.set();
  }

 private:
  session& session_;
};

session::session(std::unique_ptr<http::detail::wire> wire, std::string_view received,
                 session_setup setup)
    : setup_(std::move(setup)),
      wire_(std::move(wire)),
      reader_(
          {.us = setup_.us,
           .max_message = setup_.options.max_message,
           .deflate = direction(setup_, setup_.us == role::server ? role::client : role::server)}),
      writer_({.us = setup_.us,
               .deflate = direction(setup_, setup_.us),
               .compress_from = setup_.options.compress_from}),
      inbox_({.bytes = most_ahead}, size_of),
      outbox_(setup_.options.send_queue, setup_.options.when_full) {
  while (!received.empty()) {
    const std::span<char> room = input_.room();
    const std::size_t count = std::min(room.size(), received.size());
    std::ranges::copy(received.substr(0, count), room.begin());
    input_.received(count);
    received.remove_prefix(count);
  }
}

connection session::open(std::shared_ptr<session> s) { return connection(std::move(s)); }

connection session::open_and_run(std::shared_ptr<session> s) {
  connection made = open(s);
  made.running_ = create_task(
      {.name = s->setup().label},
      [](std::shared_ptr<session> kept) -> task<> { co_await kept->run(); }, s);
  return made;
}

task<> session::run() {
  const over_at_exit guard(*this);
  try {
    co_await timeout_at(time_point::max(), [this](timeout_scope& limit) {
      limit_ = &limit;
      if (closing()) end_within(setup_.options.close_timeout);
      return move_bytes();
    });
  } catch (const timeout_error&) {
    limit_ = nullptr;
    lose(fmt::format("not closed within {:g} s",
                     std::chrono::duration<double>(setup_.options.close_timeout).count()));
  }
}

task<> session::move_bytes() {
  co_await with_task_group([this](task_group& group) -> task<> {
    auto writing = group.create_task(&session::write, this);
    if (!co_await read()) writing.cancel();
  });
  if (close_sent_ && write_error_.empty()) co_await read_to_end();
}

// Until no message can come any more. False: there is nobody to send a close frame to.
task<bool> session::read() {
  try {
    do {
      std::string_view left = input_.text();
      for (;;) {
        std::optional<incoming> got = reader_.next(left);
        input_.keep(left);
        if (!got) break;
        co_await take(std::move(*got));
        if (close_received_) co_return true;
        left = input_.text();
      }
    } while (co_await receive_bytes());
    lose("the other end closed the stream without a close frame");
  } catch (const violation& error) {
    end_with_close({.code = error.code(), .text = error.what()},
                   fmt::format("closed here: the other end sent {}", error.what()),
                   waiting::is_dropped);
    co_return true;
  } catch (const std::runtime_error& error) {  // io_error, and tls::error
    lose(error.what());
  }
  co_return false;
}

// False: the end of the stream, or of the patience.
task<bool> session::receive_bytes() {
  for (bool asked = false;; asked = true) {
    const duration patience = asked ? setup_.options.ping_timeout : setup_.options.ping_interval;
    const auto count = co_await wait_for_optional(wire_->read_some(input_.room()), patience);
    if (count) {
      input_.received(*count);
      co_return *count > 0;
    }
    if (asked) {
      lose(fmt::format("no answer to a ping within {:g} s",
                       std::chrono::duration<double>(patience).count()));
      co_return false;
    }
    (void)pings_.ask();
    wake_.set();
  }
}

task<> session::take(incoming got) {
  switch (got.op) {
    case opcode::ping:
      pings_.take_ping(std::move(got.data));
      wake_.set();
      break;
    case opcode::pong:
      pings_.take_pong(got.data);
      break;
    case opcode::close: {
      close_received_ = true;
      close_reason reason = parse_close(got.data);
      std::string how = "closed by the other end: " + describe(reason);
      end_with_close(std::move(reason), std::move(how), waiting::is_dropped);
      break;
    }
    default: {
      const auto kind = got.op == opcode::text ? message_kind::text : message_kind::binary;
      try {
        co_await inbox_.put({kind, std::move(got.data)});
      } catch (const queue_shut_down&) {
        // It came after the program had closed.
      }
    }
  }
}

// The server closes the stream first, so that what it has sent last arrives and its client need not
// remember the port.
task<> session::read_to_end() {
  try {
    if (setup_.us == role::server || !close_received_) co_await wire_->shutdown();
    std::array<char, 4096> discarded;
    while (co_await wire_->read_some(discarded) > 0) {
    }
  } catch (const std::runtime_error&) {
    // It is as closed as it can be.
  }
}

// Until the close frame is sent.
task<> session::write() {
  try {
    for (;;) {
      co_await wake_.wait();
      wake_.clear();
      while (fill_output()) {
        if (!co_await write_output() || close_sent_) co_return;
      }
    }
  } catch (const std::runtime_error& error) {
    // The reader goes on: the reason may be a close frame that it has not seen yet.
    write_error_ = error.what();
    end_within(setup_.options.close_timeout);
  }
}

bool session::fill_output() {
  output_.clear();
  pings_.append_to(output_, writer_);
  while (output_.size() < most_at_once) {
    const auto item = outbox_.try_get();
    if (!item) break;
    writer_.append(output_, item->kind, *item->data);
  }
  if (close_frame_ && outbox_.empty()) {
    writer_.append_control(output_, opcode::close, *close_frame_);
    close_sent_ = true;
  }
  return !output_.empty();
}

// False: it is not taken, so the connection is over.
task<bool> session::write_output() {
  const duration patience = setup_.options.ping_timeout;
  for (std::string_view left = output_; !left.empty();) {
    const auto count = co_await wait_for_optional(wire_->write_some(left), patience);
    if (!count) {
      lose(fmt::format("nothing of what was sent was taken for {:g} s",
                       std::chrono::duration<double>(patience).count()));
      end_within(duration::zero());
      co_return false;
    }
    left.remove_prefix(*count);
  }
  if (output_.capacity() > 2 * most_at_once) std::string().swap(output_);
  co_return true;
}

// Nothing goes in or out of the queues any more, but what is in them may.
void session::end(close_reason reason, std::string how, waiting what) {
  if (closing()) return;
  end_ = std::move(reason);
  how_ = std::move(how);
  inbox_.shutdown();
  outbox_.shutdown(what == waiting::is_dropped);
  pings_.give_up();
  end_within(setup_.options.close_timeout);
}

void session::end_with_close(close_reason reason, std::string how, waiting what) {
  if (!close_frame_) {
    close_frame_ = close_payload(reason);
    wake_.set();
  }
  end(std::move(reason), std::move(how), what);
}

void session::lose(std::string why) {
  if (!write_error_.empty()) why = write_error_;
  end({.code = close_code::lost, .text = why}, "lost: " + why, waiting::is_dropped);
}

void session::begin_close(close_reason reason) {
  if (closing()) return;
  ended_here_ = true;
  std::string how = "closed here: " + describe(reason);
  end_with_close(std::move(reason), std::move(how), waiting::is_sent);
}

void session::end_within(duration longest) {
  if (limit_ != nullptr && !limit_->expired()) limit_->reschedule_after(longest);
}

task<std::optional<message>> session::next() {
  try {
    co_return co_await inbox_.get();
  } catch (const queue_shut_down&) {
  }
  noticed_.set();
  if (ended_here_ || end_->orderly()) co_return std::nullopt;
  throw_closed();
}

task<> session::send(outgoing item) {
  try {
    co_await outbox_.put(std::move(item));
    wake_.set();
    co_return;
  } catch (const queue_shut_down&) {
  }
  throw_closed();
}

bool session::try_send(const outgoing& item) {
  if (closing()) {
    noticed_.set();
    return false;
  }
  if (!outbox_.add(item)) {
    const std::string why = "takes messages too slowly";
    end_with_close({.code = close_code::try_again_later, .text = why},
                   "closed here: 1013: the other end " + why, waiting::is_dropped);
    return false;
  }
  wake_.set();
  return true;
}

task<duration> session::ping() {
  const time_point asked = loop::current()->now();
  const std::uint64_t number = pings_.ask();
  wake_.set();
  if (!co_await pings_.returned(number)) throw_closed();
  co_return loop::current()->now() - asked;
}

task<> session::close(close_reason reason) {
  begin_close(std::move(reason));
  co_await over_.wait();
}

task<bool> session::noticed() {
  std::size_t unread = 0;
  do {
    unread = inbox_.size();
    if (co_await wait_for_optional(noticed_.wait(), setup_.options.close_timeout)) co_return true;
  } while (inbox_.size() < unread);
  co_return false;
}

void session::throw_closed() {
  noticed_.set();
  throw connection_closed(*end_, fmt::format("{}: {}", setup_.label, how_));
}

}  // namespace eddy::http::websocket::detail
