// SPDX-License-Identifier: MIT
//
// What files do for a user who may not do everything.
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include <eddy/core/error.hpp>
#include <eddy/io/atomic_write.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/fs.hpp>
#include <eddy/testing/test.hpp>

#include "scratch.hpp"

namespace eddy {
namespace {

using testing::scratch;

constexpr uid_t nobody = 65534;

/// For as long as it lives nobody in particular runs the program, on all its threads.
class as_nobody {
 public:
  as_nobody() { EXPECT_EQ(::seteuid(nobody), 0); }
  as_nobody(const as_nobody&) = delete;
  as_nobody& operator=(const as_nobody&) = delete;
  ~as_nobody() { EXPECT_EQ(::seteuid(0), 0); }
};

class rights : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  }
};

TEST_F(rights, a_file_that_is_not_ours_to_remove_is_named) {
  testing::run_virtual([]() -> task<> {
    const scratch in;
    const std::string path = in.with("of root", "");
    ::chmod((in / "").c_str(), 01777);
    const as_nobody we;
    try {
      co_await fs::remove_all(path);
      ADD_FAILURE() << "no exception";
    } catch (const io_error& e) {
      EXPECT_EQ(e.what(), "remove " + path + ": Operation not permitted");
    }
  });
}

TEST_F(rights, atomic_write_gives_nobody_the_set_user_id_bit_of_another) {
  testing::run_virtual([]() -> task<> {
    const scratch in;
    const std::string path = in.with("of root", "old");
    ::chmod(path.c_str(), 06755);
    ::chmod((in / "").c_str(), 0777);
    {
      const as_nobody we;
      co_await atomic_write(path, "new");
    }
    const file_status found = co_await fs::status(path);
    EXPECT_EQ(found.user, nobody);
    EXPECT_EQ(found.mode, 0755U);
  });
}

TEST_F(rights, atomic_write_keeps_the_owner_and_the_whole_mode_where_it_may) {
  testing::run_virtual([]() -> task<> {
    const scratch in;
    const std::string path = in.with("theirs", "old");
    EXPECT_EQ(::chown(path.c_str(), nobody, nobody), 0);
    ::chmod(path.c_str(), 06755);
    co_await atomic_write(path, "new");
    const file_status found = co_await fs::status(path);
    EXPECT_EQ(found.user, nobody);
    EXPECT_EQ(found.mode, 06755U);
  });
}

// Its name could not be brought to the disk.
TEST_F(rights, atomic_write_where_the_folder_cannot_be_opened_changes_nothing) {
  testing::run_virtual([]() -> task<> {
    const scratch in;
    const std::string path = in.with("a", "old");
    EXPECT_EQ(::chown((in / "").c_str(), nobody, nobody), 0);
    ::chmod((in / "").c_str(), 0300);
    {
      const as_nobody we;
      EXPECT_THROW(co_await atomic_write(path, "new"), io_error);
    }
    EXPECT_EQ(co_await read_file(path), "old");
    EXPECT_EQ((co_await fs::list(in / "")).size(), 1U);
  });
}

}  // namespace
}  // namespace eddy
