// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include <eddy/core/task.hpp>
#include <eddy/flow/mutex.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy::detail {

/// A stream whose open file description is not ours alone, so that it must be left to block if it
/// does: a worker reads and writes, once it is ready.
class shared_stream {
 public:
  /// `fd` stays open, and its owner's.
  /// Errors: throws `io_error` if it is not open.
  shared_stream(int fd, std::string name);

  /// Errors: as those of any byte stream.
  [[nodiscard]] task<std::size_t> read_some(void* into, std::size_t size);
  [[nodiscard]] task<> write_all(const void* from, std::size_t size);

 private:
  [[nodiscard]] task<> ready(io_code code);
  [[nodiscard]] mutex::guard take_turn(const char* what);

  std::string name_;
  descriptor fd_;  // a second number, for the loop to watch
  bool regular_;
  io_slot slot_;
  mutex turn_;
};

}  // namespace eddy::detail
