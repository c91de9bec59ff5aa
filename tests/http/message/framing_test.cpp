// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <optional>

#include <eddy/http/error.hpp>
#include <http/message/framing.hpp>

// The rules that must hold whatever the grammar in front of them lets through.
namespace eddy::http::detail {
namespace {

template <class F>
std::optional<protocol_fault> fault_of(F f) {
  try {
    f();
  } catch (const protocol_error& error) {
    return error.fault();
  }
  return std::nullopt;
}

std::optional<protocol_fault> fault_of_codings(const headers& fields) {
  return fault_of([&] { (void)frame(request_head{.headers = fields}, std::nullopt); });
}

TEST(framing, chunked_is_the_only_transfer_coding_and_stands_alone) {
  EXPECT_EQ(fault_of_codings({{"Transfer-Encoding", "chunked"}}), std::nullopt);
  EXPECT_EQ(fault_of_codings({{"Transfer-Encoding", "chunked"}, {"transfer-encoding", "chunked"}}),
            protocol_fault::bad_framing);
  EXPECT_EQ(fault_of_codings({{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "x"}}),
            protocol_fault::bad_framing);
  EXPECT_EQ(fault_of_codings({{"Transfer-Encoding", "gzip"}}), protocol_fault::bad_framing);
}

TEST(framing, a_length_beside_chunked_is_refused) {
  const headers fields = {{"Transfer-Encoding", "chunked"}};
  EXPECT_EQ(fault_of([&] { (void)frame(request_head{.headers = fields}, 5); }),
            protocol_fault::bad_framing);
  EXPECT_EQ(fault_of([&] { (void)frame(response_head{.headers = fields}, "GET", 5); }),
            protocol_fault::bad_framing);
}

TEST(framing, a_request_without_a_length_has_no_body) {
  EXPECT_EQ(frame(request_head{.method = "POST"}, std::nullopt).kind, body_kind::none);
  EXPECT_EQ(frame(request_head{.method = "POST"}, 0).kind, body_kind::none);
  EXPECT_EQ(frame(request_head{.method = "GET"}, 3).kind, body_kind::sized);
}

TEST(framing, a_response_without_a_length_ends_with_the_connection) {
  const auto framing = frame(response_head{}, "GET", std::nullopt);
  EXPECT_EQ(framing.kind, body_kind::until_close);
  EXPECT_FALSE(framing.keep_alive);
}

TEST(framing, the_request_method_and_the_status_decide_before_any_length) {
  for (const int status : {204, 304}) {
    EXPECT_EQ(frame(response_head{.status = status}, "GET", 5).kind, body_kind::none) << status;
  }
  EXPECT_EQ(frame(response_head{}, "HEAD", 5).kind, body_kind::none);
  EXPECT_EQ(frame(response_head{}, "CONNECT", 5).kind, body_kind::none);
  EXPECT_EQ(frame(response_head{.status = 404}, "CONNECT", 5).kind, body_kind::sized);
}

}  // namespace
}  // namespace eddy::http::detail
