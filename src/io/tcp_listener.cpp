// SPDX-License-Identifier: MIT
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/io/tcp.hpp>

#include "sockaddr.hpp"

namespace eddy::tcp {
namespace {

constexpr auto pause = std::chrono::milliseconds(50);

// Descriptors or memory have run out, or a firewall refuses: asking again at once would only spin.
bool may_pass(int error) noexcept {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM ||
         error == EPERM;
}

// What befell the one connection and says nothing about the listener: Linux passes on errors that
// were already pending on the new socket.
bool is_of_one_connection(int error) noexcept {
  switch (error) {
    case ECONNABORTED:
    case EPROTO:
    case ENOPROTOOPT:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
      return true;
    default:
      return false;
  }
}

void switch_on(int fd, int level, int option) noexcept {
  const int on = 1;
  detail::sockets_here().set_option(fd, level, option, &on, sizeof on);
}

}  // namespace

class listener::accepting final : public detail::io_awaiter {
 public:
  explicit accepting(listener& from) noexcept
      : io_awaiter({.code = detail::io_code::accept, .fd = from.fd_.get()}, from.accepting_) {}
  /// The new descriptor, or -errno.
  [[nodiscard]] int await_resume() noexcept { return take_result(); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "accept"; }
};

task<socket> listener::accept() {
  bool told = false;
  for (;;) {
    const int result = co_await accepting(*this);
    if (result >= 0) {
      detail::descriptor fd(result);
      detail::socket_address peer;
      // Fails on a connection that was reset meanwhile; the first read will say so.
      detail::sockets_here().peer_name(fd.get(), peer.data(), peer.size_to_fill());
      co_return socket(std::move(fd), peer.to_endpoint());
    }
    if (is_of_one_connection(-result)) continue;
    const io_error error(-result, fmt::format("accept {}", local_.to_string()));
    if (!may_pass(-result)) throw error;
    if (!told)
      detail::report(fmt::format("{}; trying again every {} ms", error.what(), pause.count()));
    told = true;
    co_await sleep(pause);
  }
}

void listener::close() {
  if (accepting_.taken()) {
    throw std::logic_error("eddy: listener close while a task accepts: cancel that task first");
  }
  fd_.close();
}

listener listen(const endpoint& local, const listen_options& options) {
  const auto check = [&](int result) {
    if (result < 0) throw io_error(-result, fmt::format("listen {}", local.to_string()));
    return result;
  };
  const int family = local.address.is_v6() ? AF_INET6 : AF_INET;
  detail::socket_calls& sockets = detail::sockets_here();
  detail::descriptor fd(check(sockets.open(family, SOCK_STREAM)));
  // A restarted server must not wait for the old connections' TIME_WAIT to end.
  switch_on(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  if (options.reuse_port) switch_on(fd.get(), SOL_SOCKET, SO_REUSEPORT);
  switch_on(fd.get(), IPPROTO_TCP, TCP_NODELAY);  // accepted sockets inherit it

  const detail::socket_address address(local);
  check(sockets.bind(fd.get(), address.data(), address.size()));
  check(sockets.listen(fd.get(), options.backlog));
  detail::socket_address bound;
  check(sockets.local_name(fd.get(), bound.data(), bound.size_to_fill()));
  return {std::move(fd), bound.to_endpoint()};
}

}  // namespace eddy::tcp
