// SPDX-License-Identifier: MIT
#include <eddy/io/owned_fd.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <utility>

namespace eddy {
namespace {

owned_fd open_null() { return owned_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

TEST(owned_fd, is_closed_with_its_owner) {
  int fd = -1;
  {
    const owned_fd file = open_null();
    fd = file.get();
    EXPECT_TRUE(file);
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(owned_fd, goes_with_a_move_and_is_closed_once) {
  owned_fd from = open_null();
  const int fd = from.get();
  owned_fd to = std::move(from);
  EXPECT_FALSE(from);
  EXPECT_EQ(to.get(), fd);
  to = owned_fd();
  EXPECT_FALSE(to);
  EXPECT_FALSE(is_open(fd));
}

TEST(owned_fd, that_is_released_is_the_takers) {
  owned_fd file = open_null();
  const int fd = file.release();
  EXPECT_FALSE(file);
  file = owned_fd();
  EXPECT_TRUE(is_open(fd));
  ::close(fd);
}

TEST(owned_fd, owns_nothing_to_begin_with) { EXPECT_EQ(owned_fd().get(), -1); }

}  // namespace
}  // namespace eddy
