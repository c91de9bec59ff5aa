// SPDX-License-Identifier: MIT
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/io/unix_socket.hpp>

#include "unix_address.hpp"

namespace eddy::unix_socket {
namespace {

/// Whether `path` is the socket of a listener that has gone. A living one sees a connection that
/// ends at once; there is no other way to ask.
bool is_stale(const std::string& path, const detail::unix_address& address) noexcept {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  const owned_fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!probe) return false;
  return ::connect(probe.get(), address.data(), address.size()) != 0 && errno == ECONNREFUSED;
}

}  // namespace

listener listen(const std::string& path, const listen_options& options) {
  const auto check = [&](int result) {
    if (result < 0) throw io_error(-result, fmt::format("listen {}", path));
    return result;
  };
  const detail::unix_address address("listen", path);
  const bool has_file = path.front() != '@';
  detail::socket_calls& sockets = detail::sockets_here();
  detail::descriptor fd(check(sockets.open(AF_UNIX, SOCK_STREAM)));

  int bound = sockets.bind(fd.get(), address.data(), address.size());
  if (bound == -EADDRINUSE && has_file) {
    // Taken down before it is asked: should another server have replaced it meanwhile, the file is
    // that one's, and stays.
    detail::socket_file left_over(path);
    if (is_stale(path, address)) {
      left_over.remove();
      bound = sockets.bind(fd.get(), address.data(), address.size());
    } else {
      left_over.keep();
    }
  }
  check(bound);
  detail::socket_file file;
  if (has_file) file = detail::socket_file(path);
  // Nobody can connect before it listens, so there is no moment with other permissions.
  if (has_file && options.mode && ::chmod(path.c_str(), *options.mode) != 0) check(-errno);
  check(sockets.listen(fd.get(), options.backlog));
  return {std::move(fd), std::move(file), path};
}

task<socket> listener::accept() {
  detail::accept_failures failures;
  for (;;) {
    const int result = co_await accept_one();
    if (result >= 0) co_return socket(detail::descriptor(result), path_, socket::origin::accepted);
    const duration pause = failures.pause_after(-result, path_);
    if (pause != duration::zero()) co_await sleep(pause);
  }
}

void listener::close() {
  stream_listener::close();
  file_.remove();
}

}  // namespace eddy::unix_socket
