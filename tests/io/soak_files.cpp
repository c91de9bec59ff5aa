// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <string_view>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/stream/async_iterable.hpp>
#include <eddy/io/atomic_write.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/file_lock.hpp>
#include <eddy/io/fs.hpp>
#include <eddy/io/temporary.hpp>
#include <eddy/io/watch.hpp>

#include "soak_stage.hpp"

namespace eddy::soak {
namespace {

task<> write_and_read_a_file(stage& s) {
  const std::string sent = s.random.bytes(100'000);
  file f = co_await temporary_file(s.folder / "");
  co_await f.write_all(sent);
  if (s.random.below(4) == 0) co_await f.sync_data();
  f.seek(0);
  EXPECT_TRUE(co_await f.read_all() == sent);
  std::string middle(sent.size() / 2, '\0');
  const std::size_t got = co_await f.read_at(sent.size() / 4, middle);
  EXPECT_TRUE(std::string_view(sent).substr(sent.size() / 4, got) == middle.substr(0, got));
}

task<> read_lines(stage& s) {
  file f = co_await temporary_file(s.folder / "");
  std::string text;
  for (int i = 0; i < 500; ++i) text += std::to_string(i) + "\n";
  co_await f.write_all(text);
  f.seek(0);
  int number = 0;
  EDDY_FOR (std::string_view line, f.lines()) {
    EXPECT_EQ(line, std::to_string(number++));
  }
  EXPECT_EQ(number, 500);
}

/// Whoever reads the file finds one of the contents, whole.
task<> replace_a_file(stage& s) {
  const std::string path = s.folder / "replaced";
  const char letter = static_cast<char>('a' + s.random.below(26));
  co_await atomic_write(path, std::string(1 + s.random.below(20'000), letter));
  const std::string found = co_await read_file(path);
  EXPECT_EQ(found.find_first_not_of(found.at(0)), found.npos);
}

task<> watch_a_change(stage& s) {
  watcher changes = co_await watch(s.folder / "");
  co_await write_file(s.folder / "watched", s.random.bytes(100));
  EXPECT_TRUE((co_await changes.next()).has_value());
}

task<> hold_a_lock(stage& s) {
  file f = co_await file::open(s.folder / "locked", {.write = true, .create = true});
  const file_lock held = co_await f.lock();
  struct holder {
    explicit holder(int& n) : count(n) { EXPECT_EQ(++count, 1); }
    ~holder() { --count; }
    int& count;
  } const alone(s.lock_holders);
  co_await yield();
}

task<> find_nothing(stage& s) {
  EXPECT_THROW((void)co_await file::open(s.folder / "nosuch"), io_error);
}

}  // namespace

std::span<const actor> file_actors() noexcept {
  static constexpr actor all[] = {write_and_read_a_file, read_lines,  replace_a_file,
                                  watch_a_change,        hold_a_lock, find_nothing};
  return all;
}

}  // namespace eddy::soak
