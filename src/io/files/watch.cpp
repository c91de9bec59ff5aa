// SPDX-License-Identifier: MIT
#include <eddy/io/watch.hpp>

#include <sys/inotify.h>

#include <cerrno>
#include <cstring>

#include <eddy/core/to_thread.hpp>

#include "file_calls.hpp"

namespace eddy {
namespace {

constexpr std::uint32_t asked_for = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                    IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF |
                                    IN_MOVE_SELF;

change kind_of(std::uint32_t mask) noexcept {
  if ((mask & IN_Q_OVERFLOW) != 0) return change::overflow;
  if ((mask & IN_CREATE) != 0) return change::created;
  if ((mask & (IN_DELETE | IN_DELETE_SELF | IN_UNMOUNT)) != 0) return change::removed;
  if ((mask & (IN_MOVED_FROM | IN_MOVE_SELF)) != 0) return change::moved_out;
  if ((mask & IN_MOVED_TO) != 0) return change::moved_in;
  if ((mask & IN_CLOSE_WRITE) != 0) return change::written;
  if ((mask & IN_ATTRIB) != 0) return change::attributes;
  return change::modified;
}

}  // namespace

class watcher::reading final : public detail::io_awaiter {
 public:
  explicit reading(watcher& to) noexcept
      : io_awaiter({.code = detail::io_code::read,
                    .fd = to.fd_.get(),
                    .data = to.buffer_.data(),
                    .size = to.buffer_.size()},
                   to.reader_) {}
  int await_resume() noexcept { return take_result(); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "a change of a file"; }
};

task<std::optional<change_event>> watcher::next() {
  for (;;) {
    if (auto event = buffered()) co_return event;
    if (ended_) co_return std::nullopt;
    const int got = co_await reading(*this);
    if (got < 0) detail::fail_on("watch", path_, -got);
    begin_ = 0;
    end_ = static_cast<std::size_t>(got);
  }
}

std::optional<change_event> watcher::buffered() {
  while (begin_ < end_) {
    const std::byte* const place = buffer_.data() + begin_;
    inotify_event found{};
    std::memcpy(&found, place, sizeof found);
    begin_ += sizeof found + found.len;
    if ((found.mask & IN_IGNORED) != 0) {
      ended_ = true;
      continue;
    }
    // Filled up with NULs.
    const auto* const name = reinterpret_cast<const char*>(place + sizeof found);
    return change_event{.what = kind_of(found.mask),
                        .name = std::string(name, ::strnlen(name, found.len)),
                        .is_directory = (found.mask & IN_ISDIR) != 0};
  }
  return std::nullopt;
}

task<watcher> watch(std::string path) {
  detail::refuse_nul("watch", path);
  detail::descriptor fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!fd.is_open()) detail::fail_on("watch", path, errno);
  co_await to_thread([&] {
    if (::inotify_add_watch(fd.get(), path.c_str(), asked_for) < 0) {
      detail::fail_on("watch", path, errno);
    }
  });
  co_return watcher(std::move(fd), std::move(path));
}

}  // namespace eddy
