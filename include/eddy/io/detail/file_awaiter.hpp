// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <eddy/core/detail/job_pool.hpp>
#include <eddy/core/detail/queues.hpp>
#include <eddy/io/detail/io_awaiter.hpp>
#include <eddy/io/detail/open_file.hpp>

namespace eddy::detail {

/// A request to a file. What the page cache can answer costs one system call in place. The rest
/// goes to the backend or, where that takes no files, to a worker thread.
///
/// A worker cannot be stopped half-way and uses the caller's buffer, so a cancel waits for it, and
/// its result is delivered.
class file_awaiter : public io_awaiter, private pool_job, private remote_work {
 protected:
  /// At the position, and moving it.
  file_awaiter(open_file& file, io_code code, void* data, std::size_t size) noexcept;
  /// At `offset`, or nowhere in particular. Any number of these may be in flight.
  file_awaiter(open_file& file, io_code code, void* data, std::size_t size,
               std::uint64_t offset) noexcept;
  ~file_awaiter() = default;

  [[nodiscard]] bool is_over(int result) noexcept override;

  // Longer requests are cut: the copy of this much out of the page cache takes a tenth of a
  // millisecond, and others wait for it.
  static constexpr std::size_t longest_request = std::size_t{1} << 20;

  open_file& file_;

 private:
  [[nodiscard]] std::optional<int> submit() noexcept final;
  void ask_to_stop() noexcept final;
  [[nodiscard]] std::optional<int> try_in_place() noexcept;
  void charge(int moved) noexcept;
  void run() noexcept final;  // on the worker
  void arrive() noexcept final;

  const file_use use_;
  io_slot own_slot_;
  const bool moves_position_;
  int from_worker_ = 0;
};

/// Reads what is there, up to the size asked for.
class file_reading final : public file_awaiter {
 public:
  file_reading(open_file& file, void* into, std::size_t size) noexcept;
  file_reading(open_file& file, void* into, std::size_t size, std::uint64_t offset) noexcept;
  std::size_t await_resume();

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "file read"; }
};

/// Writes what goes in at once.
class file_writing_some final : public file_awaiter {
 public:
  file_writing_some(open_file& file, const void* from, std::size_t size) noexcept;
  std::size_t await_resume();

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "file write"; }
};

/// Writes everything.
class file_writing final : public file_awaiter {
 public:
  file_writing(open_file& file, const void* from, std::size_t size) noexcept;
  file_writing(open_file& file, const void* from, std::size_t size, std::uint64_t offset) noexcept;
  void await_resume();

 private:
  [[nodiscard]] bool is_over(int result) noexcept override;
  [[nodiscard]] const char* describe() const noexcept override { return "file write"; }
  std::size_t left_;
};

/// Waits until what was written is on the disk.
class file_syncing final : public file_awaiter {
 public:
  file_syncing(open_file& file, bool data_only) noexcept;
  void await_resume();

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "file sync"; }
};

}  // namespace eddy::detail
