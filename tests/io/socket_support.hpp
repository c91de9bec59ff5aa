// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/introspect.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/io/detail/stream_socket.hpp>

// What tests of sockets have in common, whatever the family.

namespace eddy {

/// One read, as text.
inline task<std::string> read_text(detail::stream_socket& from) {
  std::string text(256, '\0');
  text.resize(co_await from.read_some(text));
  co_return text;
}

inline task<std::string> read_to_end(detail::stream_socket& from) {
  std::string whole;
  std::string chunk(16 << 10, '\0');
  while (const std::size_t got = co_await from.read_some(chunk)) whole.append(chunk, 0, got);
  co_return whole;
}

/// Lets others run until some task waits for `what`, in the task tree's words.
inline task<> until_waiting(std::string what) {
  while (!task_tree(*loop::current()).contains("waits: " + what)) co_await yield();
}

/// Runs until the backend has seen all that tasks have asked for so far.
inline task<> settle() {
  for (int i = 0; i < 200; ++i) co_await yield();
}

template <class T>
task<> expect_cancelled(task_handle<T> handle) {
  EXPECT_THROW(co_await handle, task_cancelled);
}

/// What awaiting `work()` throws.
template <class Work>
task<std::string> error_of(Work work) {
  try {
    co_await work();
  } catch (const std::exception& e) {
    co_return e.what();
  }
  co_return "no error";
}

/// What `work()` throws.
template <class Work>
std::string error_text(Work work) {
  try {
    work();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace eddy
