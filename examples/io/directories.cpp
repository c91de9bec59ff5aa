// SPDX-License-Identifier: MIT
// What is done with files by their names.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include <eddy/core/run.hpp>
#include <eddy/core/with.hpp>
#include <eddy/io/atomic_write.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/fs.hpp>
#include <eddy/io/temporary.hpp>

namespace fs = eddy::fs;

// snippet: walk
eddy::task<> show(const std::string& folder) {
  std::vector<std::string> found;
  auto all = fs::walk(folder);
  while (const fs::walk_entry* e = co_await all.next()) {
    const bool is_folder = e->type == eddy::file_type::directory;
    found.push_back(e->path.substr(folder.size() + 1) + (is_folder ? "/" : ""));
  }
  std::ranges::sort(found);
  for (const std::string& path : found) std::cout << path << '\n';
}
// end snippet

// snippet: temporary
eddy::task<> build(eddy::temporary_directory& d) {
  co_await fs::make_directories(d.path() + "/site/pages");
  co_await fs::make_directory(d.path() + "/old");
  co_await eddy::write_file(d.path() + "/site/index", "welcome");
  co_await fs::copy_file(d.path() + "/site/index", d.path() + "/site/pages/home");
  co_await fs::rename(d.path() + "/site/index", d.path() + "/site/start");
  co_await fs::remove(d.path() + "/old");
  co_await show(d.path());
  if (co_await fs::exists(d.path() + "/old")) std::cout << "still there\n";
  if ((co_await fs::link_status(d.path() + "/site")).is_symlink()) std::cout << "a link\n";
  std::cout << co_await fs::remove_all(d.path() + "/site") << " names gone\n";
}

eddy::task<> start() {
  co_await eddy::with(eddy::temporary_directory::make(), build);  // goes however that ends
}
// end snippet

int main() { return eddy::run(start); }
