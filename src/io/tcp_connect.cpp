// SPDX-License-Identifier: MIT
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <eddy/core/error.hpp>
#include <eddy/io/tcp.hpp>

#include "address_order.hpp"
#include "dns_resolver.hpp"
#include "happy_eyeballs.hpp"
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

namespace {

/// Names all that was tried, with the reason of each unless it was the same for all.
[[noreturn]] void throw_none_answered(
    std::string_view host, std::uint16_t port,
    const std::vector<detail::happy_eyeballs::failure>& failures) {
  std::vector<std::string> tried;
  std::vector<std::string> reasons;
  int error = 0;
  bool same = true;
  for (const auto& [to, why] : failures) {
    try {
      std::rethrow_exception(why);
    } catch (const io_error& e) {
      same = same && (error == 0 || error == e.code().value());
      error = e.code().value();
      tried.push_back(endpoint{to, port}.to_string());
      reasons.push_back(tried.back() + ": " + e.code().message());
    }
  }
  throw io_error(error, fmt::format("connect {}:{} ({})", host, port,
                                    fmt::join(same ? tried : reasons, ", ")));
}

}  // namespace

task<socket> connect(std::string host, std::uint16_t port) {
  if (const auto address = ip_address::parse(host)) {
    co_return co_await connect(endpoint{*address, port});
  }
  std::optional<socket> connected;
  detail::happy_eyeballs race({.find =
                                   [&](const detail::address_sink& found) {
                                     return dns::find_addresses(dns::loop_resolver().shared(), host,
                                                                found);
                                   },
                               .order = detail::in_order_to_try,
                               .connect = [&](ip_address address) -> task<> {
                                 socket made = co_await connect(endpoint{address, port});
                                 if (!connected) connected.emplace(std::move(made));
                               }});
  if (!co_await race.run()) throw_none_answered(host, port, race.failures());
  co_return std::move(*connected);
}

}  // namespace eddy::tcp
