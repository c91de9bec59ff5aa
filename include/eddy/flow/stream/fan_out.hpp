// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <eddy/flow/broadcast.hpp>
#include <eddy/flow/queue.hpp>
#include <eddy/flow/stream/detail/crew.hpp>
#include <eddy/flow/stream/detail/pipe.hpp>
#include <eddy/flow/stream/detail/stage.hpp>

namespace eddy {
namespace detail {

/// A crew whose items go to several streams. The last of them to be dropped drops it.
class fan_out : public crew {
 public:
  [[nodiscard]] const std::exception_ptr& error() const noexcept { return error_; }

 protected:
  void failed(std::exception_ptr error) noexcept final {
    error_ = std::move(error);
    end();
  }
  virtual void end() noexcept = 0;

 private:
  std::exception_ptr error_;
};

/// One of the streams: `Seat` has `next()` and is where its items wait.
template <class FanOut, class Seat>
class branch_stream {
  using value = typename FanOut::value_type;
  class pulling;

 public:
  branch_stream(std::shared_ptr<FanOut> from, Seat seat) noexcept
      : from_(std::move(from)), seat_(std::move(seat)) {}
  branch_stream(branch_stream&&) noexcept = default;
  branch_stream& operator=(branch_stream&& other) noexcept {
    branch_stream taken(std::move(other));  // goes with what we had, the seat first
    std::swap(from_, taken.from_);
    std::swap(seat_, taken.seat_);
    std::swap(told_, taken.told_);
    return *this;
  }
  ~branch_stream() = default;
  [[nodiscard("co_await it")]] pulling next() noexcept { return pulling(*this); }

 private:
  std::shared_ptr<FanOut> from_;
  Seat seat_;  // goes first
  bool told_ = false;
};

template <class FanOut, class Seat>
class branch_stream<FanOut, Seat>::pulling final : public stage<pulling> {
 public:
  explicit pulling(branch_stream& self) noexcept : self_(self) {}

  std::coroutine_handle<> drive() {
    if (!got_.started()) {
      self_.from_->begin(this->inner());
      const auto get = [this] { return self_.seat_.next(); };
      if (const auto next = got_.start(this->inner(), get)) return next;
    }
    out_ = Seat::take(got_);
    if (!out_ && self_.from_->error() != nullptr && !std::exchange(self_.told_, true)) {
      std::rethrow_exception(self_.from_->error());
    }
    return nullptr;
  }
  void drop() noexcept { got_.reset(); }
  std::optional<value> result() { return std::move(out_); }

 private:
  branch_stream& self_;
  pending_await<decltype(std::declval<Seat&>().next())> got_;
  std::optional<value> out_;
};

/// A place at a queue that somebody else owns. Leaving lets the items go.
template <class Value>
class queue_seat {
 public:
  explicit queue_seat(queue<Value>& at) noexcept : queue_(&at) {}
  queue_seat(queue_seat&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
  queue_seat& operator=(queue_seat&& other) noexcept {
    std::swap(queue_, other.queue_);
    return *this;
  }
  ~queue_seat() {
    if (queue_ != nullptr) queue_->shutdown(true);
  }
  [[nodiscard]] auto next() noexcept { return queue_->get(); }
  static std::optional<Value> take(auto& got) {
    try {
      return got.take();
    } catch (const queue_shut_down&) {
      return std::nullopt;
    }
  }

 private:
  queue<Value>* queue_;
};

template <class Source, class F>
class partitioner final : public fan_out {
 public:
  using value_type = stream_value_t<Source>;
  using seat = queue_seat<value_type>;

  partitioner(Source source, F is, std::size_t capacity)
      : source_(std::move(source)), is_(std::move(is)), queues_{make(capacity), make(capacity)} {}
  seat take_seat(bool yes) noexcept { return seat(queues_[yes ? 0 : 1]); }

 private:
  static queue<value_type> make(std::size_t capacity) { return queue<value_type>(capacity); }

  void work() override { this->hire(&partitioner::divide, this); }
  task<> divide() {
    while (auto item = co_await source_.next()) {
      if (this->dismissed()) co_return;
      auto& to = queues_[std::invoke(is_, std::as_const(*item)) ? 0 : 1];
      try {
        co_await to.put(keep_item(item));
      } catch (const queue_shut_down&) {  // nobody wants these any more
      }
    }
    end();
  }
  void end() noexcept override {
    for (auto& each : queues_) each.shutdown();
  }

  Source source_;
  F is_;
  std::array<queue<value_type>, 2> queues_;
};

template <class Value>
class reader_seat : public broadcast<Value>::reader {
 public:
  explicit reader_seat(typename broadcast<Value>::reader r) noexcept
      : broadcast<Value>::reader(std::move(r)) {}
  static std::optional<Value> take(auto& got) { return got.take(); }
};

template <class Source>
class tee_sender final : public fan_out {
 public:
  using value_type = stream_value_t<Source>;
  using seat = reader_seat<value_type>;

  explicit tee_sender(Source source) : source_(std::move(source)) {}
  seat take_seat(const reader_options& options) { return seat(news_.subscribe(options)); }

 private:
  void work() override { this->hire(&tee_sender::send, this); }
  task<> send() {
    while (auto item = co_await source_.next()) {
      if (this->dismissed()) co_return;
      co_await news_.send(keep_item(item));
    }
    end();
  }
  void end() noexcept override { news_.close(); }

  Source source_;
  broadcast<value_type> news_;
};

template <class FanOut>
std::shared_ptr<FanOut> share(crew_ptr<FanOut> all) {
  return std::shared_ptr<FanOut>(std::move(all));
}

}  // namespace detail

/// How much room the two halves of a `partition` have.
struct partition_options {
  std::size_t capacity = 16;  ///< items that may wait for each half
};

/// `auto [even, odd] = numbers | partition(is_even);` two streams: of the items for which
/// `is(item)` holds, and of the others. A task of its own pulls the source.
///
/// A half that is full holds the source back, and so the other half: consume both, in different
/// tasks or with enough capacity. A half that was dropped gets nothing any more; its items go.
/// Holds `capacity` items for each half and one more. Errors: the source's, in both halves;
/// `std::invalid_argument` for a capacity of 0.
template <class F>
[[nodiscard]] auto partition(F is, partition_options options = {}) {
  if (options.capacity == 0) {
    throw std::invalid_argument("eddy: partition: a half needs room for one item at least");
  }
  return detail::pipe([is = std::move(is), options]<class Source>(Source source) mutable {
    using divider = detail::partitioner<Source, F>;
    using half = detail::branch_stream<divider, typename divider::seat>;
    auto all = detail::share(
        detail::make_crew<divider>(std::move(source), std::move(is), options.capacity));
    return std::pair<half, half>(half(all, all->take_seat(true)), half(all, all->take_seat(false)));
  });
}

/// `auto [a, b] = numbers | tee<2>({.capacity = 16});` `N` streams, each with a copy of every item:
/// a `broadcast` of the source, which a task of its own sends. `when_full` says what becomes of a
/// slow one: by default it holds the source and the others back.
///
/// Holds `capacity` items for each and one more. Errors: the source's, in each of them;
/// `reader_disconnected` in one that was too slow; `std::invalid_argument` for a capacity of 0.
template <std::size_t N>
[[nodiscard]] auto tee(reader_options options = {}) {
  return detail::pipe([options]<class Source>(Source source) {
    using sender = detail::tee_sender<Source>;
    using one = detail::branch_stream<sender, typename sender::seat>;
    auto all = detail::share(detail::make_crew<sender>(std::move(source)));
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return std::array<one, N>{(static_cast<void>(I), one(all, all->take_seat(options)))...};
    }(std::make_index_sequence<N>());
  });
}

}  // namespace eddy
