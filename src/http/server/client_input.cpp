// SPDX-License-Identifier: MIT
#include <http/server/client_input.hpp>

#include <cstddef>
#include <exception>

#include <eddy/core/wait_for.hpp>

namespace eddy::http::detail {
namespace {

// What a client may send ahead while its request is served; beyond that TCP holds it back.
constexpr std::size_t most_ahead = std::size_t{64} * 1024;

}  // namespace

bool client_input::parse_head(request_parser& parser) {
  lent_ = awaits_body_ = false;
  std::string_view left = unparsed_.text();
  const bool complete = parser.parse_head(left);
  unparsed_.keep(left);
  return complete;
}

std::string_view client_input::parse_body(request_parser& parser) {
  lent_ = false;
  taken_.set();
  std::string_view left = unparsed_.text();
  const std::string_view piece = parser.parse_body(left);
  unparsed_.keep(left);
  lent_ = !piece.empty();
  return piece;
}

task<receipt> client_input::take(duration limit) {
  lent_ = false;
  const auto count = co_await wait_for_optional(from_.read_some(unparsed_.room()), limit);
  if (!count) co_return receipt::too_late;
  unparsed_.received(*count);
  co_return *count > 0 ? receipt::bytes : receipt::end;
}

task<> client_input::read_ahead() {
  try {
    for (;;) {
      std::span<char> into = room();
      while (into.empty()) {
        taken_.clear();
        co_await taken_.wait();
        into = room();
      }
      const std::size_t count = co_await from_.read_some(into);
      if (count == 0) co_return;
      unparsed_.received(count);
      arrived_.set();
    }
  } catch (const std::exception&) {
    // However the connection broke, the client is gone.
  }
}

task<bool> client_input::wait_for_arrival(duration limit) {
  awaits_body_ = true;
  arrived_.clear();
  co_return (co_await wait_for_optional(arrived_.wait(), limit)).has_value();
}

// Empty: for now no more is kept.
std::span<char> client_input::room() {
  if (lent_) return unparsed_.room_behind();
  if (unparsed_.size() >= most_ahead) return {};
  if (empty()) unparsed_.reserve(awaits_body_ ? most_ahead : usual);
  return unparsed_.room();
}

}  // namespace eddy::http::detail
