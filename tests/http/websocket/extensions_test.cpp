// SPDX-License-Identifier: MIT
#include <http/websocket/extensions.hpp>

#include <stdexcept>

#include <gtest/gtest.h>

namespace eddy::http::websocket::detail {
namespace {

headers offering(std::string_view text) { return {{"Sec-WebSocket-Extensions", text}}; }

std::string answer_to(std::string_view offer) {
  const auto chosen = choose_deflate(offering(offer));
  return chosen ? deflate_answer(*chosen) : "none";
}

TEST(websocket_extensions, a_server_takes_the_first_offer_it_can) {
  const std::string usual = "permessage-deflate; server_max_window_bits=12";
  EXPECT_EQ(answer_to("permessage-deflate"), usual);
  EXPECT_EQ(answer_to("x-other; a=b, permessage-deflate"), usual);
  EXPECT_EQ(answer_to("permessage-deflate; client_max_window_bits"),
            usual + "; client_max_window_bits=12");
  EXPECT_EQ(answer_to("permessage-deflate; client_max_window_bits=10"),
            usual + "; client_max_window_bits=10");
  EXPECT_EQ(answer_to("permessage-deflate; server_max_window_bits=\"10\""),
            "permessage-deflate; server_max_window_bits=10");
  EXPECT_EQ(answer_to("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
            "server_max_window_bits=12");
  EXPECT_EQ(answer_to("permessage-deflate; unknown, permessage-deflate"), usual);
  EXPECT_EQ(answer_to("x-other"), "none");
}

TEST(websocket_extensions, an_offer_that_makes_no_sense_is_passed_over) {
  for (const char* bad :
       {"server_max_window_bits", "server_max_window_bits=7", "server_max_window_bits=16",
        "server_max_window_bits=012", "server_max_window_bits=x", "client_max_window_bits=7",
        "server_no_context_takeover=1", "client_no_context_takeover; client_no_context_takeover",
        "client_max_window_bits; client_max_window_bits",
        "server_max_window_bits=9; server_max_window_bits=9", "what"}) {
    EXPECT_EQ(answer_to(std::string("permessage-deflate; ") + bad), "none") << bad;
  }
}

TEST(websocket_extensions, what_is_no_list_of_extensions_is_refused) {
  for (const char* bad : {"permessage-deflate;", "a b", "permessage-deflate; =1", "a; b=\"c",
                          "a; b=c d", "a; b=", "; a"}) {
    EXPECT_THROW((void)choose_deflate(offering(bad)), std::invalid_argument) << bad;
  }
  EXPECT_EQ(choose_deflate({}), std::nullopt);
}

TEST(websocket_extensions, a_client_takes_the_answer_to_what_it_offered) {
  EXPECT_EQ(read_deflate_answer({}), std::nullopt);
  EXPECT_EQ(read_deflate_answer(offering("permessage-deflate")), deflate_settings());
  EXPECT_EQ(read_deflate_answer(offering("permessage-deflate; server_max_window_bits=9; "
                                         "client_max_window_bits=8; client_no_context_takeover")),
            (deflate_settings{.from_server = {.window_bits = 9},
                              .from_client = {.window_bits = 8, .keeps_context = false}}));
}

TEST(websocket_extensions, a_client_refuses_what_it_did_not_offer) {
  for (const char* bad :
       {"x-other", "permessage-deflate, permessage-deflate", "permessage-deflate; what",
        "permessage-deflate; client_max_window_bits", "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_no_context_takeover=yes"}) {
    EXPECT_THROW((void)read_deflate_answer(offering(bad)), std::invalid_argument) << bad;
  }
}

}  // namespace
}  // namespace eddy::http::websocket::detail
