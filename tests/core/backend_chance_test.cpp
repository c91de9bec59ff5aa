// SPDX-License-Identifier: MIT
// Streams and listeners under a random mixture of all that may happen to them: no byte and no
// connection is lost, doubled or given to another, and each operation completes once.
#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "backend_harness.hpp"
#include "chance.hpp"

namespace eddy::detail {
namespace {

using backend_chance = backend_test;
INSTANTIATE_TEST_SUITE_P(on, backend_chance, both_backends, backend_name);

// More than it takes to read and to accept all that is under way.
constexpr int most_turns = 100'000;

/// The byte of a stream at a position.
char byte_at(std::size_t stream, std::size_t position) {
  return static_cast<char>(stream * 101 + position * 31 + position / 251);
}

/// A connection that is read here, and what has gone over it.
class read_stream {
 public:
  read_stream(backend& on, std::size_t number) : backend_(on), number_(number) {}
  read_stream(const read_stream&) = delete;
  read_stream& operator=(const read_stream&) = delete;
  ~read_stream() {
    cancel();
    while (waiting()) backend_.run_once(time_point::min());
    backend_.forget(pair_.ours.get());
  }

  void write(std::size_t most) {
    std::string text(most, '\0');
    for (std::size_t i = 0; i < most; ++i) text[i] = byte_at(number_, sent_ + i);
    const auto n =
        ::send(pair_.theirs.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) sent_ += static_cast<std::size_t>(n);
  }
  void read(std::size_t most) {
    take();
    if (waiting()) return;
    buffer_.assign(most, '\0');
    op_ = std::make_unique<recorded_op>(recv_into(pair_.ours, buffer_));
    if (const auto result = backend_.submit(*op_)) op_->complete(*result);
    take();
  }
  void cancel() {
    take();
    if (waiting()) backend_.cancel(*op_);
  }
  void drain() {
    for (int turn = 0; got_ < sent_ && !::testing::Test::HasFailure(); ++turn) {
      ASSERT_LT(turn, most_turns) << "bytes are lost";
      read(10'000);
      backend_.run_once(time_point::min());
    }
  }

 private:
  [[nodiscard]] bool waiting() const { return op_ != nullptr && op_->completions == 0; }
  void take() {
    if (op_ == nullptr || op_->completions == 0) return;
    ASSERT_EQ(op_->completions, 1);
    const int result = op_->result;
    op_.reset();
    if (result == -ECANCELED) return;
    ASSERT_GT(result, 0) << std::strerror(-result);
    for (int i = 0; i < result; ++i, ++got_) {
      ASSERT_EQ(buffer_[static_cast<std::size_t>(i)], byte_at(number_, got_));
    }
  }

  backend& backend_;
  std::size_t number_;
  tcp_pair pair_;
  std::string buffer_;
  std::unique_ptr<recorded_op> op_;
  std::size_t sent_ = 0;
  std::size_t got_ = 0;
};

TEST_P(backend_chance, streams_stay_whole_whatever_is_read_cancelled_and_closed_in_between) {
  for (std::uint64_t seed = 1; seed <= 6 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    eddy::testing::chance random(seed);
    std::array<std::unique_ptr<read_stream>, 6> streams;
    std::size_t made = 0;
    for (int step = 0; step < 1000 && !HasFailure(); ++step) {
      auto& stream = streams[random.below(streams.size())];
      if (stream == nullptr) stream = std::make_unique<read_stream>(*backend_, ++made);
      const std::size_t some = std::size_t{1} << random.below(18);
      switch (random.below(10)) {
        case 0:
        case 1:
        case 2:
          stream->write(1 + random.below(some));
          break;
        case 3:
        case 4:
        case 5:
          stream->read(1 + random.below(some));
          break;
        case 6:
          stream->cancel();
          break;
        case 7:
          if (random.below(20) == 0) stream.reset();
          break;
        default:
          poll();
      }
    }
    for (const auto& stream : streams) {
      if (stream != nullptr) stream->drain();
    }
  }
}

/// A listener with its clients, whose connections are accepted here.
class accepting {
 public:
  explicit accepting(backend& on) : backend_(on) { listener_.listen(64); }
  accepting(const accepting&) = delete;
  accepting& operator=(const accepting&) = delete;
  ~accepting() {
    cancel();
    while (waiting()) backend_.run_once(time_point::min());
    take();
    backend_.forget(listener_.fd.get());
  }

  void connect() {
    if (clients_.size() == 60) return;
    clients_.push_back(tcp_socket());
    (void)::connect(clients_.back().get(), reinterpret_cast<const sockaddr*>(&listener_.address),
                    sizeof listener_.address);
  }
  void accept() {
    take();
    if (waiting()) return;
    op_ = std::make_unique<recorded_op>(accept_on(listener_.fd));
    if (const auto result = backend_.submit(*op_)) op_->complete(*result);
    take();
  }
  void cancel() {
    take();
    if (waiting()) backend_.cancel(*op_);
  }
  void accept_all() {
    for (int turn = 0; accepted_ < clients_.size() && !::testing::Test::HasFailure(); ++turn) {
      ASSERT_LT(turn, most_turns) << "connections are lost";
      accept();
      backend_.run_once(time_point::min());
    }
  }

 private:
  [[nodiscard]] bool waiting() const { return op_ != nullptr && op_->completions == 0; }
  void take() {
    if (op_ == nullptr || op_->completions == 0) return;
    EXPECT_EQ(op_->completions, 1);
    const int result = op_->result;
    op_.reset();
    if (result == -ECANCELED) return;
    ASSERT_GE(result, 0) << std::strerror(-result);
    const descriptor connection(result);
    sockaddr_in here{};
    socklen_t size = sizeof here;
    EXPECT_EQ(::getsockname(result, reinterpret_cast<sockaddr*>(&here), &size), 0);
    EXPECT_EQ(here.sin_port, listener_.address.sin_port) << "another listener's connection";
    ++accepted_;
  }

  backend& backend_;
  bound_socket listener_;
  std::vector<descriptor> clients_;
  std::unique_ptr<recorded_op> op_;
  std::size_t accepted_ = 0;
};

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST_P(backend_chance, listeners_lose_no_connection_and_leave_none_open) {
  const std::size_t open = open_descriptors();
  for (std::uint64_t seed = 1; seed <= 6 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    eddy::testing::chance random(seed);
    std::array<std::unique_ptr<accepting>, 3> listeners;
    for (int step = 0; step < 600 && !HasFailure(); ++step) {
      auto& listener = listeners[random.below(listeners.size())];
      if (listener == nullptr) listener = std::make_unique<accepting>(*backend_);
      switch (random.below(8)) {
        case 0:
        case 1:
          for (std::size_t i = random.below(6); i > 0; --i) listener->connect();
          break;
        case 2:
        case 3:
          listener->accept();
          break;
        case 4:
          listener->cancel();
          break;
        case 5:
          if (random.one_in(8)) listener.reset();
          break;
        default:
          poll();
      }
    }
    for (const auto& listener : listeners) {
      if (listener != nullptr) listener->accept_all();
    }
  }
  poll();
  EXPECT_EQ(open_descriptors(), open);
}

}  // namespace
}  // namespace eddy::detail
