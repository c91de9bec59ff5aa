// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include <eddy/core/detail/intrusive_list.hpp>
#include <eddy/core/detail/queues.hpp>

namespace eddy::detail {

/// Something for a loop to do that another thread asks for and may take back.
class letter {
 public:
  letter() = default;
  letter(const letter&) = delete;
  letter& operator=(const letter&) = delete;

 protected:
  ~letter() = default;

 private:
  friend class mailbox;
  friend class intrusive_list<letter>;
  /// On the loop's thread, the letter out of the box again.
  virtual void deliver(loop& home) noexcept = 0;
  /// Instead of `deliver`, on the loop's thread: the loop has ended.
  virtual void returned() noexcept = 0;

  enum class where : std::uint8_t { outside, waiting, retired };
  where where_ = where::outside;  // the box's mutex guards all three
  letter* previous = nullptr;
  letter* next = nullptr;
};

/// The address of a loop. It outlives the loop, so that posting to one that has ended is an answer
/// and not a crash.
///
/// Thread safety: any thread, except where it says otherwise.
class mailbox final : private remote_work {
 public:
  explicit mailbox(loop& home) noexcept : home_(&home) {}
  mailbox(const mailbox&) = delete;
  mailbox& operator=(const mailbox&) = delete;

  /// False: the letter was retired, or the loop has ended; it will be neither delivered nor
  /// returned. One that waits already is left where it is.
  bool post(letter& l) noexcept;
  /// Takes back a letter that still waits. False: it does not.
  bool withdraw(letter& l) noexcept;
  /// Takes it back if it waits, and refuses it for good.
  void retire(letter& l) noexcept;

  [[nodiscard]] bool belongs_to(const loop& l) noexcept;

  /// A share that others hold. While there is one the loop is no deadlock: somebody may post.
  /// Thread safety: the loop's thread.
  static std::shared_ptr<mailbox> share(const std::shared_ptr<mailbox>& box);
  /// The loop is over: returns what waits, and refuses everything from here on. Thread safety: the
  /// loop's thread.
  void close() noexcept;

 private:
  void ring() noexcept;
  void arrive() noexcept override;
  letter* take() noexcept;

  std::mutex mutex_;
  loop* home_;  // null: it has ended
  intrusive_list<letter> letters_;
  std::size_t waiting_ = 0;
  bool rung_ = false;  // we are in the loop's inbox

  // The loop's thread only.
  std::weak_ptr<mailbox> shared_;
  bool door_open_ = false;
};

}  // namespace eddy::detail
