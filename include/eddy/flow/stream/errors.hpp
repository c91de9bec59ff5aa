// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <eddy/flow/stream/detail/pipe.hpp>
#include <eddy/flow/stream/detail/stage.hpp>
#include <eddy/flow/stream/sources.hpp>

namespace eddy {
namespace detail {

/// Lets other tasks run now and then, and a cancel in.
struct breather {
  [[nodiscard]] ready_next<breather> next() noexcept { return ready_next(*this); }
  void produce() const noexcept {}
};

template <class Source, class Into>
class error_skipper {
  using item = next_result_t<Source>;
  class pulling;

 public:
  error_skipper(Source source, Into into) : source_(std::move(source)), into_(std::move(into)) {}
  [[nodiscard]] pulling next() { return pulling(*this); }

 private:
  Source source_;
  Into into_;
};

template <class Source, class Into>
class error_skipper<Source, Into>::pulling final : public stage<pulling> {
 public:
  explicit pulling(error_skipper& self) noexcept : self_(self) {}

  std::coroutine_handle<> drive() {
    for (;;) {
      if (paused_.started()) paused_.take();
      std::exception_ptr error;
      try {
        const auto pull = [this] { return self_.source_.next(); };
        if (!pulled_.started()) {
          if (const auto next = pulled_.start(this->inner(), pull)) return next;
        }
        out_.emplace(pulled_.take());
        return nullptr;
      } catch (...) {
        error = std::current_exception();
      }
      pulled_.reset();
      self_.into_(std::move(error));
      // A source that throws without ever waiting must not keep all others from running.
      const auto pause = [this] { return breather_.next(); };
      if (const auto next = paused_.start(this->inner(), pause)) return next;
    }
  }
  void drop() noexcept {
    pulled_.reset();
    paused_.reset();
  }
  item result() { return std::move(*out_); }

 private:
  error_skipper& self_;
  pending_await<next_awaitable_t<Source>> pulled_;
  breather breather_;
  pending_await<ready_next<breather>> paused_;
  std::optional<item> out_;
};

template <class Source, class E, class F>
class error_catcher {
  using value = stream_value_t<Source>;
  using other = held_stream<std::invoke_result_t<F&, const E&>>;
  static_assert(std::is_convertible_v<stream_value_t<other>, value>,
                "catch_error(f): the stream that f gives must have the same type of items");
  class pulling;

 public:
  error_catcher(Source source, F f) : source_(std::move(source)), f_(std::move(f)) {}
  [[nodiscard]] pulling next() { return pulling(*this); }

 private:
  Source source_;
  F f_;
  std::optional<other> other_;  // once the source has failed
};

template <class Source, class E, class F>
class error_catcher<Source, E, F>::pulling final : public stage<pulling> {
 public:
  explicit pulling(error_catcher& self) noexcept : self_(self) {}

  std::coroutine_handle<> drive() {
    if (!self_.other_) {
      try {
        return pull(self_.source_, from_source_);
      } catch (const E& error) {
        from_source_.reset();
        self_.other_.emplace(hold(std::invoke(self_.f_, error)));
      }
    }
    return pull(*self_.other_, from_other_);
  }
  void drop() noexcept {
    from_source_.reset();
    from_other_.reset();
  }
  std::optional<value> result() { return std::move(out_); }

 private:
  template <class Stream>
  std::coroutine_handle<> pull(Stream& stream, pending_await<next_awaitable_t<Stream>>& pulled) {
    if (!pulled.started()) {
      const auto make = [&stream] { return stream.next(); };
      if (const auto next = pulled.start(this->inner(), make)) return next;
    }
    if (auto item = pulled.take()) out_.emplace(keep_item(item));
    return nullptr;
  }

  error_catcher& self_;
  pending_await<next_awaitable_t<Source>> from_source_;
  pending_await<next_awaitable_t<other>> from_other_;
  std::optional<value> out_;
};

/// Calls what can be called with an error, and adds it to anything else.
template <class Into>
struct error_sink {
  void operator()(std::exception_ptr error) {
    if constexpr (std::is_invocable_v<Into&, std::exception_ptr>) {
      into(std::move(error));
    } else {
      into.push_back(std::move(error));
    }
  }
  Into into;
};

}  // namespace detail

/// `| skip_errors(into)`: goes on with the next item where the source throws. `into` gets the
/// error, as a `std::exception_ptr`: a function, or a container that has a name.
///
/// Of use after stages that can go on, such as `transform` with a function that throws for one
/// item; a generator, and a stage with tasks of its own, has ended when it has thrown. A container
/// holds every error.
template <class Into>
[[nodiscard]] auto skip_errors(Into&& into) {
  // A container is referred to, a function is kept.
  using kept = std::conditional_t<std::is_invocable_v<Into&, std::exception_ptr>,
                                  std::remove_cvref_t<Into>, Into>;
  static_assert(std::is_invocable_v<Into&, std::exception_ptr> || std::is_lvalue_reference_v<Into>,
                "skip_errors(into): nobody would see what a container without a name collects");
  return detail::pipe([sink = detail::error_sink<kept>{static_cast<Into&&>(into)}]<class Source>(
                          Source source) mutable {
    return detail::error_skipper<Source, detail::error_sink<kept>>(std::move(source),
                                                                   std::move(sink));
  });
}

/// `| catch_error<timeout_error>(f)`: when the source throws an `E`, goes on with the stream that
/// `f(error)` gives; items that are lent are copied. Without `E`, any `std::exception`.
///
/// Errors: others pass, and so do those of the new stream.
template <class E = std::exception, class F>
[[nodiscard]] auto catch_error(F f) {
  return detail::pipe([f = std::move(f)]<class Source>(Source source) mutable {
    return detail::error_catcher<Source, E, F>(std::move(source), std::move(f));
  });
}

}  // namespace eddy
