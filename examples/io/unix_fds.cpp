// SPDX-License-Identifier: MIT
//
// A service that opens files for others: it sees who asks, and sends the open file itself.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <eddy/core/error.hpp>
#include <eddy/core/run.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/unix_socket.hpp>
#include <iostream>
#include <string>

namespace unix_socket = eddy::unix_socket;

// snippet: opener
eddy::task<> open_for_client(unix_socket::socket client) {
  const unix_socket::credentials who = client.peer_credentials();  // the kernel's word
  if (who.user != ::getuid()) co_return;
  std::string path(256, '\0');
  path.resize(co_await client.read_some(path));
  const eddy::owned_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) co_return;
  const std::array fds{file.get()};
  co_await client.send_fds(std::as_bytes(std::span("!", 1)), fds);
}

eddy::task<eddy::owned_fd> ask_to_open(std::string service, std::string_view path) {
  unix_socket::socket s = co_await unix_socket::connect(std::move(service));
  co_await s.write_all(path);
  std::array<std::byte, 1> answer;
  unix_socket::received_fds got = co_await s.receive_fds(answer);
  if (got.fds.empty()) throw std::runtime_error("the service refused");
  co_return std::move(got.fds.front());
}
// end snippet

eddy::task<> serve_and_ask() {
  // A name without a file; of a path, `.mode = 0600` would say who may connect.
  const std::string service = "@eddy example " + std::to_string(::getpid());
  auto listener = unix_socket::listen(service);
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto server = group.create_task([&] { return eddy::serve(listener, open_for_client); });

    const eddy::owned_fd file = co_await ask_to_open(service, "/dev/zero");
    char byte = 'x';
    std::cout << "read " << ::read(file.get(), &byte, 1) << " byte, " << int{byte} << '\n';
    try {
      (void)co_await ask_to_open(service, "/no/such/file");
    } catch (const std::runtime_error& error) {
      std::cout << error.what() << '\n';
    }
    server.cancel();
  });

  // Two ends without a name, for a child process or another loop.
  auto [here, there] = unix_socket::pair();
  co_await here.write_all("through a pair");
  std::string text(64, '\0');
  text.resize(co_await there.read_some(text));
  std::cout << text << '\n';
}

int main() { return eddy::run(serve_and_ask); }
