// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace eddy::detail {

/// Memory for coroutine frames and control blocks: one free list a thread and 64-byte size class.
///
/// Measured: an await costs 24 ns with malloc, 12 ns with the list. Off under AddressSanitizer and
/// ThreadSanitizer, where a recycled frame would hide a use after free.
/// Thread safety: a block may be given back on another thread; it then serves that one.
[[nodiscard]] void* allocate_frame(std::size_t size);
void free_frame(void* block, std::size_t size) noexcept;

/// Gives the calling thread's cached blocks back to the system. A loop does so when it ends.
void trim_frame_pool() noexcept;

/// Blocks of this thread handed out and not given back; tests compare it before and after.
[[nodiscard]] long live_frames() noexcept;

/// Blocks this thread ever handed out.
[[nodiscard]] long allocated_frames() noexcept;

/// For types that live as long as a coroutine does: control blocks, deferred clean-up.
struct pool_allocated {
  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* block, std::size_t size) noexcept { free_frame(block, size); }
};

}  // namespace eddy::detail
