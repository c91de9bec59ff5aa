// SPDX-License-Identifier: MIT
#include <eddy/io/unix_socket.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include <temporary_folder.hpp>

#include "socket_support.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;
using testing::temporary_folder;

struct place {
  temporary_folder folder;
  std::string path = folder.path() / "socket";
};

/// What a server that was killed leaves behind.
void leave_stale_socket(const std::string& path) {
  const unix_socket::listener left = unix_socket::listen(path + ".moved");
  std::filesystem::rename(path + ".moved", path);
}

EDDY_IO_TEST(unix_socket, a_path_leads_to_its_listener) {
  const place here;
  unix_socket::listener listener = unix_socket::listen(here.path);
  auto [client, server] = co_await gather(unix_socket::connect(here.path), listener.accept());
  co_await client.write_all("ping");
  co_await expect_text(server, "ping");
  co_await server.write_all("pong");
  co_await expect_text(client, "pong");
}

EDDY_IO_TEST(unix_socket, an_abstract_name_has_no_file_and_goes_with_its_listener) {
  const std::string name = "@eddy unix_socket_test " + std::to_string(::getpid());
  {
    unix_socket::listener listener = unix_socket::listen(name);
    auto [client, server] = co_await gather(unix_socket::connect(name), listener.accept());
    co_await client.write_all("abstract");
    co_await expect_text(server, "abstract");
    EXPECT_FALSE(std::filesystem::exists(name));
  }
  EXPECT_EQ(co_await error_of([&] { return unix_socket::connect(name); }),
            "connect " + name + ": Connection refused");
}

EDDY_IO_TEST(unix_socket, a_path_that_is_too_long_is_told_the_limit) {
  const std::string path = "/" + std::string(107, 'x');
  EXPECT_EQ(co_await error_of([&] { return unix_socket::connect(path); }),
            "connect " + path + " (108 bytes; a socket's path may have 107): File name too long");
  EXPECT_EQ(error_text([] { (void)unix_socket::listen(""); }),
            "listen \"\" (a socket's path): Invalid argument");
  EXPECT_EQ(error_text([] { (void)unix_socket::listen(std::string("a\0b", 3)); }),
            "listen a (a NUL in a socket's path): Invalid argument");
}

EDDY_IO_TEST(unix_socket, the_longest_path_works) {
  const temporary_folder folder;
  std::string path = folder.path() / "";
  path.append(107 - path.size(), 'x');
  unix_socket::listener listener = unix_socket::listen(path);
  auto [client, server] = co_await gather(unix_socket::connect(path), listener.accept());
  EXPECT_TRUE(server.is_open());
}

EDDY_IO_TEST(unix_socket, the_file_goes_with_its_listener) {
  const place here;
  {
    const unix_socket::listener listener = unix_socket::listen(here.path);
    EXPECT_TRUE(std::filesystem::is_socket(here.path));
  }
  EXPECT_FALSE(std::filesystem::exists(here.path));
  unix_socket::listener listener = unix_socket::listen(here.path);
  unix_socket::listener moved = std::move(listener);
  EXPECT_TRUE(std::filesystem::exists(here.path));
  moved.close();
  EXPECT_FALSE(std::filesystem::exists(here.path));
  co_return;
}

EDDY_IO_TEST(unix_socket, a_listener_leaves_the_file_of_its_successor) {
  const place here;
  std::optional<unix_socket::listener> first = unix_socket::listen(here.path);
  std::filesystem::remove(here.path);
  unix_socket::listener second = unix_socket::listen(here.path);
  first.reset();
  auto [client, server] = co_await gather(unix_socket::connect(here.path), second.accept());
  EXPECT_TRUE(server.is_open());
}

EDDY_IO_TEST(unix_socket, a_file_that_nobody_listens_at_is_replaced) {
  const place here;
  leave_stale_socket(here.path);
  EXPECT_EQ(co_await error_of([&] { return unix_socket::connect(here.path); }),
            "connect " + here.path + ": Connection refused");
  unix_socket::listener listener = unix_socket::listen(here.path);
  auto [client, server] = co_await gather(unix_socket::connect(here.path), listener.accept());
  EXPECT_TRUE(server.is_open());
}

EDDY_IO_TEST(unix_socket, a_living_listener_keeps_its_path) {
  const place here;
  unix_socket::listener living = unix_socket::listen(here.path);
  EXPECT_EQ(error_text([&] { (void)unix_socket::listen(here.path); }),
            "listen " + here.path + ": Address already in use");
  EXPECT_EQ(co_await read_to_end(*std::make_unique<unix_socket::socket>(co_await living.accept())),
            "");  // the question whether it lives
  auto [client, server] = co_await gather(unix_socket::connect(here.path), living.accept());
  EXPECT_TRUE(server.is_open());
}

EDDY_IO_TEST(unix_socket, other_files_are_never_replaced) {
  const place here;
  std::ofstream(here.path) << "precious";
  EXPECT_EQ(error_text([&] { (void)unix_socket::listen(here.path); }),
            "listen " + here.path + ": Address already in use");
  EXPECT_TRUE(std::filesystem::is_regular_file(here.path));
  EXPECT_EQ(std::filesystem::file_size(here.path), 8U);
  co_return;
}

EDDY_IO_TEST(unix_socket, the_mode_says_who_may_connect) {
  const place here;
  const unix_socket::listener listener = unix_socket::listen(here.path, {.mode = 0600});
  struct stat found{};
  EXPECT_EQ(::stat(here.path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  co_return;
}

EDDY_IO_TEST(unix_socket, each_end_knows_who_the_other_is) {
  const place here;
  unix_socket::listener listener = unix_socket::listen(here.path);
  auto [client, server] = co_await gather(unix_socket::connect(here.path), listener.accept());
  const unix_socket::credentials us{.process = ::getpid(), .user = ::getuid(), .group = ::getgid()};
  EXPECT_EQ(server.peer_credentials(), us);
  EXPECT_EQ(client.peer_credentials(), us);
  client.close();
  EXPECT_EQ(server.peer_credentials(), us);  // as it was when it connected
}

EDDY_IO_TEST(unix_socket, an_error_names_the_path) {
  const place here;
  EXPECT_EQ(co_await error_of([&] { return unix_socket::connect(here.path); }),
            "connect " + here.path + ": No such file or directory");
  unix_socket::listener listener = unix_socket::listen(here.path);
  auto [client, server] = co_await gather(unix_socket::connect(here.path), listener.accept());
  client.close();
  EXPECT_EQ(co_await error_of([&]() -> task<> { co_await server.write_all("x"); }),
            "write a client of " + here.path + ": Broken pipe");
}

EDDY_IO_TEST(unix_socket, connecting_waits_while_the_backlog_is_full) {
  const place here;
  unix_socket::listener listener = unix_socket::listen(here.path, {.backlog = 0});
  std::vector<task_handle<unix_socket::socket>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(create_task([&] { return unix_socket::connect(here.path); }));
  }
  co_await settle();
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const unix_socket::socket server = co_await listener.accept();
    EXPECT_TRUE(server.is_open());
  }
  for (auto& client : clients) EXPECT_TRUE((co_await client).is_open());
}

EDDY_IO_TEST(unix_socket, a_connect_that_waits_for_the_backlog_can_be_cancelled) {
  const place here;
  const unix_socket::listener full = unix_socket::listen(here.path, {.backlog = 0});
  const unix_socket::socket first = co_await unix_socket::connect(here.path);
  EXPECT_THROW(co_await wait_for(unix_socket::connect(here.path), 20ms), timeout_error);
}

EDDY_IO_TEST(unix_socket, a_pair_is_connected) {
  auto [a, b] = unix_socket::pair();
  co_await a.write_all("pair");
  co_await expect_text(b, "pair");
  a.close();
  EXPECT_EQ(co_await read_text(b), "");
}

/// A file with `text` in it, and no name.
owned_fd file_with(std::string_view text) {
  owned_fd made(::memfd_create("eddy", MFD_CLOEXEC));
  EXPECT_EQ(::write(made.get(), text.data(), text.size()), std::ssize(text));
  return made;
}

std::string text_of(const owned_fd& file) {
  std::array<char, 64> text{};
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
  return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

task<> send_files(unix_socket::socket& to, std::string_view bytes, int count) {
  std::vector<owned_fd> files;
  std::vector<int> fds;
  for (int i = 0; i < count; ++i) {
    files.push_back(file_with("file " + std::to_string(i)));
    fds.push_back(files.back().get());
  }
  co_await to.send_fds(std::as_bytes(std::span(bytes)), fds);
}

EDDY_IO_TEST(unix_fds, what_is_sent_can_be_read_by_the_peer) {
  auto [a, b] = unix_socket::pair();
  co_await send_files(a, "two files", 2);
  std::array<std::byte, 64> buffer{};
  const unix_socket::received_fds got = co_await b.receive_fds(buffer);
  EXPECT_EQ(got.bytes, 9U);
  EXPECT_FALSE(got.truncated);
  EXPECT_EQ(got.fds.size(), 2U);
  EXPECT_EQ(text_of(got.fds.at(0)), "file 0");
  EXPECT_EQ(text_of(got.fds.at(1)), "file 1");
  EXPECT_NE(::fcntl(got.fds.at(0).get(), F_GETFD) & FD_CLOEXEC, 0);
}

EDDY_IO_TEST(unix_fds, a_receiver_waits_for_them) {
  auto [a, b] = unix_socket::pair();
  std::array<std::byte, 64> buffer{};
  auto receiving = create_task([&] { return b.receive_fds(buffer); });
  co_await until_waiting("socket read");
  co_await send_files(a, "x", 1);
  EXPECT_EQ((co_await receiving).fds.size(), 1U);
}

EDDY_IO_TEST(unix_fds, a_cancelled_receiver_leaves_them_to_the_next) {
  auto [a, b] = unix_socket::pair();
  std::array<std::byte, 64> buffer{};
  auto receiving = create_task([&] { return b.receive_fds(buffer); });
  co_await until_waiting("socket read");
  receiving.cancel();
  co_await expect_cancelled(receiving);
  co_await send_files(a, "x", 1);
  EXPECT_EQ((co_await b.receive_fds(buffer)).fds.size(), 1U);
}

// That none of these leaks a descriptor is what the test's own end checks.

EDDY_IO_TEST(unix_fds, those_that_nobody_takes_are_closed) {
  auto [a, b] = unix_socket::pair();
  co_await send_files(a, "x", 3);
  std::array<std::byte, 8> buffer{};
  (void)co_await b.receive_fds(buffer);
  co_await send_files(a, "plain", 3);
  co_await expect_text(b, "plain");
  co_await send_files(a, "never read", 3);
}

EDDY_IO_TEST(unix_fds, more_than_asked_for_are_closed_and_said_to_be_lost) {
  auto [a, b] = unix_socket::pair();
  co_await send_files(a, "x", 3);
  std::array<std::byte, 8> buffer{};
  const auto got = co_await b.receive_fds(buffer, 1);
  EXPECT_EQ(got.fds.size(), 1U);
  EXPECT_TRUE(got.truncated);
  EXPECT_EQ(got.bytes, 1U);
}

EDDY_IO_TEST(unix_fds, none_may_come) {
  auto [a, b] = unix_socket::pair();
  std::array<std::byte, 8> buffer{};
  co_await a.write_all("plain");
  EXPECT_TRUE((co_await b.receive_fds(buffer)).fds.empty());
  a.close();
  EXPECT_EQ((co_await b.receive_fds(buffer)).bytes, 0U);
}

EDDY_IO_TEST(unix_fds, many_bytes_go_with_them) {
  auto [a, b] = unix_socket::pair();
  const std::string much(1 << 20, 'x');
  auto sending = create_task([&] { return send_files(a, much, 1); });
  std::array<std::byte, 4096> buffer{};
  const auto got = co_await b.receive_fds(buffer);
  EXPECT_EQ(got.fds.size(), 1U);
  std::size_t left = much.size() - got.bytes;
  while (left > 0) left -= co_await b.read_some(buffer);
  co_await sending;
}

EDDY_IO_TEST(unix_fds, they_need_a_byte_to_go_with) {
  auto [a, b] = unix_socket::pair();
  EXPECT_EQ(co_await error_of([&] { return send_files(a, "", 1); }),
            "eddy: send_fds without bytes: descriptors travel with the first");
  EXPECT_EQ(co_await error_of([&] { return send_files(a, "x", 254); }),
            "eddy: send_fds of 254 descriptors: 253 fit a message, send the others with further "
            "bytes");
}

}  // namespace
}  // namespace eddy
