// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <string>
#include <string_view>

#include <temporary_folder.hpp>

namespace eddy::testing {

/// A folder for one test's files.
class scratch {
 public:
  /// The path of `name` in it.
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return (folder_.path() / name).string();
  }
  /// The same, of a file with that in it.
  [[nodiscard]] std::string with(std::string_view name, std::string_view contents) const {
    std::string path = *this / name;
    std::ofstream(path, std::ios::binary) << contents;
    return path;
  }

 private:
  temporary_folder folder_;
};

}  // namespace eddy::testing
