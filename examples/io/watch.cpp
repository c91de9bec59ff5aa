// SPDX-License-Identifier: MIT
// A setting that is written so that nobody sees half of it, by a program that watches it.
#include <iostream>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/with.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/io/atomic_write.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/temporary.hpp>
#include <eddy/io/watch.hpp>

// snippet: watch
eddy::task<> reload(eddy::watcher& changes, const std::string& folder) {
  EDDY_FOR (const eddy::change_event& e, changes) {
    // `overflow`: something was missed, so look.
    const bool replaced = e.what == eddy::change::moved_in && e.name == "settings";
    if (!replaced && e.what != eddy::change::overflow) continue;
    const std::string settings = co_await eddy::read_file(folder + "/settings");
    std::cout << settings << '\n';
    if (settings == "stop") break;
  }
}
// end snippet

// snippet: atomic-write
eddy::task<> change_settings(const std::string& folder) {
  // Whoever reads the file meanwhile, also after a power cut, finds the old one or the new one.
  co_await eddy::atomic_write(folder + "/settings", "stop", {.mode = 0600});
}
// end snippet

eddy::task<> start() {
  co_await eddy::with(eddy::temporary_directory::make(),
                      [](eddy::temporary_directory& d) -> eddy::task<> {
                        eddy::watcher changes = co_await eddy::watch(d.path());
                        co_await eddy::gather(reload(changes, d.path()), change_settings(d.path()));
                      });
}

int main() { return eddy::run(start); }
