// SPDX-License-Identifier: MIT
// A program that needs the libraries below io: OpenSSL, c-ares, and those of codec.
#include <utility>

#include <eddy/core/run.hpp>
#include <eddy/core/task.hpp>
#include <eddy/io/memory_stream.hpp>
#include <eddy/io/resolve.hpp>
#include <eddy/io/tls.hpp>

namespace {

eddy::task<int> amain() {
  const eddy::tls::context context = eddy::tls::context::client();
  auto [ours, theirs] = eddy::memory_stream::pair();
  co_await theirs.write_all("no TLS\r\n");
  try {
    (void)co_await eddy::tls::connect(std::move(ours), context, {.host = "localhost"});
  } catch (const eddy::tls::error& e) {
    if (e.kind() != eddy::tls::error_kind::protocol) co_return 1;
  }
  co_return (co_await eddy::resolve("localhost")).empty() ? 2 : 0;
}

}  // namespace

int main() { return eddy::run(amain); }
