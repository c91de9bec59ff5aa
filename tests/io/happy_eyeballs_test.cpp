// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/test.hpp>
#include <io/names/happy_eyeballs.hpp>

namespace eddy {
namespace {

using namespace std::chrono_literals;
using detail::happy_eyeballs;
using lines = std::vector<std::string>;

constexpr auto never = 24h;

std::vector<ip_address> ips(std::vector<std::string_view> texts) {
  std::vector<ip_address> all;
  for (const std::string_view text : texts) all.push_back(ip_address::parse(text).value());
  return all;
}

std::string stamp(std::string_view what) {
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(testing::now());
  return fmt::format("{} {}", time.count(), what);
}

/// A network of which all is known beforehand: what is found when, and what becomes of each
/// address.
struct scripted_network {
  struct finding {
    std::chrono::milliseconds at;
    std::vector<ip_address> addresses;
  };
  struct fate {
    duration after;
    bool answers;
  };
  std::vector<finding> findings;
  std::map<std::string, fate> fates;
  duration look_up_ends_after = 0ms;
  bool look_up_fails = false;
  lines log = {};

  /// Also when it is cancelled.
  struct attempt_log {
    scripted_network* network;
    std::string to;
    bool over = false;
    ~attempt_log() {
      if (!over) network->log.push_back(stamp(to + " given up"));
    }
  };

  task<> find(const detail::address_sink& found) {
    for (const finding& f : findings) {
      co_await sleep_until(time_point(f.at));
      found(f.addresses);
    }
    co_await sleep(look_up_ends_after);
    if (look_up_fails) throw std::runtime_error("no such host");
  }

  task<> connect(ip_address to) {
    attempt_log mine{this, to.to_string()};
    log.push_back(stamp(mine.to));
    const fate f = fates.at(mine.to);
    co_await sleep(f.after);
    mine.over = true;
    log.push_back(stamp(mine.to + (f.answers ? " connected" : " failed")));
    if (!f.answers) throw std::runtime_error("refused");
  }

  [[nodiscard]] happy_eyeballs::contest contest() {
    return {.find = [this](const detail::address_sink& found) { return find(found); },
            .order = [](std::vector<ip_address> all) { return all; },
            .connect = [this](ip_address to) { return connect(to); }};
  }
};

EDDY_TEST(happy_eyeballs, the_first_address_is_enough_where_it_answers) {
  scripted_network network{.findings = {{0ms, ips({"::1", "10.0.0.1"})}},
                           .fates = {{"::1", {10ms, true}}}};
  EXPECT_TRUE(co_await happy_eyeballs(network.contest()).run());
  EXPECT_EQ(network.log, (lines{"0 ::1", "10 ::1 connected"}));
}

EDDY_TEST(happy_eyeballs, the_next_is_tried_after_a_quarter_of_a_second_and_the_loser_given_up) {
  scripted_network network{.findings = {{0ms, ips({"::1", "10.0.0.1"})}},
                           .fates = {{"::1", {never, true}}, {"10.0.0.1", {10ms, true}}}};
  EXPECT_TRUE(co_await happy_eyeballs(network.contest()).run());
  EXPECT_EQ(network.log,
            (lines{"0 ::1", "250 10.0.0.1", "260 10.0.0.1 connected", "260 ::1 given up"}));
}

EDDY_TEST(happy_eyeballs, the_next_is_tried_at_once_where_one_fails) {
  scripted_network network{.findings = {{0ms, ips({"::1", "10.0.0.1"})}},
                           .fates = {{"::1", {5ms, false}}, {"10.0.0.1", {10ms, true}}}};
  EXPECT_TRUE(co_await happy_eyeballs(network.contest()).run());
  EXPECT_EQ(network.log, (lines{"0 ::1", "5 ::1 failed", "5 10.0.0.1", "15 10.0.0.1 connected"}));
}

EDDY_TEST(happy_eyeballs, families_take_turns) {
  scripted_network network{.findings = {{0ms, ips({"::1", "::2", "::3", "10.0.0.1", "10.0.0.2"})}},
                           .fates = {{"::1", {1ms, false}},
                                     {"::2", {1ms, false}},
                                     {"::3", {1ms, false}},
                                     {"10.0.0.1", {1ms, false}},
                                     {"10.0.0.2", {1ms, false}}}};
  happy_eyeballs race(network.contest());
  EXPECT_FALSE(co_await race.run());
  std::vector<ip_address> tried;
  for (const auto& failed : race.failures()) tried.push_back(failed.to);
  EXPECT_EQ(tried, ips({"::1", "10.0.0.1", "::2", "10.0.0.2", "::3"}));
}

EDDY_TEST(happy_eyeballs, one_that_was_overtaken_may_still_win) {
  scripted_network network{.findings = {{0ms, ips({"::1", "10.0.0.1"})}},
                           .fates = {{"::1", {300ms, true}}, {"10.0.0.1", {never, true}}}};
  EXPECT_TRUE(co_await happy_eyeballs(network.contest()).run());
  EXPECT_EQ(network.log,
            (lines{"0 ::1", "250 10.0.0.1", "300 ::1 connected", "300 10.0.0.1 given up"}));
}

EDDY_TEST(happy_eyeballs, v4_waits_a_moment_for_v6_to_be_found) {
  scripted_network network{.findings = {{0ms, ips({"10.0.0.1"})}, {30ms, ips({"::1"})}},
                           .fates = {{"10.0.0.1", {1ms, true}}, {"::1", {1ms, true}}}};
  auto contest = network.contest();
  contest.order = [](std::vector<ip_address> all) {
    std::ranges::sort(all, std::greater());  // IPv6 first
    return all;
  };
  EXPECT_TRUE(co_await happy_eyeballs(std::move(contest)).run());
  EXPECT_EQ(network.log, (lines{"30 ::1", "31 ::1 connected"}));
}

EDDY_TEST(happy_eyeballs, v4_does_not_wait_longer_than_fifty_milliseconds) {
  scripted_network network{.findings = {{0ms, ips({"10.0.0.1"})}, {100ms, ips({"::1"})}},
                           .fates = {{"10.0.0.1", {never, true}}, {"::1", {1ms, true}}}};
  EXPECT_TRUE(co_await happy_eyeballs(network.contest()).run());
  EXPECT_EQ(network.log,
            (lines{"50 10.0.0.1", "300 ::1", "301 ::1 connected", "301 10.0.0.1 given up"}));
}

EDDY_TEST(happy_eyeballs, v4_does_not_wait_once_the_look_up_is_over) {
  scripted_network network{.findings = {{20ms, ips({"10.0.0.1"})}},
                           .fates = {{"10.0.0.1", {1ms, true}}}};
  EXPECT_TRUE(co_await happy_eyeballs(network.contest()).run());
  EXPECT_EQ(network.log, (lines{"20 10.0.0.1", "21 10.0.0.1 connected"}));
}

EDDY_TEST(happy_eyeballs, v6_does_not_wait_for_v4_to_be_found) {
  scripted_network network{.findings = {{0ms, ips({"::1"})}, {40ms, ips({"10.0.0.1"})}},
                           .fates = {{"::1", {1ms, true}}}};
  EXPECT_TRUE(co_await happy_eyeballs(network.contest()).run());
  EXPECT_EQ(network.log, (lines{"0 ::1", "1 ::1 connected"}));
}

EDDY_TEST(happy_eyeballs, an_address_found_late_is_tried_after_all_others_have_failed) {
  scripted_network network{.findings = {{0ms, ips({"::1"})}, {400ms, ips({"10.0.0.1"})}},
                           .fates = {{"::1", {1ms, false}}, {"10.0.0.1", {1ms, true}}}};
  EXPECT_TRUE(co_await happy_eyeballs(network.contest()).run());
  EXPECT_EQ(network.log,
            (lines{"0 ::1", "1 ::1 failed", "400 10.0.0.1", "401 10.0.0.1 connected"}));
}

EDDY_TEST(happy_eyeballs, a_look_up_that_finds_nothing_is_the_error) {
  scripted_network network{.findings = {}, .fates = {}, .look_up_fails = true};
  EXPECT_THROW(co_await happy_eyeballs(network.contest()).run(), std::runtime_error);
}

EDDY_TEST(happy_eyeballs, a_look_up_that_fails_half_way_leaves_what_it_found) {
  scripted_network network{.findings = {{0ms, ips({"::1"})}},
                           .fates = {{"::1", {500ms, true}}},
                           .look_up_ends_after = 100ms,
                           .look_up_fails = true};
  EXPECT_TRUE(co_await happy_eyeballs(network.contest()).run());
}

EDDY_TEST(happy_eyeballs, the_look_up_is_given_up_once_one_has_connected) {
  scripted_network network{.findings = {{0ms, ips({"::1"})}},
                           .fates = {{"::1", {10ms, true}}},
                           .look_up_ends_after = never};
  EXPECT_TRUE(co_await happy_eyeballs(network.contest()).run());
  EXPECT_EQ(testing::now(), 10ms);
}

EDDY_TEST(happy_eyeballs, a_cancel_gives_up_the_look_up_and_all_attempts) {
  scripted_network network{.findings = {{0ms, ips({"::1", "10.0.0.1"})}},
                           .fates = {{"::1", {never, true}}, {"10.0.0.1", {never, true}}},
                           .look_up_ends_after = never};
  happy_eyeballs race(network.contest());
  EXPECT_THROW(co_await wait_for(race.run(), 1s), timeout_error);
  EXPECT_EQ(network.log,
            (lines{"0 ::1", "250 10.0.0.1", "1000 ::1 given up", "1000 10.0.0.1 given up"}));
}

EDDY_TEST(happy_eyeballs, a_cancel_before_anything_was_found_ends_it) {
  scripted_network network{.findings = {{never, ips({"::1"})}}, .fates = {}};
  happy_eyeballs race(network.contest());
  EXPECT_THROW(co_await wait_for(race.run(), 1s), timeout_error);
  EXPECT_EQ(network.log, lines{});
}

EDDY_TEST(happy_eyeballs, two_that_answer_in_one_moment_are_both_heard) {
  scripted_network network{.findings = {{0ms, ips({"::1", "10.0.0.1"})}},
                           .fates = {{"::1", {300ms, true}}, {"10.0.0.1", {50ms, true}}}};
  EXPECT_TRUE(co_await happy_eyeballs(network.contest()).run());
  EXPECT_EQ(network.log,
            (lines{"0 ::1", "250 10.0.0.1", "300 ::1 connected", "300 10.0.0.1 connected"}));
}

}  // namespace
}  // namespace eddy
