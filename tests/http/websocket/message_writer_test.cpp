// SPDX-License-Identifier: MIT
#include <http/websocket/message_writer.hpp>

#include <set>
#include <string>

#include <gtest/gtest.h>

#include <http/websocket/frames.hpp>

namespace eddy::http::websocket::detail {
namespace {

using testing::frame;
using testing::read;

TEST(websocket_writer, a_server_sends_frames_as_they_are) {
  message_writer writer({.us = role::server});
  std::string out;
  writer.append(out, message_kind::text, "Hello");
  writer.append(out, message_kind::binary, "");
  writer.append_control(out, opcode::pong, "x");
  EXPECT_EQ(out,
            frame(opcode::text, "Hello") + frame(opcode::binary, "") + frame(opcode::pong, "x"));
}

TEST(websocket_writer, a_client_masks_each_frame_with_a_key_of_its_own) {
  message_writer writer({.us = role::client});
  std::set<std::string> keys;
  for (int i = 0; i < 200; ++i) {
    std::string out;
    writer.append(out, message_kind::text, "Hello");
    keys.insert(out.substr(2, 4));
    EXPECT_EQ(read({.us = role::server}, {out}), "text(Hello) ");
  }
  EXPECT_GT(keys.size(), 195U);
}

TEST(websocket_writer, only_messages_of_a_size_are_compressed) {
  message_writer writer({.us = role::server, .deflate = deflate_direction{}, .compress_from = 10});
  std::string small;
  writer.append(small, message_kind::text, "123456789");
  EXPECT_EQ(small, frame(opcode::text, "123456789"));
  std::string large;
  writer.append(large, message_kind::text, std::string(1000, 'x'));
  EXPECT_LT(large.size(), 50U);
  EXPECT_EQ(read({.us = role::client, .deflate = deflate_direction{}}, {small + large}),
            "text(123456789) text(" + std::string(1000, 'x') + ") ");
}

TEST(websocket_writer, a_close_is_cut_between_two_characters) {
  EXPECT_EQ(close_payload({close_code::no_code, "x"}), "");
  EXPECT_EQ(close_payload({close_code::going_away, "bye"}),
            "\x03\xe9"
            "bye");
  std::string longest(122, 'x');
  EXPECT_EQ(close_payload({close_code::normal, longest + "µ"}), "\x03\xe8" + longest);
  longest += 'x';
  EXPECT_EQ(close_payload({close_code::normal, longest}), "\x03\xe8" + longest);
}

}  // namespace
}  // namespace eddy::http::websocket::detail
