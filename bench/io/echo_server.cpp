// SPDX-License-Identifier: MIT
// The echo of ../README.md as anyone would write it: `echo_server PORT`; EDDY_BACKEND chooses.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <eddy/core/run.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/tcp.hpp>

namespace {

eddy::task<> echo(eddy::tcp::socket peer) {
  std::array<char, 4096> buffer;
  while (const std::size_t count = co_await peer.read_some(buffer)) {
    co_await peer.write_all(std::string_view(buffer.data(), count));
  }
}

eddy::task<> serve(std::uint16_t port) {
  eddy::tcp::listener listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), port});
  co_await eddy::serve(listener, echo, {.on_error = [](auto&&...) {}});
}

}  // namespace

int main(int, char** arguments) {
  eddy::run([&] { return serve(static_cast<std::uint16_t>(std::atoi(arguments[1]))); });
}
