// SPDX-License-Identifier: MIT
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/io/tcp.hpp>

#include "sockaddr.hpp"

namespace eddy::tcp {

class connecting final : public detail::io_awaiter {
 public:
  connecting(socket& s, const detail::socket_address& peer) noexcept
      : io_awaiter({.code = detail::io_code::connect,
                    .fd = s.fd_.get(),
                    .address = peer.data(),
                    .address_size = peer.size()},
                   s.writer_),
        socket_(&s) {}
  void await_resume() {
    const int result = take_result();
    if (result < 0) socket_->fail("connect", -result);
  }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "connect"; }
  const socket* socket_;
};

task<socket> connect(endpoint peer) {
  const int family = peer.address.is_v6() ? AF_INET6 : AF_INET;
  detail::socket_calls& sockets = detail::sockets_here();
  const int opened = sockets.open(family, SOCK_STREAM);
  if (opened < 0) throw io_error(-opened, fmt::format("connect {}", peer.to_string()));
  detail::descriptor fd(opened);
  const int on = 1;
  sockets.set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

  socket made(std::move(fd), peer);
  const detail::socket_address address(peer);
  co_await connecting(made, address);
  co_return made;
}

}  // namespace eddy::tcp
