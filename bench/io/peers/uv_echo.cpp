// SPDX-License-Identifier: MIT
// libuv, which reads into a buffer of the connection and tries to write before it queues.
#include <uv.h>

#include <array>
#include <cstdlib>

namespace {

struct connection {
  uv_tcp_t handle;
  std::array<char, 4096> buffer;
};

void give_buffer(uv_handle_t* handle, std::size_t, uv_buf_t* into) {
  auto& buffer = reinterpret_cast<connection*>(handle)->buffer;
  *into = uv_buf_init(buffer.data(), buffer.size());
}

void received(uv_stream_t* stream, ssize_t count, const uv_buf_t* bytes) {
  if (count < 0) {
    uv_close(reinterpret_cast<uv_handle_t*>(stream),
             [](uv_handle_t* handle) { delete reinterpret_cast<connection*>(handle); });
    return;
  }
  const uv_buf_t reply = uv_buf_init(bytes->base, static_cast<unsigned>(count));
  // A client that waits for its echo leaves room for it.
  if (uv_try_write(stream, &reply, 1) != count) std::abort();
}

void accepted(uv_stream_t* listener, int) {
  auto* made = new connection;
  uv_tcp_init(listener->loop, &made->handle);
  auto* stream = reinterpret_cast<uv_stream_t*>(&made->handle);
  uv_accept(listener, stream);
  uv_tcp_nodelay(&made->handle, 1);
  uv_read_start(stream, give_buffer, received);
}

}  // namespace

int main(int, char** arguments) {
  uv_loop_t* loop = uv_default_loop();
  uv_tcp_t listener;
  uv_tcp_init(loop, &listener);
  sockaddr_in here{};
  uv_ip4_addr("127.0.0.1", std::atoi(arguments[1]), &here);
  uv_tcp_bind(&listener, reinterpret_cast<const sockaddr*>(&here), 0);
  if (uv_listen(reinterpret_cast<uv_stream_t*>(&listener), 4096, accepted) != 0) return 1;
  return uv_run(loop, UV_RUN_DEFAULT);
}
