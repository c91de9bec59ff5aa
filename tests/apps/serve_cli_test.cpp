// SPDX-License-Identifier: MIT
// `eddy serve` as a person meets it: the program is run, spoken to over HTTP, and ended by a
// signal.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/outcome.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/events.hpp>
#include <eddy/http/websocket.hpp>
#include <temporary_folder.hpp>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using eddy::task;
using eddy::http::client;
using eddy::http::response;

/// Runs the program in a folder of its own.
class serve : public ::testing::Test {
 protected:
  ~serve() override {
    if (child_ > 0) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
  }

  void start(std::vector<std::string> arguments) {
    child_ = fork();
    if (child_ != 0) return;
    if (chdir(folder_.path().c_str()) != 0) _exit(99);
    dup2(open("stdout", O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    dup2(open("stderr", O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    std::string program = EDDY_PROGRAM;
    std::string command = "serve";
    std::vector<char*> argv{program.data(), command.data()};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    _exit(98);
  }

  /// The URL of its first line; empty if it ends without one.
  std::string start_and_wait(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--port", "0"});
    start(std::move(arguments));
    for (;;) {
      const std::string out = text_of("stdout");
      if (out.ends_with('\n')) return out.substr(0, out.size() - 1);
      if (waitpid(child_, nullptr, WNOHANG) == child_) return "";
      usleep(10'000);
    }
  }

  int wait_for_exit() {
    int status = 0;
    waitpid(child_, &status, 0);
    child_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int stop() {
    kill(child_, SIGTERM);
    return wait_for_exit();
  }

  [[nodiscard]] std::string text_of(const char* name) const {
    std::ostringstream text;
    text << std::ifstream(file(name)).rdbuf();
    return text.str();
  }
  [[nodiscard]] fs::path file(const char* name) const { return folder_.path() / name; }

  eddy::testing::temporary_folder folder_;
  pid_t child_ = 0;
};

void with_client(std::function<task<>(client&)> body) {
  (void)eddy::run([&]() -> task<> {
    client c({.retry = {.most = 0}});
    co_await body(c);
  });
}

TEST_F(serve, a_directory_shows_its_files_and_logs_who_took_them) {
  std::ofstream(file("note.txt")) << "hello";
  const std::string url = start_and_wait({"."});
  ASSERT_TRUE(url.starts_with("http://127.0.0.1:")) << url << text_of("stderr");
  with_client([&](client& c) -> task<> {
    response note = co_await c.get(url + "note.txt");
    EXPECT_EQ(co_await note.text(), "hello");
    response list = co_await c.get(url);
    EXPECT_NE((co_await list.text()).find("note.txt"), std::string::npos);
  });
  EXPECT_EQ(stop(), 0);
  EXPECT_NE(text_of("stderr").find("\"GET /note.txt HTTP/1.1\" 200 5"), std::string::npos)
      << text_of("stderr");
}

TEST_F(serve, the_demo_has_what_clients_are_tried_on) {
  const std::string url = start_and_wait({"--demo", "-q"});
  with_client([&](client& c) -> task<> {
    response shop = co_await c.get(url);
    EXPECT_NE((co_await shop.text()).find("All products"), std::string::npos);
    response products = co_await c.get(url + "api/products?offset=238&limit=5");
    const eddy::json::value page = co_await products.json();
    EXPECT_EQ(page["items"].as_array().size(), 2U);
    EXPECT_EQ(page["items"][1]["id"], eddy::json::value(240));
    response ticks = co_await c.get(url + "sse/ticks?count=3&ms=1");
    std::string heard;
    auto events = eddy::http::events(ticks);
    while (const auto* e = co_await events.next()) heard += e->data;
    EXPECT_EQ(heard, R"({"tick":1}{"tick":2}{"tick":3})");
    auto socket = co_await eddy::http::websocket::connect("ws" + url.substr(4) + "ws/echo");
    co_await socket.send(std::string("hello"));
    const auto echoed = co_await socket.next();
    EXPECT_TRUE(echoed && echoed->data == "hello");
    co_await socket.close();
    const auto loop = co_await eddy::outcome(c.get(url + "redirect-loop"));
    EXPECT_TRUE(loop.has_error());
    response bomb = co_await c.get(url + "gzip-bomb");
    EXPECT_TRUE((co_await eddy::outcome(bomb.text())).has_error());
    response stats = co_await c.get(url + "stats");
    EXPECT_EQ((co_await stats.json())["requests"], eddy::json::value(1));
    response figures = co_await c.get(url + "metrics");
    EXPECT_NE((co_await figures.text()).find("http_requests_total{method=\"GET\""),
              std::string::npos);
  });
  EXPECT_EQ(stop(), 0);
}

TEST_F(serve, a_signal_ends_it_while_events_are_being_sent) {
  const std::string url = start_and_wait({"--demo", "-q"});
  with_client([&](client& c) -> task<> {
    response ticks = co_await c.get(url + "sse/ticks?ms=10");
    auto events = eddy::http::events(ticks);
    (void)co_await events.next();
    kill(child_, SIGTERM);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(wait_for_exit(), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  });
}

TEST_F(serve, a_mock_answers_as_its_file_says) {
  std::ofstream(file("routes.json")) << R"([
    {"path": "/users/{id}", "json": {"id": 7}, "headers": {"X-Mock": "yes"}},
    {"method": "POST", "path": "/users", "status": 201, "body": "made", "delay": "1ms"}
  ])";
  const std::string url = start_and_wait({"--mock", "routes.json", "-q"});
  with_client([&](client& c) -> task<> {
    response user = co_await c.get(url + "users/7");
    EXPECT_EQ(user.headers().get("X-Mock"), "yes");
    EXPECT_EQ(co_await user.text(), R"({"id":7})");
    response made = co_await c.post(url + "users", {.body = "{}"});
    EXPECT_EQ(made.status(), 201);
  });
  EXPECT_EQ(stop(), 0);
}

TEST_F(serve, faults_come_as_often_as_asked_for) {
  std::ofstream(file("a.txt")) << "a";
  const std::string url = start_and_wait({".", "-q", "--fault", "503:30%,slow:1ms:10%,reset:10%"});
  with_client([&](client& c) -> task<> {
    int unavailable = 0;
    int lost = 0;
    for (int i = 0; i < 200; ++i) {
      auto answer = co_await eddy::outcome(c.get(url + "a.txt"));
      if (answer.has_error()) {
        ++lost;
      } else if (answer.value().status() == 503) {
        ++unavailable;
      }
    }
    EXPECT_GT(unavailable, 40);
    EXPECT_LT(unavailable, 80);
    EXPECT_GT(lost, 8);
    EXPECT_LT(lost, 40);
  });
  EXPECT_EQ(stop(), 0);
}

TEST_F(serve, wrong_use_is_one_line_and_status_2) {
  std::ofstream(file("bad.json")) << "[{\"path\": \"/a\",}]";
  std::ofstream(file("odd.json")) << R"([{"path": "/a"}, {"path": "/b", "stauts": 500}])";
  const struct {
    std::vector<std::string> arguments;
    const char* complaint;
  } cases[] = {
      {{}, "one of DIR, --demo and --mock"},
      {{".", "--demo"}, "one of DIR, --demo and --mock"},
      {{"none"}, "none: not a directory"},
      {{".", "--host", "shop.test"}, "--host shop.test: expected an address"},
      {{".", "--tls-cert", "a.pem"}, "--tls-cert and --tls-key go together"},
      {{".", "--tls-cert", "a.pem", "--tls-key", "a.pem"}, "a.pem"},
      {{".", "--fault", "often"}, "--fault often: expected"},
      {{".", "--fault", "503:60%,reset:60%"}, "more than 100 %"},
      {{"--mock", "none.json"}, "none.json: No such file"},
      {{"--mock", "bad.json"}, "JSON line 1, column 16"},
      {{"--mock", "odd.json"}, "route 2: \"stauts\""},
  };
  for (const auto& c : cases) {
    start(c.arguments);
    EXPECT_EQ(wait_for_exit(), 2) << c.complaint;
    const std::string err = text_of("stderr");
    EXPECT_NE(err.find(c.complaint), std::string::npos) << err;
    EXPECT_EQ(std::ranges::count(err, '\n'), 1) << err;
  }
}

}  // namespace
