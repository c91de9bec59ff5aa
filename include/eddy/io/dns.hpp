// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/io/endpoint.hpp>
#include <eddy/io/ip_address.hpp>
#include <eddy/io/resolve.hpp>

namespace eddy::dns {

/// Where a service runs.
struct srv_record {
  std::string target = {};  ///< a host name
  std::uint16_t port = 0;
  std::uint16_t priority = 0;  ///< the lowest first
  std::uint16_t weight = 0;    ///< its share among those of one priority
  std::chrono::seconds ttl{};  ///< how long it may still be used
};

/// Who takes the mail of a domain.
struct mx_record {
  std::string host = {};
  std::uint16_t preference = 0;  ///< the lowest first
  std::chrono::seconds ttl{};
};

/// Text that a domain says about itself, its pieces joined.
struct txt_record {
  std::string text = {};
  std::chrono::seconds ttl{};
};

/// A name of an address.
struct ptr_record {
  std::string name = {};
  std::chrono::seconds ttl{};
};

/// How a resolver looks names up. What is not said comes from the system's configuration.
struct resolver_options {
  /// The name servers to ask, in this order.
  std::vector<endpoint> servers = {};
  /// How long one server may take for a first answer, an hour at most; with each round it doubles.
  std::optional<duration> timeout = {};
  /// Rounds over all servers, 10 at most.
  std::optional<int> tries = {};
  /// Domains to complete names with.
  std::optional<std::vector<std::string>> search = {};
  /// A name with at least this many dots is tried as it is before it is completed.
  std::optional<int> ndots = {};
  /// Answers kept, each for as long as its TTL allows.
  std::size_t cache_size = 1024;
  /// Hosts known without asking anyone, before all others.
  std::map<std::string, std::vector<ip_address>> hosts = {};
  /// Looked at again every few seconds and read when they have changed.
  std::string hosts_file = "/etc/hosts";
  std::string resolv_conf = "/etc/resolv.conf";
  /// Host names are for the C library's getaddrinfo, on a worker thread: slower and without a
  /// cache, but with all that nsswitch.conf knows, such as mDNS, LDAP or systemd-resolved.
  bool use_getaddrinfo = false;
};

/// Looks names up with servers, options and a cache of its own. Copies share them.
///
/// `localhost` and names under it are the loopback addresses without asking anyone. Look-ups of one
/// name at one time share one question, and answers are kept as long as their TTL says, those that
/// say "no such name" for five minutes at most.
///
/// All failures are `resolve_error`, but for `io_error` where descriptors have run out.
/// Cancellation: at once; others that wait for the same answer go
/// on waiting.
class resolver {
 public:
  /// Errors: throws `std::invalid_argument` for options with which nobody could be asked.
  explicit resolver(resolver_options options = {});

  /// See `eddy::resolve`.
  [[nodiscard]] task<std::vector<ip_address>> resolve(std::string host) const;

  /// The servers of a service, such as `_xmpp-client._tcp.example.org`, in the order to try them:
  /// by priority, and among equals by chance in proportion to their weights (RFC 2782). None where
  /// the domain says that it does not offer the service.
  [[nodiscard]] task<std::vector<srv_record>> lookup_srv(std::string name) const;
  /// By preference. None where the domain says that it takes no mail (RFC 7505).
  [[nodiscard]] task<std::vector<mx_record>> lookup_mx(std::string name) const;
  [[nodiscard]] task<std::vector<txt_record>> lookup_txt(std::string name) const;
  /// The names of an address.
  [[nodiscard]] task<std::vector<ptr_record>> lookup_ptr(ip_address address) const;

  /// What it is made of; for code of this library.
  class state;
  [[nodiscard]] const std::shared_ptr<state>& shared() const noexcept { return state_; }

 private:
  std::shared_ptr<state> state_;
};

/// Makes the resolver that `resolve` and `tcp::connect` use on this loop from `options`: at the
/// start of a program, or in a test that names its own hosts. Look-ups under way keep the old one.
/// Requires: a running loop.
void configure(resolver_options options);

/// The one that `resolve` uses on this loop. Requires: a running loop.
[[nodiscard]] resolver& loop_resolver();

/// `resolver::lookup_srv` of the loop's own resolver.
[[nodiscard]] task<std::vector<srv_record>> lookup_srv(std::string name);
/// `resolver::lookup_mx` of the loop's own resolver.
[[nodiscard]] task<std::vector<mx_record>> lookup_mx(std::string name);
/// `resolver::lookup_txt` of the loop's own resolver.
[[nodiscard]] task<std::vector<txt_record>> lookup_txt(std::string name);
/// `resolver::lookup_ptr` of the loop's own resolver.
[[nodiscard]] task<std::vector<ptr_record>> lookup_ptr(ip_address address);

}  // namespace eddy::dns
