// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/error.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/http/client_error.hpp>
#include <eddy/http/server.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/tcp.hpp>

namespace eddy::http::testing {

inline tcp::listener listen_on_loopback() { return tcp::listen({ip_address::loopback_v4(), 0}); }

/// Serves on a free port of the loopback address while `body(endpoint)` runs.
template <class Body>
task<> while_serving(server& served, Body body) {
  tcp::listener listener = listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving =
        group.create_task({.name = "server"}, &server::serve, &served, std::move(listener));
    co_await body(where);
    serving.cancel();
  });
}

/// Lets `conversation(socket)` answer each connection while `body(endpoint)` runs: servers that no
/// `server` would be.
template <class Conversation, class Body>
task<> while_talking_on(tcp::listener listener, Conversation conversation, Body body) {
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving = group.create_task([&]() -> task<> { co_await serve(listener, conversation); });
    co_await body(listener.local_endpoint());
    serving.cancel();
  });
}

template <class Conversation, class Body>
task<> while_talking(Conversation conversation, Body body) {
  return while_talking_on(listen_on_loopback(), std::move(conversation), std::move(body));
}

inline std::string at(endpoint where, std::string_view path) {
  return "http://" + where.to_string() + std::string(path);
}

/// How a request failed. Requires: that it did, with a `client_error`.
template <class T>
client_fault fault_of(const eddy::outcome<T>& result) {
  try {
    std::rethrow_exception(result.error());
  } catch (const client_error& e) {
    return e.fault();
  }
}

/// Requires: that it failed.
template <class T>
std::string message_of(const eddy::outcome<T>& result) {
  return eddy::detail::describe(result.error());
}

/// Everything until the peer closes.
inline task<std::string> read_to_end(tcp::socket& from) {
  std::string text;
  std::array<char, 4096> piece;
  for (;;) {
    const std::size_t count = co_await from.read_some(piece);
    if (count == 0) co_return text;
    text.append(piece.data(), count);
  }
}

/// Reads until the text ends with `end`.
template <class Stream>
task<std::string> read_until(Stream& from, std::string_view end) {
  std::string text;
  std::array<char, 4096> piece;
  while (!text.ends_with(end)) {
    const std::size_t count = co_await from.read_some(std::span(piece));
    if (count == 0) co_return text + "<end>";
    text.append(piece.data(), count);
  }
  co_return text;
}

/// Sends `bytes` on a new connection; everything that comes back until the server closes it.
inline task<std::string> talk(endpoint where, std::string_view bytes) {
  tcp::socket socket = co_await tcp::connect(where);
  co_await socket.write_all(bytes);
  co_return co_await read_to_end(socket);
}

/// The values of all Date fields as `…`.
inline std::string without_dates(std::string text) {
  constexpr std::string_view name = "\r\nDate: ";
  for (auto at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    const auto begin = at + name.size();
    text.replace(begin, text.find("\r\n", begin) - begin, "…");
  }
  return text;
}

}  // namespace eddy::http::testing
