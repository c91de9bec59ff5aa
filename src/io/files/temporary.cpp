// SPDX-License-Identifier: MIT
#include <eddy/io/temporary.hpp>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include <eddy/core/error.hpp>
#include <eddy/core/to_thread.hpp>
#include <eddy/io/fs.hpp>

#include "file_calls.hpp"
#include "remove_tree.hpp"

namespace eddy {
namespace {

std::string folder_or_usual(std::string folder) {
  if (!folder.empty()) return folder;
  const char* usual = ::secure_getenv("TMPDIR");
  return usual != nullptr && *usual != '\0' ? usual : "/tmp";
}

/// Blocks its thread.
detail::descriptor make_nameless(const std::string& folder) {
  detail::refuse_nul("make a file in", folder);
  constexpr int flags = O_RDWR | O_CLOEXEC;
  detail::descriptor made(::open(folder.c_str(), flags | O_TMPFILE, 0600));
  if (!made.is_open() && (errno == EOPNOTSUPP || errno == EISDIR)) {
    // A file system that does not know how: the name is there for a moment.
    std::string name = folder + "/eddy-XXXXXX";
    made = detail::descriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (made.is_open()) ::unlink(name.c_str());
  }
  if (!made.is_open()) detail::fail_on("make a file in", folder, errno);
  return made;
}

/// Removes a folder for nobody in particular, and itself.
class late_removal final : detail::pool_job {
 public:
  static void start(std::string path) noexcept try {
    auto job = std::unique_ptr<late_removal>(new late_removal(std::move(path)));
    detail::blocking_pool().submit(*job);
    (void)job.release();
  } catch (...) {
    detail::report("a temporary folder is left behind: no thread could be started to remove it");
  }

 private:
  explicit late_removal(std::string path) noexcept : path_(std::move(path)) {}
  void run() noexcept override {
    const std::unique_ptr<late_removal> self(this);
    try {
      detail::remove_tree(path_, {});
    } catch (const std::exception& e) {
      detail::report(e.what());
    }
  }
  std::string path_;
};

}  // namespace

task<file> temporary_file(std::string folder) {
  folder = folder_or_usual(std::move(folder));
  detail::open_file made;
  made.fd = co_await to_thread([&] { return make_nameless(folder); });
  made.path = "a temporary file in " + folder;
  co_return file(std::move(made));
}

task<temporary_directory> temporary_directory::make(std::string folder) {
  std::string path = folder_or_usual(std::move(folder)) + "/eddy-XXXXXX";
  detail::refuse_nul("make directory", path);
  co_await to_thread([&] {
    if (::mkdtemp(path.data()) == nullptr) detail::fail_on("make directory", path, errno);
  });
  co_return temporary_directory(std::move(path));
}

task<> temporary_directory::close(exit_status) {
  co_await fs::remove_all(std::exchange(path_, {}));
}

temporary_directory::~temporary_directory() {
  if (!path_.empty()) late_removal::start(std::move(path_));
}

}  // namespace eddy
