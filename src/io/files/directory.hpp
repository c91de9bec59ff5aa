// SPDX-License-Identifier: MIT
#pragma once

#include <dirent.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <eddy/io/fs.hpp>

namespace eddy::detail {

/// A directory that is being read. Everything here blocks its thread.
class directory {
 public:
  enum class links : bool { refuse, follow };

  directory(const std::string& path, links at_the_end);
  [[nodiscard]] static std::optional<directory> open_if_exists(const std::string& path,
                                                               links at_the_end);
  /// `name` in another one, never through a link.
  [[nodiscard]] static std::optional<directory> open_if_exists(const directory& parent,
                                                               const std::string& name,
                                                               std::string path);

  /// The next names, about as many as asked for; none at the end.
  [[nodiscard]] std::vector<fs::entry> next(std::size_t most);

  [[nodiscard]] int fd() const noexcept { return ::dirfd(stream_.get()); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  directory(std::string path, int fd);
  [[nodiscard]] static std::optional<directory> take(std::string path, int fd);
  [[nodiscard]] file_type type_of(const dirent& found) const;

  struct closer {
    void operator()(DIR* d) const noexcept { ::closedir(d); }
  };
  std::string path_;
  std::unique_ptr<DIR, closer> stream_;
};

}  // namespace eddy::detail
