// SPDX-License-Identifier: MIT
#include <utility>

#include <eddy/testing/faulty_stream.hpp>
#include <eddy/testing/stream_suite.hpp>
#include <eddy/testing/test.hpp>
#include <tls_pair.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

task<std::pair<tls_memory, tls_memory>> over_memory() { return tls_pair(); }

task<std::pair<tls_memory, tls_memory>> of_version_1_2() {
  static const tls::context client =
      tls::context::client({.trust = trusting("ca"), .most = tls::protocol_version::tls1_2});
  return tls_pair(client, server_context());
}

using slow_memory = testing::faulty_stream<memory_stream>;
task<std::pair<tls::stream<slow_memory>, tls::stream<slow_memory>>> in_pieces() {
  auto [a, b] = memory_stream::pair();
  auto [client, server] = co_await gather(
      tls::connect(slow_memory(std::move(a), {.most_at_once = 9000, .seed = 1}), client_context(),
                   {.host = "shop.test"}),
      tls::accept(slow_memory(std::move(b), {.most_at_once = 9000, .seed = 2}), server_context()));
  co_return std::pair(std::move(client), std::move(server));
}

using tls_tcp = tls::stream<tcp::socket>;
task<std::pair<tls_tcp, tls_tcp>> over_tcp() {
  tcp_pair pair = co_await connect_pair();
  auto [client, server] =
      co_await gather(tls::connect(std::move(pair.client), client_context(), {.host = "127.0.0.1"}),
                      tls::accept(std::move(pair.server), server_context()));
  co_return std::pair(std::move(client), std::move(server));
}

const bool checked[] = {
    testing::register_stream_suite("tls_stream", over_memory, {backend_kind::sim}),
    testing::register_stream_suite("tls_1_2_stream", of_version_1_2, {backend_kind::sim}),
    testing::register_stream_suite("tls_in_pieces", in_pieces, {backend_kind::sim}),
    testing::register_stream_suite("tls_over_tcp", over_tcp,
                                   {backend_kind::uring, backend_kind::epoll}),
};

}  // namespace
}  // namespace eddy
