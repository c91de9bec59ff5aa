// SPDX-License-Identifier: MIT
#include "happy_eyeballs.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <eddy/core/loop.hpp>
#include <eddy/core/wait_for.hpp>

namespace eddy::detail {
namespace {

// As RFC 8305 recommends.
constexpr auto attempt_delay = std::chrono::milliseconds(250);
// How long IPv4 waits for IPv6 where its addresses are known first.
constexpr auto resolution_delay = std::chrono::milliseconds(50);

time_point now() noexcept { return loop::current()->now(); }

}  // namespace

task<bool> happy_eyeballs::run() {
  co_await with_task_group([this](task_group& attempts) { return direct(attempts); });
  if (!won_ && failures_.empty()) std::rethrow_exception(not_found_);
  co_return won_;
}

task<> happy_eyeballs::direct(task_group& attempts) {
  attempts.create_task({.name = "look up"}, [this] { return look_up(); });
  while (!won_) {
    if (!waiting_.empty() && now() >= due_) {
      start_next(attempts);
    } else if (waiting_.empty() && looked_up_ && running_ == 0) {
      break;
    } else {
      co_await news();
    }
  }
  attempts.cancel();
}

task<> happy_eyeballs::news() {
  happened_.clear();
  if (waiting_.empty()) {
    co_await happened_.wait();
  } else {
    co_await wait_for_optional(happened_.wait(), due_ - now());
  }
}

task<> happy_eyeballs::look_up() {
  try {
    co_await contest_.find([this](const std::vector<ip_address>& addresses) { found(addresses); });
  } catch (...) {
    not_found_ = std::current_exception();
  }
  looked_up_ = true;
  if (!last_was_v6_) due_ = time_point::min();
  happened_.set();
}

void happy_eyeballs::found(const std::vector<ip_address>& addresses) {
  waiting_.insert(waiting_.end(), addresses.begin(), addresses.end());
  waiting_ = contest_.order(std::move(waiting_));
  if (!last_was_v6_) {
    const bool any_v6 = std::ranges::any_of(waiting_, &ip_address::is_v6);
    due_ = any_v6 ? time_point::min() : now() + resolution_delay;
  }
  happened_.set();
}

void happy_eyeballs::start_next(task_group& attempts) {
  auto next = std::ranges::find_if(waiting_, [this](const ip_address& a) {
    return !last_was_v6_ || a.is_v6() != *last_was_v6_;
  });
  if (next == waiting_.end()) next = waiting_.begin();
  const ip_address to = *next;
  waiting_.erase(next);
  last_was_v6_ = to.is_v6();
  due_ = now() + attempt_delay;
  ++running_;
  attempts.create_task({.name = "connect " + to.to_string()}, [this, to] { return attempt(to); });
}

task<> happy_eyeballs::attempt(ip_address to) {
  try {
    co_await contest_.connect(to);
    won_ = true;
  } catch (...) {
    failures_.push_back({to, std::current_exception()});
    due_ = time_point::min();
  }
  --running_;
  happened_.set();
}

}  // namespace eddy::detail
