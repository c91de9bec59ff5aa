// SPDX-License-Identifier: MIT
#include <eddy/core/detail/frame_pool.hpp>

#include <cstdlib>
#include <new>

namespace eddy::detail {

constinit thread_local frame_pool this_frame_pool{};

void* allocate_new_frame(std::size_t size) {
  frame_pool& mine = this_frame_pool;
  const std::size_t size_class = frame_pool::class_of(size);
  // Whole classes even where nothing is recycled: who gives a block back may think otherwise.
  void* block = std::malloc(frame_pool::class_size(size_class));
  if (block == nullptr) throw std::bad_alloc();
  ++mine.allocated;
  return block;
}

void give_back_frame(void* block) noexcept {
  ++this_frame_pool.given_back;
  std::free(block);
}

void trim_frame_pool() noexcept {
  for (frame_pool::free_block*& head : this_frame_pool.free) {
    while (head != nullptr) {
      frame_pool::free_block* next = head->next;
      std::free(head);
      head = next;
    }
  }
}

}  // namespace eddy::detail
