// SPDX-License-Identifier: MIT
#include "dns_resolver.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/to_thread.hpp>

namespace eddy::dns {
namespace {

// Each has a socket or two: a thousand names at once must not use up the descriptors.
constexpr std::size_t questions_at_once = 64;
constexpr std::uint16_t dns_port = 53;
// c-ares doubles the time with each round, and counts milliseconds in an int.
constexpr auto longest_timeout = std::chrono::hours(1);
constexpr int most_tries = 10;
constexpr auto check_files_every = std::chrono::seconds(5);

resolver_options checked(resolver_options options) {
  if (options.tries.value_or(1) < 1)
    throw std::invalid_argument("eddy: a dns::resolver with no tries would never ask");
  if (options.timeout.value_or(duration(1)) <= duration(0))
    throw std::invalid_argument("eddy: a dns::resolver without time would never get an answer");
  for (const endpoint& server : options.servers) {
    if (server.address.scope() != 0) {
      throw std::invalid_argument(
          fmt::format("eddy: name server {}: one with an interface in its address cannot be asked",
                      server.to_string()));
    }
  }
  for (auto& [name, addresses] : std::exchange(options.hosts, {}))
    options.hosts.emplace(detail::dns_lower(name), addresses);
  return options;
}

}  // namespace

resolver::state::state(resolver_options chosen)
    : options(checked(std::move(chosen))), places_(questions_at_once), cache_(options.cache_size) {}

task<std::shared_ptr<const detail::system_names>> resolver::state::names() {
  const mutex::guard guard = co_await checking_.lock();
  const time_point now = loop::current()->now();
  if (names_ == nullptr || now - checked_ >= check_files_every) {
    names_ = co_await detail::to_thread_abandonable(
        [hosts = options.hosts_file, resolv_conf = options.resolv_conf, known = names_] {
          return detail::load_system_names(hosts, resolv_conf, known);
        });
    checked_ = now;
  }
  co_return names_;
}

/// One waiter of a question; the last to go takes the question along.
class resolver::state::share {
 public:
  share(state& of, const detail::dns_question& question)
      : of_(&of), flight_(of.flights_.find(question)) {
    if (flight_ == of.flights_.end()) {
      auto work = create_task(
          {.name = "look up " + question.first},
          [self = of.shared_from_this(), question] { return self->ask_servers(question); });
      flight_ = of.flights_.emplace(question, flight{std::move(work), 0}).first;
    }
    ++flight_->second.waiters;
  }
  share(const share&) = delete;
  share& operator=(const share&) = delete;
  ~share() {
    if (--flight_->second.waiters > 0) return;
    flight_->second.work.cancel();
    of_->flights_.erase(flight_);
  }
  [[nodiscard]] const task_handle<detail::dns_answer>& work() const noexcept {
    return flight_->second.work;
  }

 private:
  state* of_;
  std::map<detail::dns_question, flight>::iterator flight_;
};

task<detail::dns_answer> resolver::state::ask(std::string name, detail::dns_type type) {
  const detail::dns_question question(std::move(name), type);
  if (auto known = cache_.find(question, loop::current()->now())) co_return std::move(*known);
  try {
    const share mine(*this, question);
    co_return co_await mine.work();
  } catch (const task_cancelled&) {
    // The loop ends and has cancelled what is not clean-up. We are.
  }
  co_return co_await ask_servers(question);
}

task<detail::dns_answer> resolver::state::ask_servers(detail::dns_question question) {
  const auto known = co_await names();
  const semaphore::permit place = co_await places_.acquire();
  detail::dns_servers asked = servers(*known);
  if (known->dns.rotate) {
    const auto first = static_cast<std::ptrdiff_t>(asked_++ % asked.list.size());
    std::ranges::rotate(asked.list, asked.list.begin() + first);
  }
  detail::dns_answer answer =
      co_await detail::ask_dns(std::move(asked), question.first, question.second);
  cache_.put(question, answer, loop::current()->now());
  co_return answer;
}

detail::dns_servers resolver::state::servers(const detail::system_names& names) const {
  detail::dns_servers all{
      .list = {},
      .timeout_ms = names.dns.timeout_seconds * 1000,
      .tries = std::min(options.tries.value_or(names.dns.attempts), most_tries)};
  for (const endpoint& server : options.servers) all.list.push_back(server.to_string());
  if (all.list.empty()) {
    for (const ip_address& server : names.dns.servers)
      all.list.push_back(endpoint{server, dns_port}.to_string());
  }
  if (options.timeout) {
    const duration limit = std::min<duration>(*options.timeout, longest_timeout);
    all.timeout_ms = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(limit).count());
  }
  return all;
}

std::vector<std::string> resolver::state::completions(const detail::system_names& names,
                                                      const detail::host_name& host) const {
  return detail::completions(host, options.search ? *options.search : names.dns.search,
                             options.ndots.value_or(names.dns.ndots));
}

void require_name_servers(std::string_view name, std::string_view advice) {
  if (!loop::current()->owns_clock()) return;
  throw resolve_error(name, resolve_failure::no_answer,
                      fmt::format("simulated time has no name servers{}", advice));
}

void throw_failure(std::string_view name, std::string_view kind, resolve_failure failure,
                   const detail::dns_servers& asked) {
  const auto say = [&]() -> std::string {
    const std::string servers = fmt::format("{}", fmt::join(asked.list, ", "));
    switch (failure) {
      case resolve_failure::no_such_name:
        return kind == "address" ? "no such host" : "no such name";
      case resolve_failure::no_record:
        return fmt::format("it has no {}", kind);
      case resolve_failure::no_answer:
        return fmt::format("no answer from name server {}", servers);
      case resolve_failure::refused:
        return fmt::format("refused by name server {}", servers);
      case resolve_failure::server_failed:
        return fmt::format("name server {} failed", servers);
      case resolve_failure::bad_name:
      case resolve_failure::none:
        break;
    }
    return "not a name that can be asked for";
  };
  throw resolve_error(name, failure, say());
}

}  // namespace eddy::dns
