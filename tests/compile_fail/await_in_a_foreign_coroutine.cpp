// SPDX-License-Identifier: MIT
#include <chrono>
#include <coroutine>

#include <eddy/core/sleep.hpp>

struct foreign {
  struct promise_type {
    foreign get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

foreign start() { co_await eddy::sleep(std::chrono::seconds(1)); }
