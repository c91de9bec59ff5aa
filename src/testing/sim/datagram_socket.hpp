// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "post.hpp"
#include "socket.hpp"

namespace eddy::testing::sim {

/// A UDP or Unix datagram socket.
class datagram_socket final : public socket {
 public:
  using socket::socket;

  int shutdown(int how) override;
  /// Whether a datagram from there is for this one.
  [[nodiscard]] bool takes(const address& from) const;
  /// What finds the buffer full is lost.
  void arrived(const datagram& what);
  /// Nobody takes what was sent there.
  void refused(const address& there);

 private:
  std::optional<int> connect(const address& to) override;
  std::optional<int> send(const msghdr& message) override;
  std::optional<int> receive(msghdr& message, int flags) override;
  [[nodiscard]] short readiness() const override;
  [[nodiscard]] int name_for(const address& to);
  [[nodiscard]] int refusal(const address& to);
  [[nodiscard]] address sender_to(const address& to) const;

  std::deque<datagram> received_;
  std::size_t size_ = 0;  // of all that are received, with what Linux counts for each
  bool ended_ = false;
  bool stopped_ = false;
};

}  // namespace eddy::testing::sim
