// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <eddy/core/task.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy {

/// What can happen to a file or a name.
enum class change : std::uint8_t {
  created,     ///< a name is new
  removed,     ///< a name is gone
  moved_out,   ///< was renamed, to a name here or elsewhere
  moved_in,    ///< is the result of a rename, from a name here or elsewhere
  modified,    ///< contents changed; comes as often as somebody writes
  written,     ///< somebody who wrote has closed it
  attributes,  ///< mode, owner, times or number of names
  overflow,    ///< more happened than the system could remember: look at everything again
};

/// Something that happened.
struct change_event {
  change what = change::overflow;
  std::string name;           ///< in the watched directory; empty if it is what is watched itself
  bool is_directory = false;  ///< of what changed
};

/// What happens to a file, or to the names in a directory, from the moment `watch` returned:
/// `auto changes = co_await watch("config"); while (auto e = co_await changes.next()) …`
///
/// Lifetime: neither destroyed nor moved while a `next` is under way.
class watcher {
 public:
  /// Waits for the next change; nothing once what was watched has been removed or unmounted.
  ///
  /// Errors: throws `io_error`; `std::logic_error` while another task is in it.
  /// Cancellation: safe; the change stays for the next call.
  [[nodiscard]] task<std::optional<change_event>> next();

 private:
  friend task<watcher> watch(std::string);
  class reading;
  explicit watcher(detail::descriptor fd, std::string path) noexcept
      : fd_(std::move(fd)), path_(std::move(path)) {}
  [[nodiscard]] std::optional<change_event> buffered();

  detail::descriptor fd_;
  std::string path_;
  detail::io_slot reader_;
  bool ended_ = false;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  alignas(8) std::array<std::byte, 4096> buffer_;
};

/// Watches a file, or a directory but not those in it.
/// Errors: throws `io_error`: `watch config: No such file or directory`.
[[nodiscard]] task<watcher> watch(std::string path);

}  // namespace eddy
