// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace eddy::detail {

/// What the layers above keep for a loop, one object a type: made when first asked for, gone with
/// the loop, after its tasks and before its backend.
class loop_locals {
 public:
  template <class T>
  [[nodiscard]] T& get() {
    for (const local& l : locals_) {
      if (l.type == &type_of<T>) return *static_cast<T*>(l.object.get());
    }
    auto made = std::make_shared<T>();
    T& object = *made;
    locals_.push_back({&type_of<T>, std::move(made)});
    return object;
  }

  /// The youngest first: it may use the others.
  void clear() noexcept {
    while (!locals_.empty()) locals_.pop_back();
  }

 private:
  struct local {
    const char* type;
    std::shared_ptr<void> object;
  };
  // Its address stands for the type.
  template <class T>
  static inline char type_of = 0;

  std::vector<local> locals_;
};

}  // namespace eddy::detail
