// SPDX-License-Identifier: MIT
#include "trace.hpp"

#include <array>
#include <chrono>
#include <iterator>

#include <fmt/format.h>

namespace eddy::testing::sim {
namespace {

constexpr std::array names = {"syn",   "syn ack", "ack",      "data",       "fin",
                              "reset", "window",  "datagram", "unreachable"};

}  // namespace

void trace::add(const entry& happened) {
  if (entries_.size() < kept) {
    entries_.push_back(happened);
  } else {
    entries_[next_] = happened;
    next_ = (next_ + 1) % kept;
  }
}

std::string trace::to_string() const {
  std::string text;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const entry& e = entries_[(next_ + i) % entries_.size()];
    const std::chrono::duration<double> at = e.at.time_since_epoch();
    fmt::format_to(std::back_inserter(text), "{:.6f} s  {} → {}  {}", at.count(),
                   e.from.to_string(), e.to.to_string(), names[static_cast<std::size_t>(e.kind)]);
    if (e.bytes > 0) fmt::format_to(std::back_inserter(text), " {} bytes", e.bytes);
    text += e.lost ? "  lost\n" : "\n";
  }
  return text;
}

}  // namespace eddy::testing::sim
