// SPDX-License-Identifier: MIT
//
// Writing what does not fit: a limit on the size of files stands for a disk that is full.
#include <sys/resource.h>

#include <csignal>
#include <string>

#include <eddy/core/error.hpp>
#include <eddy/io/atomic_write.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/fs.hpp>
#include <eddy/testing/test.hpp>

#include "scratch.hpp"

namespace eddy {
namespace {

using testing::scratch;

constexpr std::size_t room = 100'000;

class little_room {
 public:
  little_room() {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit little{.rlim_cur = room, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &little);
  }
  little_room(const little_room&) = delete;
  little_room& operator=(const little_room&) = delete;
  ~little_room() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

EDDY_IO_TEST(full_disk, the_position_says_how_much_of_a_write_went_in) {
  const scratch in;
  const std::string much(room + 50'000, 'x');
  {
    const little_room here;
    file f = co_await file::open(in / "a", {.create = true});
    EXPECT_THROW(co_await f.write_all(much), io_error);
    EXPECT_EQ(f.tell(), room);
    f.seek(1000);
    co_await f.write_all("usable");
  }
  EXPECT_EQ((co_await fs::status(in / "a")).size, room);
}

EDDY_TEST(full_disk, atomic_write_leaves_the_old_contents_and_nothing_else) {
  const scratch in;
  const std::string path = in.with("a", "old");
  {
    const little_room here;
    EXPECT_THROW(co_await atomic_write(path, std::string(room + 1, 'x')), io_error);
  }
  EXPECT_EQ(co_await read_file(path), "old");
  EXPECT_EQ((co_await fs::list(in / "")).size(), 1U);
}

EDDY_TEST(full_disk, a_copy_that_does_not_fit_is_removed) {
  const scratch in;
  const std::string from = in.with("from", std::string(room + 1, 'x'));
  {
    const little_room here;
    EXPECT_THROW(co_await fs::copy_file(from, in / "to"), io_error);
  }
  EXPECT_FALSE(co_await fs::exists(in / "to"));
}

}  // namespace
}  // namespace eddy
