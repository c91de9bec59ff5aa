// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include <eddy/flow/stream/async_iterable.hpp>
#include <eddy/flow/stream/detail/pipe.hpp>
#include <eddy/flow/stream/detail/stage.hpp>

namespace eddy::detail {

/// What an operation says of an item.
enum class verdict : std::uint8_t {
  skip,  // pull the next one
  pass,  // this is the answer, as it is
  give,  // the answer was put into `out`
  end,   // the stream is over
};

/// Nothing to await beside the source.
struct no_call {};

/// What stands for the value of a call that has none.
struct passed {};

/// An operation may say before a pull that the stream is over, without asking the source.
template <class Op>
bool is_over(const Op& op) noexcept {
  if constexpr (requires { op.over(); }) {
    return op.over();
  } else {
    return false;
  }
}

/// Whether a call that was cancelled is made again, for the same item, by the following `next()`.
template <class Op>
inline constexpr bool calls_again = requires { Op::calls_again; };

/// A source and an operation that looks at its items one by one.
///
/// The operation has `receive(item, out)`, where an empty `item` is the end of the source, and a
/// type `answer<Result>`. One that awaits something for each item has `call(item)` as well and then
/// `receive(item, value, out)`, neither of which sees the end.
template <class Source, class Op>
class adapted {
  using item = next_result_t<Source>;
  using out = typename Op::template answer<item>;
  static constexpr bool calls = requires(Op& op, item& i) { op.call(i); };
  class pulling;

 public:
  adapted(Source source, Op op) : source_(std::move(source)), op_(std::move(op)) {}

  [[nodiscard]] pulling next() { return pulling(*this); }

 private:
  static auto call_type() {
    if constexpr (calls) {
      return std::type_identity<decltype(std::declval<Op&>().call(std::declval<item&>()))>();
    } else {
      return std::type_identity<no_call>();
    }
  }

  Source source_;
  Op op_;
  std::optional<item> item_;  // not in the awaiter: an answer may refer to it until the next pull
  bool waits_ = false;        // for its call to be made again, should this one be cancelled

  /// No stage that never makes a call again pays for asking.
  [[nodiscard]] bool waits() const noexcept { return calls_again<Op> && waits_; }
};

template <class Source, class Op>
class adapted<Source, Op>::pulling final : public stage<pulling> {
  using call = typename decltype(call_type())::type;

 public:
  explicit pulling(adapted& self) noexcept : self_(self) {}

  std::coroutine_handle<> drive() {
    for (;;) {
      if constexpr (calls) {
        if (called_.started()) {
          self_.waits_ = false;
          const auto value = [this]() -> decltype(auto) {
            if constexpr (std::is_void_v<decltype(called_.take())>) {
              called_.take();
              return passed();
            } else {
              return called_.take();
            }
          };
          if (decided(self_.op_.receive(*self_.item_, value(), out_))) return nullptr;
        }
      }
      if (!self_.waits() && !pulled_.started()) {
        if (is_over(self_.op_)) return nullptr;
        const auto pull = [this] { return self_.source_.next(); };
        if (const auto next = pulled_.start(this->inner(), pull)) return next;
      }
      if (!self_.waits()) self_.item_.emplace(pulled_.take());
      if constexpr (calls) {
        if (!*self_.item_) return nullptr;
        self_.waits_ = calls_again<Op>;
        const auto make = [this] { return self_.op_.call(*self_.item_); };
        if (const auto next = called_.start(this->inner(), make)) return next;
      } else {
        if (decided(self_.op_.receive(*self_.item_, out_))) return nullptr;
      }
    }
  }
  void drop() noexcept {
    if constexpr (calls) called_.reset();
    pulled_.reset();
  }
  out result() {
    if constexpr (std::is_same_v<out, item>) {
      if (verdict_ == verdict::pass) return std::move(*self_.item_);
    }
    return std::move(out_);
  }

 private:
  bool decided(verdict v) noexcept {
    verdict_ = v;
    return v != verdict::skip;
  }

  adapted& self_;
  pending_await<next_awaitable_t<Source>> pulled_;
  [[no_unique_address]] std::conditional_t<calls, pending_await<call>, no_call> called_;
  out out_{};
  verdict verdict_ = verdict::end;
};

/// The right side of a `|` that makes a stage of `op`.
template <class Op>
auto adapt(Op op) {
  return pipe([op = std::move(op)]<class Source>(Source source) mutable {
    return adapted<Source, Op>(std::move(source), std::move(op));
  });
}

}  // namespace eddy::detail
