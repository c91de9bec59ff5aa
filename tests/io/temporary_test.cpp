// SPDX-License-Identifier: MIT
#include <eddy/io/temporary.hpp>

#include <string>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/with.hpp>
#include <eddy/io/fs.hpp>
#include <eddy/testing/test.hpp>

#include "scratch.hpp"

namespace eddy {
namespace {

using testing::scratch;

EDDY_IO_TEST(temporary_file, is_written_and_read_and_has_no_name) {
  const scratch in;
  file f = co_await temporary_file(in / "");
  co_await f.write_all("for a while");
  f.seek(0);
  EXPECT_EQ(co_await f.read_all(), "for a while");
  EXPECT_EQ((co_await fs::list(in / "")).size(), 0U);
  EXPECT_TRUE((co_await temporary_file()).is_open());
  EXPECT_THROW(co_await temporary_file(in / "nowhere"), io_error);
}

EDDY_TEST(temporary_directory, goes_with_all_that_is_in_it) {
  const scratch in;
  const std::string path = co_await with(temporary_directory::make(in / ""),
                                         [](temporary_directory& d) -> task<std::string> {
                                           co_await fs::make_directories(d.path() + "/a/b");
                                           co_await write_file(d.path() + "/a/file", "x");
                                           EXPECT_EQ((co_await fs::status(d.path())).mode, 0700U);
                                           co_return d.path();
                                         });
  EXPECT_FALSE(co_await fs::exists(path));
  EXPECT_EQ((co_await fs::list(in / "")).size(), 0U);
}

EDDY_TEST(temporary_directory, goes_later_where_nobody_closes_it) {
  const scratch in;
  {
    const temporary_directory d = co_await temporary_directory::make(in / "");
    co_await write_file(d.path() + "/file", "x");
  }
  while (!(co_await fs::list(in / "")).empty()) co_await yield();
}

EDDY_TEST(temporary_directory, that_was_moved_from_or_closed_removes_nothing) {
  const scratch in;
  temporary_directory first = co_await temporary_directory::make(in / "");
  temporary_directory second = std::move(first);
  EXPECT_EQ(first.path(), "");
  co_await first.close();
  EXPECT_TRUE(co_await fs::exists(second.path()));
  co_await second.close();
  EXPECT_EQ(second.path(), "");
  EXPECT_THROW(co_await temporary_directory::make(in / "nowhere"), io_error);
}

}  // namespace
}  // namespace eddy
