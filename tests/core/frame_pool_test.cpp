// SPDX-License-Identifier: MIT
#include <eddy/core/detail/frame_pool.hpp>

#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace eddy::detail {
namespace {

TEST(frame_pool, gives_blocks_that_do_not_overlap) {
  struct block {
    unsigned char* at;
    std::size_t size;
  };
  std::vector<block> blocks;
  for (std::size_t size = 1; size < 10'000; size = size * 5 / 4 + 1) {
    auto* at = static_cast<unsigned char*>(allocate_frame(size));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(at) % __STDCPP_DEFAULT_NEW_ALIGNMENT__, 0U);
    std::memset(at, static_cast<int>(blocks.size()), size);
    blocks.push_back({at, size});
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    for (std::size_t b = 0; b < blocks[i].size; ++b) ASSERT_EQ(blocks[i].at[b], i & 0xff);
    free_frame(blocks[i].at, blocks[i].size);
  }
}

TEST(frame_pool, counts_what_is_out_and_what_ever_was) {
  const long live = live_frames();
  const long ever = allocated_frames();
  void* a = allocate_frame(100);
  void* b = allocate_frame(5000);
  EXPECT_EQ(live_frames(), live + 2);
  free_frame(a, 100);
  free_frame(b, 5000);
  EXPECT_EQ(live_frames(), live);
  EXPECT_EQ(allocated_frames(), ever + 2);
}

#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
TEST(frame_pool, gives_a_freed_block_out_again_for_a_size_of_its_class) {
  void* first = allocate_frame(100);
  free_frame(first, 100);
  void* again = allocate_frame(104);
  EXPECT_EQ(again, first);
  free_frame(again, 104);
  trim_frame_pool();
}
#endif

TEST(frame_pool, takes_back_a_block_on_another_thread) {
  void* block = allocate_frame(64);
  std::thread([block] {
    free_frame(block, 64);
    trim_frame_pool();
  }).join();
}

}  // namespace
}  // namespace eddy::detail
