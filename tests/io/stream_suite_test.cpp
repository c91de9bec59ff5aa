// SPDX-License-Identifier: MIT
//
// Each stream of this folder passes the suite that users' own are checked with.
#include <eddy/testing/stream_suite.hpp>

#include <eddy/io/memory_stream.hpp>
#include <eddy/io/unix_socket.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

task<std::pair<memory_stream, memory_stream>> connect_memory() { co_return memory_stream::pair(); }
task<std::pair<memory_stream, memory_stream>> connect_narrow() {
  co_return memory_stream::pair(999);
}

task<std::pair<unix_socket::socket, unix_socket::socket>> connect_unix() {
  co_return unix_socket::pair();
}

static_assert(byte_stream<memory_stream>);
static_assert(byte_stream<tcp::socket>);
static_assert(byte_stream<unix_socket::socket>);

const bool checked[] = {
    testing::register_stream_suite("memory_stream", connect_memory, {backend_kind::sim}),
    testing::register_stream_suite("narrow_memory_stream", connect_narrow, {backend_kind::sim}),
    testing::register_stream_suite("tcp_stream", connect_pair,
                                   {backend_kind::uring, backend_kind::epoll, backend_kind::sim}),
    testing::register_stream_suite("unix_stream", connect_unix,
                                   {backend_kind::uring, backend_kind::epoll, backend_kind::sim}),
};

}  // namespace
}  // namespace eddy
