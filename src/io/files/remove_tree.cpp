// SPDX-License-Identifier: MIT
#include "remove_tree.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include <eddy/core/sleep.hpp>
#include <eddy/core/to_thread.hpp>
#include <eddy/io/fs.hpp>

#include "directory.hpp"
#include "file_calls.hpp"

namespace eddy {
namespace {

using detail::directory;
using detail::fail_on;

/// Removes names until it is done or told to stop.
class remover {
 public:
  explicit remover(const std::stop_token& stop) noexcept : stop_(stop) {}

  void remove(const std::string& path) {
    detail::refuse_nul("remove", path);
    if (::unlink(path.c_str()) == 0) {
      ++removed_;
    } else if (errno == EISDIR) {
      if (auto all = directory::open_if_exists(path, directory::links::refuse)) empty(*all);
      if (!stop_.stop_requested()) finish(::rmdir(path.c_str()), path);
    } else if (errno != ENOENT) {
      fail_on("remove", path, errno);
    }
  }

  [[nodiscard]] std::uint64_t removed() const noexcept { return removed_; }

 private:
  void empty(directory& all) {
    // All names first: reading on while they vanish may miss some.
    for (const fs::entry& e : all.next(everything)) {
      if (stop_.stop_requested()) return;
      const std::string path = all.path() + '/' + e.name;
      const bool is_directory = e.type == file_type::directory;
      if (is_directory) {
        if (auto inner = directory::open_if_exists(all, e.name, path)) empty(*inner);
      }
      if (stop_.stop_requested()) return;
      finish(::unlinkat(all.fd(), e.name.c_str(), is_directory ? AT_REMOVEDIR : 0), path);
    }
  }

  // What somebody else removes meanwhile is gone as well.
  void finish(int result, const std::string& path) {
    if (result == 0) {
      ++removed_;
    } else if (errno != ENOENT) {
      fail_on("remove", path, errno);
    }
  }

  static constexpr std::size_t everything = static_cast<std::size_t>(-1);

  const std::stop_token& stop_;
  std::uint64_t removed_ = 0;
};

}  // namespace

std::uint64_t detail::remove_tree(const std::string& path, const std::stop_token& stop) {
  remover all(stop);
  all.remove(path);
  return all.removed();
}

task<std::uint64_t> fs::remove_all(std::string path) {
  bool stopped = false;
  const std::uint64_t removed = co_await to_thread([&](const std::stop_token& stop) {
    const std::uint64_t gone = detail::remove_tree(path, stop);
    stopped = stop.stop_requested();
    return gone;
  });
  if (stopped) co_await yield();  // where the cancel that asked for it takes us
  co_return removed;
}

}  // namespace eddy
