// SPDX-License-Identifier: MIT
#include "leaves.hpp"

#include <chrono>

namespace eddy::cancellation {

leaf_kind current_leaf_kind = leaf_kind::timer;
observer* watching = nullptr;

namespace {

leaf_kind kind_for(int length) {
  constexpr leaf_kind mixture[] = {leaf_kind::timer, leaf_kind::request, leaf_kind::stubborn};
  return current_leaf_kind == leaf_kind::mixed ? mixture[length % 3] : current_leaf_kind;
}

}  // namespace

pause::pause(int length) : length_(length), kind_(kind_for(length)) {}

pause::~pause() {
  if (operation_.armed() || cancelling_.armed()) problem("an operation outlives its awaiter");
}

void pause::suspend(detail::frame& owner) {
  if (watching != nullptr) watching->suspending();
  if (!park(owner)) return;
  if (kind_ == leaf_kind::yielding) {
    finish();
  } else {
    home().arm(operation_, home().now() + std::chrono::nanoseconds(length_));
  }
  if (watching != nullptr) watching->suspended();
}

void pause::cancel(detail::frame&, bool) noexcept {
  if (kind_ == leaf_kind::timer) {
    home().disarm(operation_);
    give_up();
  } else if (kind_ == leaf_kind::request && !cancelling_.armed()) {
    home().arm(cancelling_, home().now() + std::chrono::nanoseconds(1));
  }
}

void pause::complete(bool of_cancel) noexcept {
  if (of_cancel && operation_.armed()) {
    home().disarm(operation_);
    cancelled_ = true;
  }
  if (operation_.armed() || cancelling_.armed()) return;  // the other one still needs the awaiter
  if (cancelled_) {
    give_up();
  } else {
    finish();
  }
}

void pause::finish() noexcept {
  deliver();
  wake();
  if (watching != nullptr) watching->completed();
}

}  // namespace eddy::cancellation
