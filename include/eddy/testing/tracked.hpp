// SPDX-License-Identifier: MIT
#pragma once

namespace eddy::testing {

/// A value that counts what becomes of it: put it where a coroutine, a queue or a result must
/// neither lose nor keep nor copy what it was given. Using one that is not alive, or was moved
/// from, fails the test, as do those still alive at the end of an EDDY_TEST.
///
/// Thread safety: for one thread.
class tracked {
 public:
  // Of all tracked values since the last reset.
  static inline int constructed = 0;  ///< not by copying or moving
  static inline int copied = 0;
  static inline int moved = 0;
  static inline int destroyed = 0;
  static inline int alive = 0;  ///< never reset

  static void reset() noexcept { constructed = copied = moved = destroyed = 0; }

  explicit tracked(int value = 0);
  tracked(const tracked& other);
  tracked(tracked&& other) noexcept;
  tracked& operator=(const tracked& other);
  tracked& operator=(tracked&& other) noexcept;
  ~tracked();

  /// What it was constructed with.
  [[nodiscard]] int value() const;
  friend bool operator==(const tracked& a, const tracked& b) { return a.value() == b.value(); }

 private:
  void expect_usable() const;

  int value_;
  bool moved_from_ = false;
};

}  // namespace eddy::testing
