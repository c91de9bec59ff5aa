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
#include <eddy/http/client_hooks.hpp>
#include <eddy/http/client_request.hpp>
#include <eddy/http/connecting.hpp>
#include <eddy/http/cookies.hpp>
#include <eddy/http/headers.hpp>
#include <eddy/http/response.hpp>
#include <eddy/http/retry_options.hpp>
#include <eddy/io/tls/context.hpp>

namespace eddy::http {

/// How many requests a client sends to each host: `{5, std::chrono::seconds(1)}` are 5 a second.
struct request_rate {
  std::size_t count;
  duration per;
  std::size_t burst = 1;  ///< at once after a pause; 1: evenly paced
};

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
  /// Whether a redirect from https to http is followed, and not an error.
  bool insecure_redirects = false;
  retry_options retry = {};
  /// Keeps what servers set, and sends it back to them; none: cookies are not looked at.
  std::shared_ptr<cookie_jar> cookies = {};
  /// To each host and port, whatever their answers say; the wait counts as a part of the request.
  std::optional<request_rate> rate_per_host = {};
  client_hooks hooks = {};
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

namespace detail {
class client_core;
}  // namespace detail

/// An HTTP/1.1 client that keeps connections for further requests.
///
/// Redirects are followed; on the way to another origin Authorization and Cookie are dropped. gzip,
/// deflate, brotli and zstd are asked for and decoded. What may pass is tried again: see
/// `retry_options`. A kept connection that the server has closed meanwhile is replaced once, in
/// silence, for requests that may be repeated.
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

  /// The same with other methods, and with `options.body`.
  [[nodiscard]] task<response> head(std::string url, request_options options = {});
  [[nodiscard]] task<response> post(std::string url, request_options options = {});
  [[nodiscard]] task<response> put(std::string url, request_options options = {});
  [[nodiscard]] task<response> patch(std::string url, request_options options = {});
  [[nodiscard]] task<response> del(std::string url, request_options options = {});
  [[nodiscard]] task<response> options(std::string url, request_options options = {});

  /// The same with any method.
  [[nodiscard]] task<response> request(std::string method, std::string url,
                                       request_options options = {});

  /// Puts `m` before all requests that follow, behind those that were put there earlier. It sees a
  /// request once, before redirects and retries.
  void use(client_middleware m);

  /// Closes the idle connections; a client used as a resource, `with(client(), …)`, ends with this.
  [[nodiscard]] task<> close(exit_status end = exit_status::ok);

  /// Connections that wait for a request.
  [[nodiscard]] std::size_t idle() const noexcept;
  /// Places taken, of `client_options::max_connections`.
  [[nodiscard]] std::size_t in_use() const noexcept;

 private:
  std::unique_ptr<detail::client_core> core_;
};

}  // namespace eddy::http
