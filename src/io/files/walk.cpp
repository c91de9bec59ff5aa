// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <set>
#include <utility>

#include <eddy/core/to_thread.hpp>
#include <eddy/io/fs.hpp>

#include "directory.hpp"
#include "file_calls.hpp"

namespace eddy::fs {
namespace {

using detail::directory;

constexpr std::size_t batch = 512;

struct folder {
  std::string path;
  std::size_t depth;
};

/// The part of a walk that blocks. Used by one thread at a time.
class walker {
 public:
  explicit walker(bool follows) noexcept : follows_(follows) {}

  /// Opens it, unless it was entered before or has been removed since it was met.
  void enter(const folder& what) {
    if (what.depth == 0) {
      current_.emplace(what.path, directory::links::follow);
    } else {
      current_ = directory::open_if_exists(
          what.path, follows_ ? directory::links::follow : directory::links::refuse);
    }
    if (current_ && follows_ && !is_new()) current_.reset();
  }

  /// The next names in it, none when all have been given.
  std::vector<entry> next() {
    if (!current_) return {};
    std::vector<entry> found = current_->next(batch);
    if (found.empty()) current_.reset();
    return found;
  }

  void leave() noexcept { current_.reset(); }

  /// Whether a walk goes on there.
  [[nodiscard]] bool enters(const walk_entry& e) const {
    if (e.type != file_type::symlink) return e.type == file_type::directory;
    struct stat target{};
    return follows_ && ::stat(e.path.c_str(), &target) == 0 && S_ISDIR(target.st_mode);
  }

 private:
  bool is_new() {
    struct stat status{};
    if (::fstat(current_->fd(), &status) < 0) detail::fail_on("stat", current_->path(), errno);
    return entered_.emplace(status.st_dev, status.st_ino).second;
  }

  bool follows_;
  std::optional<directory> current_;
  std::set<std::pair<dev_t, ino_t>> entered_;  // where links could lead back
};

std::string below(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + '/' + name;
}

}  // namespace

async_generator<walk_entry> walk(std::string path, walk_options options) {
  walker here(options.follow_symlinks);
  std::vector<folder> to_do{{std::move(path), 0}};
  while (!to_do.empty()) {
    const folder current = std::move(to_do.back());
    to_do.pop_back();
    std::exception_ptr failure;
    try {
      co_await to_thread([&] { here.enter(current); });
    } catch (...) {
      failure = std::current_exception();
    }
    while (failure == nullptr) {
      std::vector<walk_entry> found;
      std::vector<bool> enters;
      try {
        co_await to_thread([&] {
          for (entry& e : here.next()) {
            found.push_back({below(current.path, e.name), e.type, current.depth});
            enters.push_back(here.enters(found.back()));
          }
        });
      } catch (...) {
        failure = std::current_exception();
      }
      if (found.empty()) break;
      for (std::size_t i = 0; i < found.size(); ++i) {
        if (enters[i]) to_do.push_back({found[i].path, current.depth + 1});
        co_yield found[i];
      }
    }
    if (failure == nullptr) continue;
    here.leave();
    if (!options.on_error) std::rethrow_exception(failure);
    options.on_error(current.path, failure);
  }
}

task<std::vector<entry>> list(std::string path) {
  co_return co_await to_thread([&] {
    directory all(path, directory::links::follow);
    return all.next(static_cast<std::size_t>(-1));
  });
}

}  // namespace eddy::fs
