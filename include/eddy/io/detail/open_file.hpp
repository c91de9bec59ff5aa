// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>

#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy::detail {

/// How many operations refer to a file, which may neither move nor close meanwhile.
class use_count {
 public:
  use_count() = default;
  use_count(use_count&& other) noexcept {
    assert(other.uses_ == 0 && "moved while an operation is in flight");
    (void)other;
  }
  use_count& operator=(use_count&& other) noexcept {
    assert(uses_ == 0 && other.uses_ == 0 && "moved while an operation is in flight");
    (void)other;
    return *this;
  }
  ~use_count() { assert(uses_ == 0 && "destroyed while an operation is in flight"); }

  void add() noexcept { ++uses_; }
  void remove() noexcept { --uses_; }
  [[nodiscard]] bool any() const noexcept { return uses_ > 0; }

 private:
  int uses_ = 0;
};

/// What the operations of a file share.
struct open_file {
  /// `read notes.txt: …`
  [[noreturn]] void fail(std::string_view verb, int error) const;

  use_count uses;  // first, so that it looks last
  descriptor fd;
  std::string path;
  std::uint64_t position = 0;
  io_slot at_position;    // one task at a time moves it
  io_slot device_output;  // a device has no position, and may be read meanwhile
  bool is_device = false;
  bool appends = false;         // every write goes to the end and leaves the position alone
  bool is_nonblocking = false;  // as it was opened; see file_awaiter
  // Cleared where the file system does not know how to read or write without waiting.
  bool reads_in_place = true;
  bool writes_in_place = true;
};

/// While it lives the file stays where it is, and open.
class file_use {
 public:
  explicit file_use(open_file& file) noexcept : file_(file) { file_.uses.add(); }
  file_use(const file_use&) = delete;
  file_use& operator=(const file_use&) = delete;
  ~file_use() { file_.uses.remove(); }

 private:
  open_file& file_;
};

}  // namespace eddy::detail
