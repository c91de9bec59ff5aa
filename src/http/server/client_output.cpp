// SPDX-License-Identifier: MIT
#include <http/server/client_output.hpp>

#include <utility>

#include <eddy/core/loop.hpp>
#include <eddy/core/wait_for.hpp>

namespace eddy::http::detail {

task<bool> client_output::flush() {
  const mutex::guard alone = co_await sending_.lock();
  for (;;) {
    if (!co_await send(left_)) co_return false;
    if (pending_.empty()) co_return true;
    taken_.clear();
    std::swap(taken_, pending_);
    left_ = taken_;
  }
}

task<bool> client_output::write(std::string_view bytes) {
  if (bytes.size() <= small) {
    pending_ += bytes;
    co_return co_await flush();
  }
  if (!co_await flush()) co_return false;
  const mutex::guard alone = co_await sending_.lock();
  co_return co_await send(bytes);
}

// `bytes` says at every suspension what is left, so that a cancel loses count of nothing.
task<bool> client_output::send(std::string_view& bytes) {
  while (!bytes.empty()) {
    const time_point start = loop::current()->now();
    const auto count = co_await wait_for_optional(to_.write_some(bytes), limit_.left());
    if (!count) co_return false;
    bytes.remove_prefix(*count);
    limit_.waited(loop::current()->now() - start, *count);
  }
  co_return true;
}

}  // namespace eddy::http::detail
