// SPDX-License-Identifier: MIT
//
// Several pieces written to a socket as one.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/io/write_all.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

static_assert(gather_writer<tcp::socket>);

using pieces = std::vector<std::span<const std::byte>>;

pieces pieces_of(const std::vector<std::string>& texts) {
  pieces result;
  for (const std::string& text : texts) result.push_back(std::as_bytes(std::span(text)));
  return result;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string whole;
  for (const std::string& text : texts) whole += text;
  return whole;
}

task<> write_and_end(tcp::socket& to, const pieces& from) {
  co_await write_all(to, from);
  co_await to.shutdown();
}

EDDY_IO_TEST(gather_send, pieces_arrive_at_once_and_in_order) {
  tcp_pair pair = co_await connect_pair();
  const std::vector<std::string> texts{"head ", "", "body ", "tail"};
  co_await pair.client.write_all(pieces_of(texts));
  co_await expect_text(pair.server, "head body tail");
}

EDDY_IO_TEST(gather_send, more_pieces_than_one_call_takes_with_holes_between) {
  tcp_pair pair = co_await connect_pair();
  std::vector<std::string> texts(40);
  for (int i = 0; i < 200; ++i) texts.push_back(i % 3 == 0 ? "" : std::to_string(i) + ' ');
  texts.resize(300);
  auto [nothing, received] =
      co_await gather(write_and_end(pair.client, pieces_of(texts)), read_to_end(pair.server));
  EXPECT_EQ(received, joined(texts));
}

EDDY_IO_TEST(gather_send, more_than_the_kernel_holds_goes_on_where_it_stopped) {
  tcp_pair pair = co_await connect_pair();
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 50; ++i) {
    texts.emplace_back(i * 13'007, '\0');
    for (std::size_t j = 0; j < texts.back().size(); ++j) {
      texts.back()[j] = static_cast<char>(j * 31 + j / 997 + i);
    }
  }
  const pieces sent = pieces_of(texts);
  auto writing = create_task([&] { return write_and_end(pair.client, sent); });
  co_await until_waiting("socket write");
  const std::string received = co_await read_to_end(pair.server);
  EXPECT_TRUE(received == joined(texts)) << received.size();
  co_await writing;
}

EDDY_IO_TEST(gather_send, nothing_is_written_at_once) {
  tcp_pair pair = co_await connect_pair();
  co_await pair.client.write_all(pieces());
  co_await pair.client.write_all(pieces(3));
  co_await pair.client.write_all("x");
  co_await expect_text(pair.server, "x");
}

EDDY_IO_TEST(gather_send, a_cancel_ends_it) {
  tcp_pair pair = co_await connect_pair();
  const std::vector<std::string> texts(4, std::string(4 << 20, 'x'));
  auto writing =
      create_task([&]() -> task<> { co_await write_all(pair.client, pieces_of(texts)); });
  co_await until_waiting("socket write");
  writing.cancel();
  EXPECT_THROW(co_await writing, task_cancelled);
}

EDDY_IO_TEST(gather_send, a_pending_cancel_keeps_it_from_starting) {
  tcp_pair pair = co_await connect_pair();
  const std::vector<std::string> texts(4, "never sent");
  std::optional<task_handle<>> writing;
  writing = create_task([&]() -> task<> {
    writing->cancel();
    co_await pair.client.write_all(pieces_of(texts));
  });
  EXPECT_THROW(co_await *writing, task_cancelled);
  co_await pair.client.shutdown();
  EXPECT_EQ(co_await read_to_end(pair.server), "");
}

EDDY_IO_TEST(gather_send, a_reset_is_an_error_that_names_the_peer) {
  tcp_pair pair = co_await connect_pair();
  pair.server.reset();
  const std::vector<std::string> texts(4, "to nobody");
  EXPECT_THROW(
      {
        for (;;) co_await pair.client.write_all(pieces_of(texts));
      },
      io_error);
}

}  // namespace
}  // namespace eddy
