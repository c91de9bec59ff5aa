// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/core/task_handle.hpp>
#include <eddy/flow/mutex.hpp>
#include <eddy/flow/semaphore.hpp>
#include <eddy/io/dns.hpp>

#include "dns_cache.hpp"
#include "dns_channel.hpp"
#include "happy_eyeballs.hpp"
#include "host_name.hpp"
#include "system_names.hpp"

namespace eddy::dns {

/// What the copies of a resolver share: it asks each question once and keeps the answer.
///
/// Lifetime: who awaits something of it holds a share.
class resolver::state : public std::enable_shared_from_this<state> {
 public:
  explicit state(resolver_options chosen);

  /// What this machine says about names, not older than a few seconds.
  [[nodiscard]] task<std::shared_ptr<const detail::system_names>> names();

  /// The answer to one question, from the cache or from the servers. `name` is whole, in lower
  /// case, without a dot at its end.
  [[nodiscard]] task<detail::dns_answer> ask(std::string name, detail::dns_type type);

  // What the options say, and where they do not, this machine.
  [[nodiscard]] detail::dns_servers servers(const detail::system_names& names) const;
  [[nodiscard]] std::vector<std::string> completions(const detail::system_names& names,
                                                     const detail::host_name& host) const;

  const resolver_options options;

 private:
  class share;
  /// A question under way.
  struct flight {
    task_handle<detail::dns_answer> work;
    std::size_t waiters;
  };

  [[nodiscard]] task<detail::dns_answer> ask_servers(detail::dns_question question);

  std::shared_ptr<const detail::system_names> names_;
  time_point checked_;
  mutex checking_;
  semaphore places_;
  std::size_t asked_ = 0;
  detail::dns_cache cache_;
  std::map<detail::dns_question, flight> flights_;
};

/// Gives the addresses of `host` to `found` as they come, in no particular order: all at once, or
/// those of each family by themselves. Errors: throws `resolve_error` if there are none.
[[nodiscard]] task<> find_addresses(std::shared_ptr<resolver::state> asked, std::string host,
                                    detail::address_sink found);

/// Errors: throws `resolve_error`, which ends with `advice`, under the virtual clock: it would
/// stand still for name servers, and tests leave them alone.
void require_name_servers(std::string_view name, std::string_view advice);

/// `kind`: what was asked for, such as `address`.
/// Errors: throws `resolve_error`, which says what was looked up and which servers were asked.
[[noreturn]] void throw_failure(std::string_view name, std::string_view kind,
                                resolve_failure failure, const detail::dns_servers& asked);

}  // namespace eddy::dns
