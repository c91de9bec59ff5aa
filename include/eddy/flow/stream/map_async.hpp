// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <eddy/core/task.hpp>
#include <eddy/flow/stream/detail/pipe.hpp>
#include <eddy/flow/stream/detail/produced.hpp>

namespace eddy {

/// How many calls of `map_async` run at once, and in what order their results come.
struct map_async_options {
  std::size_t concurrency = 8;  ///< calls under way, and results that wait to be taken, at most
  bool ordered = true;          ///< results in the order of the items; false: as they come
};

namespace detail {

template <class Source, class F>
using mapped_value_t =
    stored<std::remove_cvref_t<task_value_t<std::invoke_result_t<F&, stream_value_t<Source>>>>>;

/// One task pulls the source and starts another for each item.
template <class Source, class F>
class async_mapper final : public producer<mapped_value_t<Source, F>> {
  using item = stream_value_t<Source>;
  using value = mapped_value_t<Source, F>;

 public:
  async_mapper(Source source, F f, const map_async_options& options)
      : async_mapper::producer(options.concurrency),
        source_(std::move(source)),
        f_(std::move(f)),
        ordered_(options.ordered) {}

 private:
  /// A call under way, or one whose result must not come out yet.
  struct call {
    explicit call(semaphore::permit c) noexcept : credit(std::move(c)) {}
    semaphore::permit credit;
    std::optional<value> result;
    std::exception_ptr error;
    spawned* worker = nullptr;  // while it works
    bool cancelled = false;
  };
  using place = typename std::list<call>::iterator;

  void work() override { puller_ = &this->hire(&async_mapper::pull, this); }

  task<> pull() {
    try {
      while (!stopping_) {
        auto credit = co_await this->credit();
        auto next = co_await source_.next();
        if (!next) break;
        if (stopping_) break;
        start(keep_item(next), std::move(credit));
      }
    } catch (...) {
      if (this->abandoned()) throw;
      source_error_ = std::current_exception();  // what came before it goes on to its end
    }
    puller_ = nullptr;
    end_if_last();
  }

  void start(item input, semaphore::permit credit) {
    const place at = calls_.emplace(calls_.end(), std::move(credit));
    try {
      at->worker = &this->hire(&async_mapper::run, this, at, std::move(input));
    } catch (...) {
      calls_.erase(at);  // nobody would ever give it a result
      throw;
    }
  }

  task<> run(place at, item input) {
    try {
      if constexpr (std::is_void_v<task_value_t<std::invoke_result_t<F&, item>>>) {
        co_await std::invoke(f_, std::move(input));
        at->result.emplace();
      } else {
        at->result.emplace(co_await std::invoke(f_, std::move(input)));
      }
    } catch (...) {
      if (this->abandoned()) throw;
      at->error = std::current_exception();
    }
    at->worker = nullptr;
    if (at->error != nullptr) stop_after(at);
    if (ordered_) {
      while (!calls_.empty() && calls_.front().worker == nullptr && come_out(calls_.begin())) {
      }
    } else {
      come_out(at);
    }
    end_if_last();
  }

  /// False: the stream ends here.
  bool come_out(place at) {
    if (at->error != nullptr) {
      this->failed(at->error);
      return false;
    }
    this->give(std::move(*at->result), std::move(at->credit));
    calls_.erase(at);
    return true;
  }

  /// What is ahead of the failure still comes out, what is behind it never will.
  void stop_after(place at) noexcept {
    stopping_ = true;
    if (spawned* puller = std::exchange(puller_, nullptr)) puller->cancel(crew::why());
    for (++at; at != calls_.end(); ++at) {
      if (at->worker != nullptr && !std::exchange(at->cancelled, true)) {
        at->worker->cancel(crew::why());
      }
    }
  }

  void end_if_last() {
    if (puller_ != nullptr || stopping_ || !calls_.empty()) return;
    if (source_error_ != nullptr) {
      this->failed(source_error_);
    } else {
      this->finish();
    }
  }

  Source source_;
  F f_;
  bool ordered_;
  bool stopping_ = false;      // a call failed
  spawned* puller_ = nullptr;  // until the source has ended
  std::exception_ptr source_error_;
  std::list<call> calls_;  // in the order of the items
};

}  // namespace detail

/// `| map_async(f, {.concurrency = 10})`: the value of the task `f(item)` for each item, with
/// several of them under way at once; `std::monostate` if there is none. Starts on items before
/// they are asked for, but holds no more than `concurrency`, results that wait included.
///
/// Errors: what `f` throws comes out in its item's place and cancels the calls for later items, or
/// if not ordered at once and cancels all others; what the source throws comes out after all calls.
/// Either way once, and the stream has then ended. `std::invalid_argument` for a concurrency of 0.
/// Lifetime: an item that is lent is copied, and owned by its call.
template <class F>
[[nodiscard]] auto map_async(F f, map_async_options options = {}) {
  if (options.concurrency == 0) {
    throw std::invalid_argument("eddy: map_async: a concurrency of 0 would never start");
  }
  return detail::pipe([f = std::move(f), options]<class Source>(Source source) mutable {
    static_assert(detail::makes_task<F&, stream_value_t<Source>>,
                  "map_async(f): f(item) must return a task; for anything else use transform");
    return detail::produce<detail::async_mapper<Source, F>>(std::move(source), std::move(f),
                                                            options);
  });
}

}  // namespace eddy
