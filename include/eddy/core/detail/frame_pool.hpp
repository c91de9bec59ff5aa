// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace eddy::detail {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool recycle_frames = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool recycle_frames = false;
#else
inline constexpr bool recycle_frames = true;
#endif
#else
inline constexpr bool recycle_frames = true;
#endif

/// Memory for coroutine frames and control blocks: one free list a thread and size class.
///
/// Off under AddressSanitizer and ThreadSanitizer, where a recycled frame would hide a use after
/// free. Code built with one of them may use a library built without, and the other way round:
/// every block has the size of its class.
/// Thread safety: a block may be given back on another thread; it then serves that one.
struct frame_pool {
  // A block and malloc's own word together fill 16-byte granules.
  static constexpr std::size_t granule = 16;
  static constexpr std::size_t classes = 256;  // blocks up to 4 KiB; larger ones go to malloc

  static constexpr std::size_t class_of(std::size_t size) noexcept {
    return (size + granule - 1 - sizeof(void*)) / granule;
  }
  static constexpr std::size_t class_size(std::size_t size_class) noexcept {
    return size_class * granule + sizeof(void*);
  }

  struct free_block {
    free_block* next;
  };
  std::array<free_block*, classes> free;
  long allocated;
  long given_back;
};
// Operator new and delete of a frame run to their end on one thread, whatever they are inlined in.
extern constinit thread_local frame_pool this_frame_pool;

[[nodiscard]] void* allocate_new_frame(std::size_t size);
void give_back_frame(void* block) noexcept;

[[nodiscard]] inline void* allocate_frame(std::size_t size) {
  if constexpr (recycle_frames) {
    const std::size_t size_class = frame_pool::class_of(size);
    if (size_class < frame_pool::classes) [[likely]] {
      frame_pool& mine = this_frame_pool;
      if (frame_pool::free_block* block = mine.free[size_class]) [[likely]] {
        mine.free[size_class] = block->next;
        ++mine.allocated;
        return block;
      }
    }
  }
  return allocate_new_frame(size);
}

inline void free_frame(void* block, std::size_t size) noexcept {
  const std::size_t size_class = frame_pool::class_of(size);
  if (!recycle_frames || size_class >= frame_pool::classes) return give_back_frame(block);
  frame_pool& mine = this_frame_pool;
  mine.free[size_class] = new (block) frame_pool::free_block{mine.free[size_class]};
  ++mine.given_back;
}

/// Gives the calling thread's cached blocks back to the system. A loop does so when it ends.
void trim_frame_pool() noexcept;

/// Blocks of this thread handed out and not given back; tests compare it before and after.
[[nodiscard]] inline long live_frames() noexcept {
  return this_frame_pool.allocated - this_frame_pool.given_back;
}

/// Blocks this thread ever handed out.
[[nodiscard]] inline long allocated_frames() noexcept { return this_frame_pool.allocated; }

/// For types that live as long as a coroutine does: control blocks, deferred clean-up.
struct pool_allocated {
  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* block, std::size_t size) noexcept { free_frame(block, size); }
};

}  // namespace eddy::detail
