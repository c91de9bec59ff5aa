// SPDX-License-Identifier: MIT
#pragma once

namespace eddy::detail {

/// Nodes in arrival order, linked through their own `previous` and `next`; erasing is O(1).
template <class Node>
class intrusive_list {
 public:
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] Node& front() const noexcept { return *first_; }

  void push_back(Node& n) noexcept {
    n.previous = last_;
    n.next = nullptr;
    (last_ != nullptr ? last_->next : first_) = &n;
    last_ = &n;
  }

  void erase(Node& n) noexcept {
    (n.previous != nullptr ? n.previous->next : first_) = n.next;
    (n.next != nullptr ? n.next->previous : last_) = n.previous;
  }

  /// The oldest, or null.
  Node* pop_front() noexcept {
    Node* oldest = first_;
    if (oldest != nullptr) erase(*oldest);
    return oldest;
  }

 private:
  Node* first_ = nullptr;
  Node* last_ = nullptr;
};

}  // namespace eddy::detail
