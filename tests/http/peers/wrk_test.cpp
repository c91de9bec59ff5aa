// SPDX-License-Identifier: MIT
//
// The server under load from a client that others wrote.
#include <cstdlib>
#include <fstream>
#include <string>

#include <eddy/http/server.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <real_peers.hpp>
#include <temporary_folder.hpp>

namespace eddy::http {
namespace {

class wrk : public eddy::testing::io_test {
 protected:
  void SetUp() override {
    if (eddy::testing::find_program("wrk").empty()) GTEST_SKIP() << "wrk is not installed";
  }
};
INSTANTIATE_TEST_SUITE_P(http, wrk, ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         eddy::testing::backend_label);

/// A script that sends sixteen requests at a time.
constexpr std::string_view pipelined =
    "init = function() local r = {} for i = 1, 16 do r[i] = wrk.format('GET', '/' .. i) end "
    "all = table.concat(r) end request = function() return all end\n";

/// The number before `what` in a report of wrk; 0 where it has none.
long number_before(const std::string& report, std::string_view what) {
  const auto at = report.find(what);
  if (at == report.npos) return 0;
  const auto line = report.rfind('\n', at) + 1;
  return std::atol(report.c_str() + line);
}

task<> answers_all(std::string options) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    co_return server_reply::text(200, request.path);
  });
  co_await testing::while_serving(s, [&](endpoint where) -> task<> {
    const std::string report = co_await eddy::testing::shell(
        "wrk -t1 -c64 -d1s --timeout 1s " + options + " " + testing::at(where, "/hello"));
    EXPECT_GT(number_before(report, " requests in"), 500) << report;
    EXPECT_EQ(report.find("Socket errors"), report.npos) << report;
    EXPECT_EQ(report.find("Non-2xx"), report.npos) << report;
  });
  EXPECT_EQ(s.connections(), 0U);
}

TEST_P(wrk, gets_answers_on_64_connections) {
  eddy::testing::run_real([] { return answers_all(""); }, GetParam());
}

TEST_P(wrk, gets_answers_to_requests_sent_ahead) {
  const eddy::testing::temporary_folder folder;
  const std::string script = folder.path() / "pipelined.lua";
  std::ofstream(script) << pipelined;
  eddy::testing::run_real([&] { return answers_all("-s " + script); }, GetParam());
}

}  // namespace
}  // namespace eddy::http
