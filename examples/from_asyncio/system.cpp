// SPDX-License-Identifier: MIT
// Files, processes, signals: the rows of docs/from-asyncio.md under these names.
#include <csignal>
#include <iostream>
#include <string>
#include <string_view>

#include <eddy/core/race.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/with.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/process.hpp>
#include <eddy/io/signals.hpp>
#include <eddy/io/temporary.hpp>

eddy::task<> write_and_read(std::string path) {
  // snippet: file-write
  auto out = co_await eddy::file::open(path, {.create = true, .truncate = true});
  co_await out.write_all("one\ntwo\n");
  out.close();
  // end snippet
  // snippet: file-lines
  auto in = co_await eddy::file::open(path);
  EDDY_FOR (std::string_view line, in.lines()) std::cout << line << '\n';
  // end snippet
}

eddy::task<> use_a_file() {
  co_await eddy::with(eddy::temporary_directory::make(), [](auto& folder) -> eddy::task<> {
    co_await write_and_read(folder.path() + "/notes");
  });
}

eddy::task<> sort() {
  // snippet: subprocess
  auto p = co_await eddy::process::spawn({"sort", "-r"},
                                         {.in = eddy::stdio::pipe(), .out = eddy::stdio::pipe()});
  const auto result = co_await p.communicate("a\nb\n");
  std::cout << result.out << result.status.to_string() << '\n';
  // end snippet
}

// snippet: signal-stream
eddy::task<> obey(eddy::event& reload) {
  auto hangups = eddy::signals(SIGHUP);
  while (co_await hangups.next()) reload.set();
}
// end snippet

eddy::task<> hang_up(eddy::event& reload) {
  std::raise(SIGHUP);
  co_await reload.wait();
  std::cout << "reloaded\n";
}

eddy::task<> obey_and_hang_up() {
  eddy::event reload;
  co_await eddy::race(obey(reload), hang_up(reload));
}

eddy::task<> start() {
  co_await use_a_file();
  co_await sort();
  co_await obey_and_hang_up();
}

int main() { return eddy::run(start); }
