// SPDX-License-Identifier: MIT
#pragma once

#include <dirent.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <eddy/io/fs.hpp>

namespace eddy::detail {

/// A directory that is being read. Everything here blocks its thread.
class directory {
 public:
  enum class links : bool { refuse, follow };

  directory(const std::string& path, links at_the_end);
  /// `name` in another one, never through a link.
  directory(const directory& parent, const std::string& name, std::string path);

  /// The next names, about as many as asked for; none at the end.
  [[nodiscard]] std::vector<fs::entry> next(std::size_t most);

  [[nodiscard]] int fd() const noexcept { return ::dirfd(stream_.get()); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  void take(int fd);
  [[nodiscard]] file_type type_of(const dirent& found) const;

  struct closer {
    void operator()(DIR* d) const noexcept { ::closedir(d); }
  };
  std::string path_;
  std::unique_ptr<DIR, closer> stream_;
};

}  // namespace eddy::detail
