// SPDX-License-Identifier: MIT
// Asio's coroutines, with the executor's type known, which is cheaper than `any_io_executor`.
#include <array>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include <asio.hpp>
#include <asio/experimental/as_tuple.hpp>

namespace {

using asio::ip::tcp;
using executor = asio::io_context::executor_type;
using socket_of = asio::basic_stream_socket<tcp, executor>;
constexpr asio::use_awaitable_t<executor> awaited;
constexpr auto with_error = asio::experimental::as_tuple(awaited);

asio::awaitable<void, executor> echo(socket_of peer) {
  std::array<char, 4096> buffer;
  for (;;) {
    const auto [end, count] = co_await peer.async_read_some(asio::buffer(buffer), with_error);
    if (end) co_return;
    const auto [failed, sent] =
        co_await asio::async_write(peer, asio::buffer(buffer, count), with_error);
    if (failed) co_return;
  }
}

asio::awaitable<void, executor> serve(asio::io_context& context, asio::ip::port_type port) {
  const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
  asio::basic_socket_acceptor<tcp, executor> listener(context, here);
  listener.listen(4096);
  for (;;) {
    socket_of peer = co_await listener.async_accept(awaited);
    peer.set_option(tcp::no_delay(true));
    asio::co_spawn(context.get_executor(), echo(std::move(peer)), asio::detached);
  }
}

}  // namespace

int main(int, char** arguments) {
  asio::io_context context(1);
  const auto port = static_cast<asio::ip::port_type>(std::atoi(arguments[1]));
  asio::co_spawn(context.get_executor(), serve(context, port), asio::detached);
  context.run();
}
