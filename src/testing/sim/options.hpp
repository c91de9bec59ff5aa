// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <map>
#include <utility>

namespace eddy::testing::sim {

/// The options of a socket that are kept as they are set; most of them change nothing here.
class socket_options {
 public:
  static constexpr int usual_buffer = 212'992;

  int set(int level, int name, const void* value, socklen_t size);
  int get(int level, int name, void* value, socklen_t* size) const;

  [[nodiscard]] int value(int level, int name) const;
  [[nodiscard]] bool flag(int level, int name) const { return value(level, name) != 0; }
  /// SO_LINGER with a time of zero: closing resets.
  [[nodiscard]] bool resets() const noexcept {
    return linger_.l_onoff != 0 && linger_.l_linger == 0;
  }

  [[nodiscard]] std::size_t send_buffer() const noexcept { return send_buffer_; }
  [[nodiscard]] std::size_t receive_buffer() const noexcept { return receive_buffer_; }

 private:
  std::map<std::pair<int, int>, int> set_;
  linger linger_{};
  std::size_t send_buffer_ = usual_buffer;
  std::size_t receive_buffer_ = usual_buffer;
};

}  // namespace eddy::testing::sim
