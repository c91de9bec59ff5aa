// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <eddy/core/finally.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/core/version.hpp>
#include <eddy/http/body.hpp>
#include <eddy/http/client_error.hpp>
#include <eddy/http/connecting.hpp>
#include <eddy/http/headers.hpp>
#include <eddy/http/response.hpp>
#include <eddy/io/tls/context.hpp>

namespace eddy::http {

struct client_options {
  std::size_t max_connections = 100;  ///< open at once, idle ones included
  std::size_t max_per_host = 8;
  duration connect_timeout = std::chrono::seconds(5);  ///< name look-up included
  /// How long nothing may move, in either direction.
  duration idle_read_timeout = std::chrono::seconds(30);
  /// From the call until the body was read, redirects and the wait for a connection included.
  duration total_timeout = std::chrono::seconds(60);
  duration keep_alive = std::chrono::seconds(4);  ///< how long an idle connection stays usable
  int max_redirects = 10;                         ///< 0: none is followed, and the 3xx returned
  std::size_t max_body = std::size_t{64} * 1024 * 1024;  ///< decoded
  std::size_t max_header_bytes = std::size_t{64} * 1024;
  std::size_t max_fields = 128;
  std::string user_agent = "eddy/" + std::string(version);
  std::vector<host_override> resolve = {};
  proxy_options proxy = {};
  /// Who is believed to be the server of an https URL, and who we are. Without it the authorities
  /// of the system are believed.
  std::optional<tls::context> tls = {};
};

/// What one request does differently from its client.
struct request_options {
  http::headers headers = {};
  http::body body = {};
  std::optional<duration> timeout = {};  ///< in the place of `client_options::total_timeout`
  std::optional<int> max_redirects = {};
  std::optional<std::size_t> max_body = {};
  /// Send an idempotent request once more, unseen, when a kept connection proves dead. Not for
  /// callers that count or pace their requests.
  bool repeat_if_lost = true;
};

namespace detail {
class transport;
}  // namespace detail

/// An HTTP/1.1 client that keeps connections for further requests.
///
/// Redirects are followed; on the way to another origin Authorization and Cookie are dropped. gzip
/// and deflate are asked for and decoded. A kept connection that the server has closed meanwhile is
/// replaced once, in silence, for requests that may be repeated. Whatever else fails is the
/// caller's to try again.
///
/// Errors: `client_error`; `timeout_error` whose `what()` names the limit and the request.
/// Lifetime: outlives its requests; a response may outlive it.
class client {
 public:
  explicit client(client_options options = {});
  client(client&&) noexcept;
  client& operator=(client&&) noexcept;
  ~client();

  /// Asks for `url`, an absolute `http://` or `https://` URL, and waits for the head of the answer,
  /// whatever its status.
  [[nodiscard]] task<response> get(std::string url, request_options options = {});

  /// The same with any method, and with `options.body`.
  [[nodiscard]] task<response> request(std::string method, std::string url,
                                       request_options options = {});

  /// Closes the idle connections; a client used as a resource, `with(client(), …)`, ends with this.
  [[nodiscard]] task<> close(exit_status end = exit_status::ok);

  /// Connections that wait for a request.
  [[nodiscard]] std::size_t idle() const noexcept;
  /// Places taken, of `client_options::max_connections`.
  [[nodiscard]] std::size_t in_use() const noexcept;

 private:
  client_options options_;
  std::unique_ptr<detail::transport> transport_;
};

}  // namespace eddy::http
