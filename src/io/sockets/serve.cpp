// SPDX-License-Identifier: MIT
#include <eddy/io/serve.hpp>

#include <fmt/format.h>

#include <eddy/core/error.hpp>

namespace eddy::detail {

void report_handler_error(std::string_view peer, const std::exception_ptr& error) {
  report(fmt::format("the handler of {} failed: {}", peer, describe(error)));
}

task<served_connections::place> served_connections::wait_for_place() {
  co_return place(*this, co_await free_.acquire());
}

bool served_connections::place::take_for(std::string peer) {
  const auto count = all_->per_peer_.try_emplace(std::move(peer), 0).first;
  if (count->second >= all_->most_per_peer_) return false;
  ++count->second;
  peer_ = count;
  return true;
}

served_connections::place::~place() {
  if (peer_ && --(*peer_)->second == 0) all_->per_peer_.erase(*peer_);
}

}  // namespace eddy::detail
