// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <source_location>
#include <span>
#include <string>
#include <string_view>

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

/// As many reads as it takes; less than `size` at the end of the stream.
inline task<std::string> read_exactly(detail::stream_socket& from, std::size_t size) {
  std::string text(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const std::size_t count = co_await from.read_some(std::span(text).subspan(got));
    if (count == 0) break;
    got += count;
  }
  text.resize(got);
  co_return text;
}

/// `expected` comes next, in however many pieces.
inline task<> expect_text(detail::stream_socket& from, std::string_view expected,
                          std::source_location where = std::source_location::current()) {
  const std::string text = co_await read_exactly(from, expected.size());
  if (text != expected) {
    ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line()))
        << "read: " << text << "\nexpected: " << expected;
  }
}

inline task<std::string> read_to_end(detail::stream_socket& from) {
  std::string whole;
  std::string chunk(16 << 10, '\0');
  while (const std::size_t got = co_await from.read_some(chunk)) whole.append(chunk, 0, got);
  co_return whole;
}

/// Lets others run until some task waits for `what`, in the task tree's words; lets time pass too
/// if it takes long.
inline task<> until_waiting(std::string what) {
  for (int turns = 0; !task_tree(*loop::current()).contains("waits: " + what); ++turns) {
    co_await sleep(std::chrono::milliseconds(turns < 1000 ? 0 : 1));
  }
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
