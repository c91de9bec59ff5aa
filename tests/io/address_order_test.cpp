// SPDX-License-Identifier: MIT
#include <io/names/address_order.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace eddy {
namespace {

/// Where to, and from where; no source: unreachable.
struct way {
  std::string_view to;
  std::string_view from;
};

std::vector<std::string> ordered(const std::vector<way>& ways) {
  std::vector<detail::destination> all;
  for (const way& w : ways) all.push_back({*ip_address::parse(w.to), ip_address::parse(w.from)});
  detail::order_destinations(all);
  std::vector<std::string> texts;
  for (const detail::destination& d : all) texts.push_back(d.to.to_string());
  return texts;
}

using texts = std::vector<std::string>;

// The examples of RFC 6724, section 10.2, as far as they need no more than sources.
TEST(address_order, what_cannot_be_reached_comes_last) {
  EXPECT_EQ(ordered({{"2001:db8:1::1", ""}, {"198.51.100.121", "198.51.100.117"}}),
            (texts{"198.51.100.121", "2001:db8:1::1"}));
}

TEST(address_order, v6_comes_before_v4_where_both_can_be_reached) {
  EXPECT_EQ(ordered({{"198.51.100.121", "198.51.100.117"}, {"2001:db8:1::1", "2001:db8:1::2"}}),
            (texts{"2001:db8:1::1", "198.51.100.121"}));
}

TEST(address_order, v4_comes_first_where_the_v6_source_is_only_of_the_link) {
  EXPECT_EQ(ordered({{"2001:db8:1::1", "fe80::1"}, {"198.51.100.121", "198.51.100.117"}}),
            (texts{"198.51.100.121", "2001:db8:1::1"}));
}

TEST(address_order, the_smaller_scope_comes_first) {
  EXPECT_EQ(ordered({{"2001:db8:1::1", "2001:db8:1::2"}, {"fe80::1", "fe80::2"}}),
            (texts{"fe80::1", "2001:db8:1::1"}));
}

TEST(address_order, the_longer_common_prefix_comes_first) {
  EXPECT_EQ(ordered({{"2001:db8:3ffe::1", "2001:db8:1::2"}, {"2001:db8:1::1", "2001:db8:1::2"}}),
            (texts{"2001:db8:1::1", "2001:db8:3ffe::1"}));
}

TEST(address_order, a_matching_label_comes_first) {
  EXPECT_EQ(
      ordered({{"2001:db8:1::1", "2002:c633:6401::2"}, {"2002:c633:6401::1", "2002:c633:6401::2"}}),
      (texts{"2002:c633:6401::1", "2001:db8:1::1"}));
}

TEST(address_order, unique_local_addresses_come_after_v4_from_elsewhere) {
  EXPECT_EQ(ordered({{"fd00::1", "2001:db8::2"}, {"10.1.2.3", "10.1.2.4"}}),
            (texts{"10.1.2.3", "fd00::1"}));
}

TEST(address_order, v4_loopback_comes_after_v6_loopback) {
  EXPECT_EQ(ordered({{"127.0.0.1", "127.0.0.1"}, {"::1", "::1"}}), (texts{"::1", "127.0.0.1"}));
}

TEST(address_order, equals_stay_in_the_servers_order) {
  EXPECT_EQ(ordered({{"10.0.0.3", "10.0.0.1"}, {"10.0.0.2", "10.0.0.1"}, {"8.8.8.8", "10.0.0.1"}}),
            (texts{"10.0.0.3", "10.0.0.2", "8.8.8.8"}));
}

}  // namespace
}  // namespace eddy
