// SPDX-License-Identifier: MIT
// `eddy scrape` as a person meets it: the program is run, and judged by its files, its words and
// its exit status.

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <eddy/core/run.hpp>
#include <temporary_folder.hpp>

namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// Runs the program in a folder of its own.
class scrape : public ::testing::Test {
 protected:
  ~scrape() override { unsetenv("EDDY_BACKEND"); }

  pid_t start(std::vector<std::string> arguments) {
    const pid_t child = fork();
    if (child != 0) return child;
    if (chdir(folder_.path().c_str()) != 0) _exit(99);
    const int out = open("stdout", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int err = open("stderr", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    std::string program = EDDY_PROGRAM;
    std::string command = "scrape";
    std::vector<char*> argv{program.data(), command.data()};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    _exit(98);
  }

  static int wait_for_exit(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  int run(std::vector<std::string> arguments) { return wait_for_exit(start(std::move(arguments))); }

  [[nodiscard]] std::string err() const { return read_file(file("stderr")); }
  [[nodiscard]] fs::path file(const char* name) const { return folder_.path() / name; }

  void expect_the_whole_demo() {
    EXPECT_EQ(run({}), 0) << err();
    const auto rows = lines_of(file("demo-shop.csv"));
    ASSERT_EQ(rows.size(), 241U) << err();
    EXPECT_EQ(rows.front(), "name,price,stock,url");
    EXPECT_NE(err().find("240 rows -> demo-shop.csv"), std::string::npos) << err();
    EXPECT_NE(err().find("252 fetched"), std::string::npos) << err();
    EXPECT_NE(err().find("2 skipped by robots.txt, 0 failed"), std::string::npos) << err();
    EXPECT_NE(err().find("0 forbidden pages, 0 pages twice"), std::string::npos) << err();
    EXPECT_TRUE(std::regex_search(err(), std::regex("at most [1-4] at once, 0 forbidden")))
        << err();
  }

  eddy::testing::temporary_folder folder_;
};

TEST_F(scrape, the_demo_gets_every_row_on_io_uring) {
  try {
    eddy::detail::make_backend(eddy::backend_kind::uring);
  } catch (const std::runtime_error& refused) {
    GTEST_SKIP() << refused.what();
  }
  setenv("EDDY_BACKEND", "uring", 1);
  expect_the_whole_demo();
}

TEST_F(scrape, the_demo_gets_every_row_on_epoll) {
  setenv("EDDY_BACKEND", "epoll", 1);
  expect_the_whole_demo();
}

TEST_F(scrape, an_interrupted_run_ends_with_130_and_keeps_its_rows) {
  const pid_t child = start({});
  while (lines_of(file("stderr")).empty()) usleep(10'000);
  usleep(1'000'000);
  kill(child, SIGINT);
  EXPECT_EQ(wait_for_exit(child), 130) << err();
  EXPECT_NE(err().find("interrupted in"), std::string::npos) << err();
  EXPECT_GT(lines_of(file("demo-shop.csv")).size(), 10U);
}

TEST_F(scrape, wrong_use_is_one_line_and_status_2) {
  const struct {
    std::vector<std::string> arguments;
    const char* complaint;
  } cases[] = {
      {{"not a url", "a=h1"}, "not a url"},
      {{"https://shop.test/", "a=h1"}, "https is not supported yet"},
      {{"ftp://shop.test/", "a=h1"}, "only http URLs"},
      {{"http://shop.test/", "a=h1", "--row", "p >"}, "--row 'p >'"},
      {{"http://shop.test/", "a=h1", "--follow", "[["}, "--follow '[['"},
      {{"http://shop.test/", "h1"}, "expected name=CSS"},
      {{"http://shop.test/"}, "nothing to extract"},
      {{"http://shop.test/", "a=h1", "-o", "out.txt"}, "-o out.txt"},
      {{"http://shop.test/", "a=h1", "-o", "no/such/folder.csv"}, "No such file or directory"},
      {{"http://shop.test/", "a=h1", "--rate", "fast"}, "--rate fast"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(run(c.arguments), 2) << c.complaint;
    EXPECT_NE(err().find(c.complaint), std::string::npos) << err();
    EXPECT_EQ(lines_of(file("stderr")).size(), 1U) << err();
  }
}

TEST_F(scrape, a_file_that_exists_is_not_overwritten_unasked) {
  std::ofstream(file("mine.csv")) << "precious";
  EXPECT_EQ(run({"http://127.0.0.1:1/", "a=h1", "-o", "mine.csv"}), 2);
  EXPECT_NE(err().find("--overwrite"), std::string::npos) << err();
  EXPECT_EQ(read_file(file("mine.csv")), "precious");
}

TEST_F(scrape, a_refused_connection_is_one_line_and_status_3) {
  EXPECT_EQ(run({"http://127.0.0.1:1/", "a=h1", "-o", "out.csv"}), 3);
  EXPECT_NE(err().find("connect 127.0.0.1:1: Connection refused"), std::string::npos) << err();
  EXPECT_EQ(lines_of(file("stderr")).size(), 1U) << err();
  EXPECT_FALSE(fs::exists(file("out.csv"))) << "left in the way of the next try";
}

}  // namespace
