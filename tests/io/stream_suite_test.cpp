// SPDX-License-Identifier: MIT
//
// Each stream of this folder passes the suite that users' own are checked with.
#include <eddy/testing/stream_suite.hpp>

#include <eddy/io/memory_stream.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

task<std::pair<memory_stream, memory_stream>> connect_memory() { co_return memory_stream::pair(); }
task<std::pair<memory_stream, memory_stream>> connect_narrow() {
  co_return memory_stream::pair(999);
}

static_assert(byte_stream<memory_stream>);
static_assert(byte_stream<tcp::socket>);

const bool checked[] = {
    testing::register_stream_suite("memory_stream", connect_memory, {backend_kind::sim}),
    testing::register_stream_suite("narrow_memory_stream", connect_narrow, {backend_kind::sim}),
    testing::register_stream_suite("tcp_stream", connect_pair,
                                   {backend_kind::uring, backend_kind::epoll}),
};

}  // namespace
}  // namespace eddy
