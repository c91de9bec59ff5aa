// SPDX-License-Identifier: MIT
#include <eddy/core/detail/frame_pool.hpp>

#include <cstdlib>
#include <new>

namespace eddy::detail {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool recycle = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool recycle = false;
#else
constexpr bool recycle = true;
#endif
#else
constexpr bool recycle = true;
#endif

constexpr std::size_t granule = 64;
constexpr std::size_t classes = 64;  // blocks up to 4 KiB; larger ones go to malloc

struct free_block {
  free_block* next;
};

struct pool {
  free_block* free[classes];
  long live;
  long allocated;
};

constinit thread_local pool this_pool{};

}  // namespace

void* allocate_frame(std::size_t size) {
  pool& mine = this_pool;
  const std::size_t size_class = (size + granule - 1) / granule;
  void* block = nullptr;
  if (recycle && size_class < classes && mine.free[size_class] != nullptr) {
    block = mine.free[size_class];
    mine.free[size_class] = mine.free[size_class]->next;
  } else {
    block = std::malloc(recycle ? size_class * granule : size);
    if (block == nullptr) throw std::bad_alloc();
  }
  ++mine.live;
  ++mine.allocated;
  return block;
}

void free_frame(void* block, std::size_t size) noexcept {
  pool& mine = this_pool;
  --mine.live;
  const std::size_t size_class = (size + granule - 1) / granule;
  if (recycle && size_class < classes) {
    mine.free[size_class] = new (block) free_block{mine.free[size_class]};
  } else {
    std::free(block);
  }
}

void trim_frame_pool() noexcept {
  for (free_block*& head : this_pool.free) {
    while (head != nullptr) {
      free_block* next = head->next;
      std::free(head);
      head = next;
    }
  }
}

long live_frames() noexcept { return this_pool.live; }
long allocated_frames() noexcept { return this_pool.allocated; }

}  // namespace eddy::detail
