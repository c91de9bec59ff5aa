// SPDX-License-Identifier: MIT
// Beast on Asio's coroutines, with the executor's type known: `beast_http server PORT`, or
// `beast_http client PORT COUNT`, whose connections are kept without a pool or time-outs.
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <boost/asio.hpp>
#include <boost/beast.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using executor = asio::io_context::executor_type;
using socket_of = asio::basic_stream_socket<tcp, executor>;
template <class T = void>
using awaitable = asio::awaitable<T, executor>;
constexpr asio::use_awaitable_t<executor> awaited;

awaitable<> answer(socket_of peer) {
  beast::flat_buffer buffer;
  try {
    for (bool keep_alive = true; keep_alive;) {
      http::request<http::string_body> request;
      co_await http::async_read(peer, buffer, request, awaited);
      http::response<http::string_body> reply(http::status::ok, request.version());
      reply.set(http::field::content_type, "text/plain");
      reply.keep_alive(keep_alive = request.keep_alive());
      reply.body() = "Hello, World!";
      reply.prepare_payload();
      co_await http::async_write(peer, reply, awaited);
    }
  } catch (const std::exception&) {
    // The client has gone.
  }
}

awaitable<> serve(asio::io_context& context, tcp::endpoint here) {
  asio::basic_socket_acceptor<tcp, executor> listener(context, here);
  listener.listen(4096);
  for (;;) {
    socket_of peer = co_await listener.async_accept(awaited);
    peer.set_option(tcp::no_delay(true));
    asio::co_spawn(context.get_executor(), answer(std::move(peer)), asio::detached);
  }
}

awaitable<> ask(asio::io_context& context, tcp::endpoint server) {
  socket_of connection(context);
  co_await connection.async_connect(server, awaited);
  connection.set_option(tcp::no_delay(true));
  beast::flat_buffer buffer;
  for (;;) {
    http::request<http::empty_body> request(http::verb::get, "/", 11);
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::user_agent, "beast");
    co_await http::async_write(connection, request, awaited);
    http::response<http::string_body> reply;
    co_await http::async_read(connection, buffer, reply, awaited);
    if (reply.result_int() != 200) throw std::runtime_error("not answered");
  }
}

}  // namespace

int main(int, char** arguments) {
  asio::io_context context(1);
  const auto port = static_cast<asio::ip::port_type>(std::atoi(arguments[2]));
  const tcp::endpoint server(asio::ip::address_v4::loopback(), port);
  const auto rethrow = [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  };
  if (arguments[1] == std::string_view("server")) {
    asio::co_spawn(context.get_executor(), serve(context, server), rethrow);
  } else {
    for (int i = std::atoi(arguments[3]); i > 0; --i) {
      asio::co_spawn(context.get_executor(), ask(context, server), rethrow);
    }
  }
  context.run();
}
