// SPDX-License-Identifier: MIT
#include <eddy/io/file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/with.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/io/byte_stream.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/read_error.hpp>
#include <eddy/testing/test.hpp>

#include "scratch.hpp"

namespace eddy {
namespace {

using testing::scratch;

EDDY_IO_TEST(file, what_was_written_is_read) {
  const scratch in;
  file f = co_await file::open(in / "a", {.create = true});
  co_await f.write_all("hello, ");
  co_await f.write_all("file");
  EXPECT_EQ(f.tell(), 11U);
  f.seek(7);
  std::string text(100, '\0');
  text.resize(co_await f.read_some(text));
  EXPECT_EQ(text, "file");
  EXPECT_EQ(co_await f.read_some(text), 0U);
  EXPECT_EQ(co_await f.size(), 11U);
}

EDDY_IO_TEST(file, beneath_a_folder_nothing_outside_is_opened) {
  const scratch in;
  std::filesystem::create_directories(in / "root/sub");
  std::ofstream(in / "root/sub/a") << "inside";
  std::ofstream(in / "outside") << "outside";
  std::filesystem::create_symlink("sub/a", in / "root/link");
  std::filesystem::create_symlink("../outside", in / "root/escape");
  const open_options beneath{.beneath = in / "root"};
  EXPECT_EQ(co_await (co_await file::open("sub/a", beneath)).read_all(), "inside");
  EXPECT_EQ(co_await (co_await file::open("link", beneath)).read_all(), "inside");
  for (const char* path : {"escape", "../outside", "/etc/passwd", "sub/../../outside"}) {
    const auto result = co_await outcome(file::open(path, beneath));
    EXPECT_TRUE(result.has_error()) << path;
  }
  file made = co_await file::open("new", {.create = true, .beneath = in / "root"});
  EXPECT_TRUE(std::filesystem::exists(in / "root/new"));
  EXPECT_EQ(made.cached_status().size, 0U);
}

EDDY_TEST(file, works_under_the_virtual_clock) {
  const scratch in;
  file f = co_await file::open(in / "a", {.create = true});
  co_await f.write_all("virtual");
  co_await f.sync();
  f.seek(0);
  EXPECT_EQ(co_await f.read_all(), "virtual");
}

EDDY_IO_TEST(file, offsets_leave_the_position_alone) {
  const scratch in;
  file f = co_await file::open(in.with("a", "0123456789"), {.write = true});
  f.seek(2);
  std::array<char, 3> three;
  EXPECT_EQ(co_await f.read_at(5, three), 3U);
  EXPECT_EQ(std::string_view(three.data(), 3), "567");
  co_await f.write_at(0, "ab");
  EXPECT_EQ(f.tell(), 2U);
  EXPECT_EQ(co_await f.read_all(), "23456789");
  EXPECT_EQ(co_await f.read_at(10, three), 0U);
  EXPECT_EQ(co_await f.read_at(1000, three), 0U);
}

EDDY_IO_TEST(file, many_reads_at_offsets_go_on_at_once) {
  const scratch in;
  std::string much;
  for (int i = 0; i < 200; ++i) much += std::to_string(1000 + i);
  file f = co_await file::open(in.with("a", much));
  const auto read_four = [&](int i) -> task<std::string> {
    std::string text(4, '\0');
    text.resize(co_await f.read_at(static_cast<std::uint64_t>(i) * 4, text));
    co_return text;
  };
  std::vector<task_handle<std::string>> all;
  for (int i = 0; i < 200; ++i) all.push_back(create_task(read_four, i));
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(co_await all[static_cast<std::size_t>(i)], std::to_string(1000 + i));
  }
}

EDDY_IO_TEST(file, appended_text_goes_to_the_end_and_the_position_stays) {
  const scratch in;
  file f = co_await file::open(in.with("a", "first "), {.append = true});
  co_await f.write_all("second ");
  EXPECT_EQ(f.tell(), 0U);
  std::ofstream(in / "a", std::ios::app) << "another's ";
  co_await f.write_all("third");
  EXPECT_EQ(co_await f.read_all(), "first second another's third");
}

EDDY_IO_TEST(file, opening_alone_changes_nothing) {
  const scratch in;
  file f = co_await file::open(in.with("a", "kept"));
  EXPECT_THROW(co_await f.write_all("x"), io_error);
  EXPECT_THROW(co_await file::open(in / "none"), io_error);
  file both = co_await file::open(in / "a", {.create = true});
  EXPECT_EQ(co_await both.read_all(), "kept");
}

EDDY_IO_TEST(file, only_truncate_empties) {
  const scratch in;
  file f = co_await file::open(in.with("a", "gone"), {.truncate = true});
  EXPECT_EQ(co_await f.size(), 0U);
  co_await f.truncate(3);
  EXPECT_EQ(co_await f.read_all(), std::string(3, '\0'));
}

EDDY_IO_TEST(file, exclusive_refuses_a_file_that_is_there) {
  const scratch in;
  (void)co_await file::open(in / "a", {.exclusive = true});
  try {
    co_await file::open(in / "a", {.exclusive = true});
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_EQ(e.what(), "open " + in / "a" + ": File exists");
  }
}

EDDY_IO_TEST(file, a_file_that_is_made_gets_its_mode) {
  const scratch in;
  file f = co_await file::open(in / "a", {.create = true, .mode = 0600});
  EXPECT_EQ((co_await f.status()).mode, 0600U);
  EXPECT_EQ((co_await f.status()).type, file_type::regular);
}

EDDY_IO_TEST(file, errors_say_what_was_tried_on_what) {
  const scratch in;
  try {
    co_await file::open("/no/such/file");
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_STREQ(e.what(), "open /no/such/file: No such file or directory");
  }
  file f = co_await file::open(in.with("a", "x"), {.read = false, .write = true});
  try {
    std::array<char, 1> byte;
    co_await f.read_some(byte);
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_EQ(e.what(), "read " + in / "a" + ", not opened for that: Bad file descriptor");
  }
  f.close();
  try {
    co_await f.write_all("x");
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_EQ(e.what(), "write " + in / "a" + ", closed: Bad file descriptor");
  }
  EXPECT_THROW(co_await file::open(std::string("/etc/passwd\0.txt", 16)), io_error);
  EXPECT_THROW(co_await file::open(in / "a", {.read = false}), std::invalid_argument);
}

EDDY_IO_TEST(file, directories_and_named_pipes_are_refused_without_waiting) {
  const scratch in;
  const std::string pipe = in / "pipe";
  EXPECT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  try {
    co_await file::open(pipe);
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_EQ(e.what(), "open " + pipe + ", a named pipe, as a file: Operation not supported");
  }
  EXPECT_THROW(co_await file::open(pipe, {.read = false, .write = true}), io_error);
  EXPECT_THROW(co_await file::open(in / ""), io_error);
}

EDDY_IO_TEST(file, a_device_is_read_and_written_without_a_position) {
  file zeros = co_await file::open("/dev/zero");
  std::string text(10, 'x');
  EXPECT_EQ(co_await zeros.read_some(text), 10U);
  EXPECT_EQ(text, std::string(10, '\0'));
  file full = co_await file::open("/dev/full", {.write = true});
  try {
    co_await full.write_all("x");
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_STREQ(e.what(), "write /dev/full: No space left on device");
  }
}

EDDY_IO_TEST(file, files_without_a_size_are_read_whole) {
  const std::string status = co_await read_file("/proc/self/status");
  EXPECT_TRUE(status.starts_with("Name:"));
  EXPECT_TRUE(status.ends_with('\n'));
}

EDDY_IO_TEST(file, what_is_not_in_the_page_cache_is_read_as_well) {
  const scratch in;
  const std::string much(3 << 20, 'm');
  file f = co_await file::open(in.with("a", much));
  co_await f.sync();
  const detail::descriptor another(::open(f.path().c_str(), O_RDONLY | O_CLOEXEC));
  ::posix_fadvise(another.get(), 0, 0, POSIX_FADV_DONTNEED);
  EXPECT_EQ(co_await f.read_all(), much);
}

EDDY_IO_TEST(file, a_limit_is_an_error_not_a_cut) {
  const scratch in;
  const std::string path = in.with("a", "12345");
  EXPECT_EQ(co_await read_file(path, 5), "12345");
  EXPECT_THROW(co_await read_file(path, 4), std::length_error);
  EXPECT_THROW(co_await read_file("/proc/self/status", 100), std::length_error);
  EXPECT_EQ(co_await read_file(in.with("empty", "")), "");
}

EDDY_IO_TEST(file, written_whole_and_read_whole) {
  const scratch in;
  const std::string much(5'000'001, 'w');
  co_await write_file(in / "a", much);
  co_await write_file(in / "b", "longer than what comes now");
  co_await write_file(in / "b", std::as_bytes(std::span(much).first(3)));
  EXPECT_EQ(co_await read_file(in / "a"), much);
  EXPECT_EQ(co_await read_file(in / "b"), "www");
}

EDDY_IO_TEST(file, with_closes_it_after_the_body) {
  const scratch in;
  const std::string text =
      co_await with(file::open(in.with("a", "x")), [](file& f) { return f.read_all(); });
  EXPECT_EQ(text, "x");
  file f = co_await file::open(in / "a");
  co_await f.close(exit_status::ok);
  EXPECT_FALSE(f.is_open());
  co_await f.close(exit_status::ok);
}

EDDY_IO_TEST(file, a_closed_file_says_so) {
  const scratch in;
  file f = co_await file::open(in.with("a", "x"));
  f.close();
  EXPECT_FALSE(f.is_open());
  EXPECT_THROW(co_await f.read_all(), io_error);
  EXPECT_THROW(co_await f.sync(), io_error);
}

static_assert(byte_reader<file>);
static_assert(byte_writer<file>);

EDDY_IO_TEST(file, lines_are_given_from_the_position_on) {
  const scratch in;
  file f = co_await file::open(in.with("a", "header\none\r\n\nlast"));
  f.seek(7);
  std::vector<std::string> lines;
  EDDY_FOR (const std::string_view line, f.lines()) lines.emplace_back(line);
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "", "last"}));
}

EDDY_IO_TEST(file, lines_of_a_file_that_nobody_else_holds) {
  const scratch in;
  const std::string path = in.with("a", "one\ntwo\n");
  int count = 0;
  auto lines = (co_await file::open(path)).lines();
  while (co_await lines.next()) ++count;
  EXPECT_EQ(count, 2);
  EXPECT_THROW(co_await (co_await file::open(path)).lines(2).next(), limit_exceeded);
}

EDDY_IO_TEST(file, reading_in_place_lets_others_run) {
  const scratch in;
  file f = co_await file::open(in.with("a", std::string(1 << 20, 'x')));
  bool over = false;
  int others = 0;
  const auto other = create_task([&]() -> task<> {
    while (!over) {
      co_await yield();
      ++others;
    }
  });
  std::string chunk(1 << 18, '\0');
  for (int i = 0; i < 100; ++i) {
    co_await f.read_at(0, chunk);
  }
  over = true;
  co_await other;
  EXPECT_GE(others, 3);
}

}  // namespace
}  // namespace eddy
