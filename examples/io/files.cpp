// SPDX-License-Identifier: MIT
// Files: written, read, read in parts and by lines, many at once.
#include <algorithm>
#include <array>
#include <iostream>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/with.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/file_lock.hpp>
#include <eddy/io/fs.hpp>
#include <eddy/io/temporary.hpp>

// snippet: whole
eddy::task<> whole(const std::string& folder) {
  co_await eddy::write_file(folder + "/greeting", "hello, file\n");
  std::cout << co_await eddy::read_file(folder + "/greeting");
}
// end snippet

// snippet: parts
eddy::task<> parts(const std::string& folder) {
  auto f = co_await eddy::file::open(folder + "/greeting", {.write = true});
  f.seek(7);
  co_await f.write_all("world\n");
  f.seek(0);
  std::cout << co_await f.read_all();

  std::array<char, 5> word;
  const std::size_t size = co_await f.read_at(7, word);  // the position stays
  std::cout << std::string_view(word.data(), size) << '\n';
  co_await f.sync();  // now it is on the disk
}
// end snippet

// snippet: append
eddy::task<> log(const std::string& folder) {
  auto f = co_await eddy::file::open(folder + "/log", {.append = true, .create = true});
  const eddy::file_lock alone = co_await f.lock();  // among those who lock
  co_await f.write_all("started\n");
  co_await f.write_all("stopped\n");
}
// end snippet

// snippet: lines
eddy::task<> lines(const std::string& folder) {
  auto all = (co_await eddy::file::open(folder + "/log")).lines();
  int number = 0;
  EDDY_FOR (const std::string_view line, all) std::cout << ++number << ": " << line << '\n';
}
// end snippet

// snippet: pipeline
eddy::task<> last_words(const std::string& folder) {
  const auto keep = [](std::string_view line) { return std::string(line); };
  auto words = co_await ((co_await eddy::file::open(folder + "/log")).lines() |
                         eddy::filter([](std::string_view line) { return line != "started"; }) |
                         eddy::transform(keep) | eddy::to<std::vector>());
  std::cout << words.size() << " line, the last one is " << words.back() << '\n';
}
// end snippet

// snippet: many
eddy::task<std::string> size_of(std::string path) {
  const eddy::file_status found = co_await eddy::fs::status(path);
  if (found.type != eddy::file_type::regular) co_return path + ": no file";
  co_return path.substr(path.rfind('/') + 1) + ": " + std::to_string(found.size);
}

eddy::task<> many(const std::string& folder) {
  std::vector<std::string> paths;
  for (const eddy::fs::entry& e : co_await eddy::fs::list(folder)) {
    paths.push_back(folder + '/' + e.name);
  }
  std::ranges::sort(paths);  // the system lists in no order
  // Ten at a time.
  const auto sizes = co_await eddy::gather({.limit = 10}, paths | std::views::transform(size_of));
  for (const std::string& size : sizes) std::cout << size << '\n';
}
// end snippet

eddy::task<> refused() {
  try {
    co_await eddy::file::open("/no/such/file");
  } catch (const eddy::io_error& e) {
    std::cout << e.what() << '\n';
  }
}

eddy::task<> scratch() {
  auto f = co_await eddy::temporary_file();
  co_await f.write_all("gone when it is closed");
  std::cout << co_await f.size() << " bytes without a name\n";
}

eddy::task<> start() {
  co_await eddy::with(eddy::temporary_directory::make(),
                      [](eddy::temporary_directory& d) -> eddy::task<> {
                        co_await whole(d.path());
                        co_await parts(d.path());
                        co_await log(d.path());
                        co_await lines(d.path());
                        co_await last_words(d.path());
                        co_await many(d.path());
                      });
  co_await refused();
  co_await scratch();
}

int main() { return eddy::run(start); }
