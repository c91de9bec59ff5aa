// SPDX-License-Identifier: MIT
//
// The cancellation checklist, for each operation of a file.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/pipe.hpp>
#include <eddy/testing/test.hpp>

#include "scratch.hpp"
#include "slow_disk.hpp"
#include "socket_support.hpp"

namespace eddy {
namespace {

using testing::scratch;
using testing::slow_disk;

task<std::string> read_four(file& f) {
  std::string text(4, '\0');
  text.resize(co_await f.read_some(text));
  co_return text;
}

EDDY_IO_TEST(file_cancel, a_pending_cancel_keeps_a_read_from_starting) {
  const scratch in;
  file f = co_await file::open(in.with("a", "12345678"));
  std::optional<task_handle<>> reader;
  reader = create_task([&]() -> task<> {
    reader->cancel();
    co_await read_four(f);
  });
  co_await expect_cancelled(*reader);
  EXPECT_EQ(co_await read_four(f), "1234");
}

EDDY_IO_TEST(file_cancel, a_task_cancelled_before_its_start_writes_nothing) {
  const scratch in;
  file f = co_await file::open(in / "a", {.create = true});
  auto writer = create_task([&]() -> task<> { co_await f.write_all("x"); });
  writer.cancel();
  co_await expect_cancelled(writer);
  EXPECT_EQ(f.tell(), 0U);
  EXPECT_EQ(co_await f.size(), 0U);
}

EDDY_TEST(file_cancel, a_read_that_a_worker_does_is_waited_for_and_delivered) {
  const scratch in;
  file f = co_await file::open(in.with("a", "12345678"));
  slow_disk disk;
  std::string received;
  bool went_on = false;
  auto reader = create_task([&]() -> task<> {
    received = co_await read_four(f);
    co_await yield();
    went_on = true;
  });
  while (disk.calls() == 0) co_await yield();
  reader.cancel();
  for (int i = 0; i < 100; ++i) co_await yield();
  EXPECT_FALSE(reader.done());
  EXPECT_THROW(f.close(), std::logic_error);
  EXPECT_THROW(f.seek(0), std::logic_error);
  EXPECT_THROW(co_await read_four(f), std::logic_error);
  disk.answer();
  co_await expect_cancelled(reader);
  EXPECT_EQ(received, "1234");
  EXPECT_FALSE(went_on);
  EXPECT_EQ(co_await read_four(f), "5678");
}

EDDY_TEST(file_cancel, a_write_stops_between_two_steps_and_the_position_says_where) {
  const scratch in;
  const std::string much(5 << 20, 'x');
  file f = co_await file::open(in / "a", {.create = true});
  slow_disk disk;
  auto writer = create_task([&]() -> task<> { co_await f.write_all(much); });
  while (disk.calls() == 0) co_await yield();
  writer.cancel();
  disk.answer();
  co_await expect_cancelled(writer);
  EXPECT_EQ(f.tell(), std::uint64_t{1} << 20);
  EXPECT_EQ(co_await f.size(), std::uint64_t{1} << 20);
}

EDDY_TEST(file_cancel, a_read_that_no_worker_has_begun_never_runs) {
  const scratch in;
  file f = co_await file::open(in.with("a", "12345678"));
  slow_disk disk;
  std::vector<task_handle<std::string>> busy;
  file others = co_await file::open(f.path());
  const auto read_at_zero = [&]() -> task<std::string> {
    std::string text(4, '\0');
    text.resize(co_await others.read_at(0, text));
    co_return text;
  };
  for (int i = 0; i < 32; ++i) busy.push_back(create_task(read_at_zero));
  while (disk.calls() < 32) co_await yield();
  auto reader = create_task([&] { return read_four(f); });
  co_await yield();
  reader.cancel();
  co_await expect_cancelled(reader);
  EXPECT_EQ(disk.calls(), 32);
  disk.answer();
  for (auto& each : busy) EXPECT_EQ(co_await each, "1234");
  EXPECT_EQ(co_await read_four(f), "1234");
}

EDDY_IO_TEST(file_cancel, a_cancel_at_any_time_delivers_or_reads_nothing) {
  const scratch in;
  file f = co_await file::open(in.with("a", "12345678"));
  for (int ticks_between = 0; ticks_between < 20; ++ticks_between) {
    f.seek(0);
    slow_disk disk;
    std::string received;
    auto reader = create_task([&]() -> task<> { received = co_await read_four(f); });
    for (int i = 0; i < ticks_between; ++i) co_await yield();
    reader.cancel();
    disk.answer();
    try {
      co_await reader;
    } catch (const task_cancelled&) {
    }
    EXPECT_EQ(received, f.tell() == 0 ? "" : "1234");
  }
}

EDDY_IO_TEST(file_cancel, an_opened_file_that_nobody_gets_closes_itself) {
  const scratch in;
  for (int ticks_between = 0; ticks_between < 20; ++ticks_between) {
    auto opening = create_task([&] { return file::open(in / "a", {.create = true}); });
    for (int i = 0; i < ticks_between; ++i) co_await yield();
    opening.cancel();
    try {
      (void)co_await opening;
    } catch (const task_cancelled&) {
    }
  }
  EXPECT_EQ(co_await read_file(in.with("a", "free")), "free");
}

/// A new terminal, and its name for those who would use it.
struct terminal_master {
  detail::descriptor fd{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
  std::array<char, 64> name{};

  terminal_master() {
    ::grantpt(fd.get());
    ::unlockpt(fd.get());
    ::ptsname_r(fd.get(), name.data(), name.size());
  }
};

EDDY_IO_TEST(file_cancel, a_read_of_a_terminal_ends_and_the_next_gets_the_line) {
  const terminal_master other_end;
  file terminal = co_await file::open(other_end.name.data(), {.write = true});
  for (int round = 0; round < 3; ++round) {
    auto reader = create_task([&] { return read_four(terminal); });
    co_await until_waiting("file read");
    co_await terminal.write_all("prompt");  // while the other waits
    reader.cancel();
    co_await expect_cancelled(reader);
  }
  auto reader = create_task([&] { return read_four(terminal); });
  co_await until_waiting("file read");
  EXPECT_EQ(::write(other_end.fd.get(), "yes\n", 4), 4);
  EXPECT_EQ(co_await reader, "yes\n");
}

EDDY_IO_TEST(file, the_descriptor_of_a_device_may_have_been_another_one) {
  const terminal_master other_end;
  pipe_ends ends = open_pipe();
  std::string text(4, ' ');
  auto reading = create_task([&]() -> task<> { (void)co_await ends.reader.read_some(text); });
  co_await until_waiting("pipe read");
  co_await ends.writer.write_all("x");
  co_await reading;
  // On a thread where the loop does not see it: it takes the number for one that it watches.
  std::thread([last = std::move(ends)] {}).join();
  // A worker opens what may have to be made.
  file terminal = co_await file::open(other_end.name.data(), {.create = true});
  auto reader = create_task([&] { return read_four(terminal); });
  co_await until_waiting("file read");
  EXPECT_EQ(::write(other_end.fd.get(), "yes\n", 4), 4);
  EXPECT_EQ(co_await reader, "yes\n");
}

EDDY_IO_TEST(file_cancel, a_close_that_is_cancelled_closes_all_the_same) {
  const scratch in;
  file f = co_await file::open(in.with("a", ""));
  std::optional<task_handle<>> closing;
  closing = create_task([&]() -> task<> {
    closing->cancel();
    co_await f.close(exit_status::cancelled);
  });
  co_await expect_cancelled(*closing);
  EXPECT_FALSE(f.is_open());
}

EDDY_IO_TEST(file_cancel, a_sync_ends_and_the_file_is_usable) {
  const scratch in;
  file f = co_await file::open(in / "a", {.create = true});
  for (int ticks_between = 0; ticks_between < 5; ++ticks_between) {
    co_await f.write_all("more");
    auto syncing = create_task([&]() -> task<> { co_await f.sync(); });
    for (int i = 0; i < ticks_between; ++i) co_await yield();
    syncing.cancel();
    try {
      co_await syncing;
    } catch (const task_cancelled&) {
    }
  }
  co_await f.sync_data();
  f.close();
}

}  // namespace
}  // namespace eddy
