// SPDX-License-Identifier: MIT
#include <io/tls/sessions.hpp>

#include <gtest/gtest.h>

namespace eddy::detail {
namespace {

ssl_session_ptr new_session() { return ssl_session_ptr(SSL_SESSION_new()); }

TEST(tls_sessions, gives_the_newest_of_a_host_and_none_of_another) {
  tls_sessions sessions;
  sessions.put("a.test", new_session());
  ssl_session_ptr newest = new_session();
  const SSL_SESSION* expected = newest.get();
  sessions.put("a.test", std::move(newest));
  EXPECT_EQ(sessions.take("a.test").get(), expected);
  EXPECT_EQ(sessions.take("b.test"), nullptr);
}

TEST(tls_sessions, many_of_one_host_do_not_displace_those_of_others) {
  tls_sessions sessions;
  sessions.put("rare.test", new_session());
  for (int i = 0; i < 1000; ++i) sessions.put("busy.test", new_session());
  EXPECT_NE(sessions.take("rare.test"), nullptr);
}

TEST(tls_sessions, of_many_hosts_are_bounded) {
  tls_sessions sessions;
  for (int i = 0; i < 1000; ++i) sessions.put(std::to_string(i), new_session());
  EXPECT_EQ(sessions.take("0"), nullptr);
  EXPECT_NE(sessions.take("999"), nullptr);
}

}  // namespace
}  // namespace eddy::detail
