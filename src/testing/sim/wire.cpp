// SPDX-License-Identifier: MIT
#include "wire.hpp"

#include <algorithm>
#include <chrono>

#include "network.hpp"

namespace eddy::testing::sim {
namespace {

using namespace std::chrono_literals;

// As Linux has them.
constexpr duration first_wait_of_syn = 1s;
constexpr duration shortest_wait = 200ms;  // beyond the round trip
constexpr duration longest_wait = 120s;
// One more than is sent again: the answer to the last is waited for as well.
constexpr int most_tries = 16;
constexpr int most_tries_of_syn = 7;

bool is_syn(packet_kind kind) noexcept {
  return kind == packet_kind::syn || kind == packet_kind::syn_ack;
}

}  // namespace

wire::wire(network& all, link& along, receiver& to, const endpoint& from, const endpoint& to_name)
    : network_(all), link_(along), receiver_(to), from_(from), to_(to_name) {}

wire::~wire() { network_.events.erase(*this); }

void wire::send(packet_kind kind, std::size_t bytes) {
  const time_point due = link_.arrival(network_.now, bytes, network_.random);
  last_due_ = std::max(last_due_, due);
  if (!packets_.empty() && kind == packet_kind::window &&
      packets_.back().kind == packet_kind::window && packets_.back().due == last_due_) {
    packets_.back().bytes += bytes;
    return;
  }
  packets_.push_back({kind, bytes, last_due_});
  if (packets_.size() == 1) network_.events.insert(*this, last_due_);
}

void wire::drop() noexcept {
  network_.events.erase(*this);
  packets_.clear();
  tries_ = 0;
  last_due_ = {};
}

void wire::fire() noexcept {
  const packet what = packets_.front();
  const bool lost = is_lost(what);
  log(what, lost);
  // Nobody sends a reset again, but whoever hears of none does so with what it was the answer to:
  // it takes more than chance to lose it for good.
  if (lost && (what.kind != packet_kind::reset || !link_.cut)) return try_again(what);
  tries_ = 0;
  packets_.pop_front();
  if (!packets_.empty())
    network_.events.insert(*this, std::max(network_.now, packets_.front().due));
  if (!lost) receiver_.arrived(*this, what);
}

bool wire::is_lost(const packet& what) {
  // Whoever waits for room asks again and again, and each answer says all that those before it
  // said: it takes more than chance to lose them. In the end it gets through, so that what is sent
  // then finds the way cut and gives up, as those who ask would.
  if (what.kind == packet_kind::window) return link_.cut && tries_ < most_tries;
  return link_.cut || network_.random.happens(link_.options.loss) || !receiver_.admits(*this, what);
}

void wire::try_again(const packet& what) {
  if (tries_++ == 0) first_try_ = network_.now;
  const bool syn = is_syn(what.kind);
  const bool too_often = tries_ > (syn ? most_tries_of_syn : most_tries);
  const bool too_long = patience > duration::zero() && network_.now - first_try_ >= patience;
  if (what.kind != packet_kind::window && (too_often || too_long)) return receiver_.gave_up(*this);
  const duration first = syn ? first_wait_of_syn : 2 * link_.options.latency + shortest_wait;
  const duration wait =
      std::min(first * (std::int64_t{1} << std::min(tries_ - 1, 10)), longest_wait);
  network_.events.insert(*this, network_.now + wait);
}

void wire::log(const packet& what, bool lost) const {
  if (&link_ == &network_.at_home) return;  // Unix sockets have no packets
  network_.log.add({.at = network_.now,
                    .from = from_,
                    .to = to_,
                    .kind = what.kind,
                    .lost = lost,
                    .bytes = what.bytes});
}

}  // namespace eddy::testing::sim
