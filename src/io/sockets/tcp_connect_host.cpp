// SPDX-License-Identifier: MIT
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <eddy/core/error.hpp>
#include <eddy/io/tcp.hpp>

#include <io/names/address_order.hpp>
#include <io/names/dns_resolver.hpp>
#include <io/names/happy_eyeballs.hpp>

namespace eddy::tcp {
namespace {

/// Names all that was tried, with the reason of each unless it was the same for all.
[[noreturn]] void throw_none_answered(
    std::string_view host, std::uint16_t port,
    const std::vector<detail::happy_eyeballs::failure>& failures) {
  std::vector<std::string> tried;
  std::vector<std::string> reasons;
  int error = 0;
  bool same = true;
  for (const auto& [to, why] : failures) {
    try {
      std::rethrow_exception(why);
    } catch (const io_error& e) {
      same = same && (error == 0 || error == e.code().value());
      error = e.code().value();
      tried.push_back(endpoint{to, port}.to_string());
      reasons.push_back(tried.back() + ": " + e.code().message());
    }
  }
  throw io_error(error, fmt::format("connect {}:{} ({})", host, port,
                                    fmt::join(same ? tried : reasons, ", ")));
}

}  // namespace

task<socket> connect(std::string host, std::uint16_t port, connect_options options) {
  if (const auto address = ip_address::parse(host)) {
    co_return co_await connect(endpoint{*address, port}, options);
  }
  std::optional<socket> connected;
  detail::happy_eyeballs race({.find =
                                   [&](const detail::address_sink& found) {
                                     return dns::find_addresses(dns::loop_resolver().shared(), host,
                                                                found);
                                   },
                               .order = detail::in_order_to_try,
                               .connect = [&](ip_address address) -> task<> {
                                 socket made = co_await connect(endpoint{address, port}, options);
                                 if (!connected) connected.emplace(std::move(made));
                               }});
  if (!co_await race.run()) throw_none_answered(host, port, race.failures());
  co_return std::move(*connected);
}

}  // namespace eddy::tcp
