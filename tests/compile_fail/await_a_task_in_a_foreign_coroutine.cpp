// SPDX-License-Identifier: MIT
#include <coroutine>

#include <eddy/core/task.hpp>

struct foreign {
  struct promise_type {
    foreign get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

eddy::task<int> f();

foreign start() { co_await f(); }
