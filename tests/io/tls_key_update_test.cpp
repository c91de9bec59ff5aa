// SPDX-License-Identifier: MIT
//
// New keys in the middle of a connection, asked for by a peer that is OpenSSL's library itself.
#include <array>
#include <stdexcept>
#include <string>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/testing/test.hpp>
#include <io/tls/memory_bio.hpp>
#include <io/tls/openssl.hpp>
#include <tls_pair.hpp>

namespace eddy {
namespace {

class raw_client {
 public:
  explicit raw_client(memory_stream to) : stream_(std::move(to)) {
    detail::bio_ptr link = detail::make_memory_bio(buffers_);
    SSL_set_bio(ssl_.get(), link.get(), link.get());
    (void)link.release();
    SSL_set_connect_state(ssl_.get());
  }

  task<> handshake() {
    while (SSL_do_handshake(ssl_.get()) != 1) {
      co_await send();
      co_await receive();
    }
    co_await send();
  }
  task<> ask_for_new_keys() {
    SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(ssl_.get());
    co_await send();
  }
  task<> write(std::string text) {
    SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
    co_await send();
  }
  task<std::string> read() {
    std::array<char, 256> text;
    for (;;) {
      const int count = SSL_read(ssl_.get(), text.data(), text.size());
      if (count > 0) co_return std::string(text.data(), static_cast<std::size_t>(count));
      co_await receive();
    }
  }

 private:
  task<> send() { co_await stream_.write_all(buffers_.take_output()); }
  task<> receive() {
    const std::size_t count = co_await stream_.read_some(std::span(input_));
    if (count == 0) throw std::runtime_error("the server has gone");
    buffers_.feed(std::span(input_).first(count));
  }

  memory_stream stream_;
  detail::memory_buffers buffers_;
  std::array<std::byte, 32 << 10> input_;
  detail::ssl_context_ptr context_{SSL_CTX_new(TLS_client_method())};
  std::unique_ptr<SSL, detail::freed_by<SSL_free>> ssl_{SSL_new(context_.get())};
};

EDDY_TEST(tls_key_update, is_answered_before_the_next_write) {
  auto [a, b] = memory_stream::pair();
  auto accepting = create_task([&] { return tls::accept(std::move(b), server_context()); });
  raw_client client(std::move(a));
  co_await client.handshake();
  tls_memory server = std::move(co_await accepting);
  for (int round = 0; round < 3; ++round) {
    co_await client.ask_for_new_keys();
    co_await client.write("question");
    EXPECT_EQ(co_await read_text(server), "question");
    co_await server.write_all("answer");
    EXPECT_EQ(co_await client.read(), "answer");
  }
}

EDDY_TEST(tls_key_update, that_are_only_asked_for_do_not_pile_up) {
  auto [a, b] = memory_stream::pair();
  auto accepting = create_task([&] { return tls::accept(std::move(b), server_context()); });
  raw_client client(std::move(a));
  co_await client.handshake();
  tls_memory server = std::move(co_await accepting);
  auto asking = create_task([&]() -> task<> {
    for (int i = 0; i < 5'000; ++i) co_await client.ask_for_new_keys();
  });
  EXPECT_THROW(co_await read_text(server), tls::error);
  asking.cancel();
  EXPECT_THROW(co_await asking, task_cancelled);
}

}  // namespace
}  // namespace eddy
