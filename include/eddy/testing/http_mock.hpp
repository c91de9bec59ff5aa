// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/core/finally.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/http/head.hpp>
#include <eddy/io/endpoint.hpp>
#include <eddy/io/tls/context.hpp>

namespace eddy::testing {

/// How a connection goes wrong.
enum class mock_fault : unsigned char {
  none,
  close,  ///< it ends, as when the server is killed
  reset,  ///< "Connection reset by peer"
  stall,  ///< nothing more comes, and it stays open
};

/// One answer of an `http_mock`, with what is wrong with it.
///
/// What is in `headers` goes out as it is. Where neither Content-Length nor Transfer-Encoding is
/// there, the right Content-Length is added; with `{"Transfer-Encoding", "chunked"}` the body goes
/// out in chunks, one for each piece.
struct mock_reply {
  int status = 200;
  http::headers headers = {};
  std::string body = {};
  duration delay = {};    ///< before the answer
  std::size_t piece = 0;  ///< so many bytes of the body at a time; 0: all of them
  duration pause = {};    ///< between two pieces
  mock_fault fault = mock_fault::none;
  std::size_t fault_after = std::numeric_limits<std::size_t>::max();  ///< bytes of the body
  bool bare = false;                                                  ///< see `raw`

  /// Sends `bytes`, which need not be HTTP, and then fails.
  [[nodiscard]] static mock_reply raw(std::string bytes, mock_fault then = mock_fault::close);

  /// Does not answer, but fails.
  [[nodiscard]] static mock_reply nothing(mock_fault fault) { return raw({}, fault); }

  /// Errors: throws `std::invalid_argument` for a location with control bytes.
  [[nodiscard]] static mock_reply redirect(std::string_view location, int status = 302);

  /// `text` compressed, with the Content-Encoding that says so.
  [[nodiscard]] static mock_reply gzip(std::string_view text);

  /// A body that is a thousand times smaller than the `size` zeros it decodes to.
  [[nodiscard]] static mock_reply gzip_bomb(std::uint64_t size);
};

/// A request that an `http_mock` got.
struct mock_request {
  http::request_head head = {};
  std::string body = {};
  std::size_t connection = 0;  ///< that it came on; the first one is 0
  time_point arrived = {};     ///< its last byte
};

/// Where and how an `http_mock` listens.
struct http_mock_options {
  endpoint listen = {ip_address::loopback_v4(), 0};  ///< port 0: one that is free
  std::optional<tls::context> tls = {};              ///< serves `https`
};

/// An HTTP server for tests of what asks one: it gives the answers it was told, misbehaves as it
/// was told, and keeps what it was asked. Real sockets or, under the virtual clock, simulated ones.
///
/// `http_mock shop; shop.on("GET", "/p/1", {.status = 503}); shop.on("GET", "/p/1", {.body =
/// "tea"});`
///
/// It serves from its construction on, until it is destroyed or closed.
/// Errors: throws `io_error` where it cannot listen, `std::logic_error` outside `eddy::run`.
class http_mock {
 public:
  explicit http_mock(http_mock_options options = {});
  http_mock(http_mock&&) noexcept;
  http_mock& operator=(http_mock&&) noexcept;
  ~http_mock();

  /// Answers requests for this target so, with a query or without one. Of several answers for the
  /// same, each is given once, in order, and the last one ever after. GET's answers are for HEAD
  /// too, without the body. Whatever has none is a 404 that says so.
  void on(std::string method, std::string target, mock_reply reply);

  [[nodiscard]] const endpoint& address() const noexcept;
  /// Of a target, for a client: `http://127.0.0.1:40123/p/1`.
  [[nodiscard]] std::string url(std::string_view target = "/") const;

  /// All that were complete, in order. Lifetime: that of the mock.
  [[nodiscard]] const std::deque<mock_request>& requests() const noexcept;
  /// How many were accepted.
  [[nodiscard]] std::size_t connections() const noexcept;
  /// What came that broke HTTP's rules, and was answered by a 400 or the like.
  [[nodiscard]] const std::vector<std::string>& violations() const noexcept;

  /// Ends the connections and frees the port; a mock used as a resource, `with(http_mock(), …)`,
  /// ends with this. What it was asked can be read after it.
  [[nodiscard]] task<> close(exit_status end = exit_status::ok);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace eddy::testing
