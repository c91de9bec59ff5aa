// SPDX-License-Identifier: MIT
#include <eddy/io/memory_stream.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <vector>

#include <eddy/core/error.hpp>

namespace eddy {

/// One direction: a ring of bytes, with at most one reader that waits for it to fill or one writer
/// that waits for it to empty.
class detail::memory_pipe {
 public:
  explicit memory_pipe(std::size_t capacity) : ring_(std::max<std::size_t>(capacity, 1)) {}

  /// True: the operation is over.
  bool try_read(memory_stream::reading& r) noexcept {
    if (r.into_.empty()) return true;
    if (size_ == 0) {
      r.error_ = reset_ ? ECONNRESET : 0;
      return ended_;
    }
    r.got_ = take(r.into_);
    if (writer_ != nullptr && try_write(*writer_)) std::exchange(writer_, nullptr)->wake();
    return true;
  }
  bool try_write(memory_stream::writing& w) noexcept {
    if (w.left_.empty()) return true;
    if (ended_ || reader_gone_) {
      w.error_ = reset_ ? ECONNRESET : EPIPE;
      return true;
    }
    put(w.left_);
    if (memory_stream::reading* r = std::exchange(reader_, nullptr)) {
      r->got_ = take(r->into_);
      r->wake();
      put(w.left_);  // a full pipe is what a writer waits for, so it must be full again
    }
    return w.left_.empty();
  }

  void wait(memory_stream::reading& r) noexcept { reader_ = &r; }
  void wait(memory_stream::writing& w) noexcept { writer_ = &w; }
  void leave(memory_stream::reading&) noexcept { reader_ = nullptr; }
  void leave(memory_stream::writing&) noexcept { writer_ = nullptr; }

  /// No more comes from the writing end.
  void end() noexcept {
    ended_ = true;
    tell();
  }
  /// Nobody reads any more.
  void reader_left() noexcept {
    reader_gone_ = true;
    tell();
  }
  void reset() noexcept {
    size_ = 0;
    reset_ = true;
    end();
  }

 private:
  std::size_t take(std::span<std::byte> into) noexcept {
    const std::size_t count = std::min(into.size(), size_);
    const std::size_t before_wrap = std::min(count, ring_.size() - first_);
    std::memcpy(into.data(), &ring_[first_], before_wrap);
    std::memcpy(into.data() + before_wrap, ring_.data(), count - before_wrap);
    first_ = (first_ + count) % ring_.size();
    size_ -= count;
    return count;
  }
  void put(std::span<const std::byte>& from) noexcept {
    while (!from.empty() && size_ < ring_.size()) {
      const std::size_t at = (first_ + size_) % ring_.size();
      const std::size_t room = std::min(ring_.size() - size_, ring_.size() - at);
      const std::size_t count = std::min(from.size(), room);
      std::memcpy(&ring_[at], from.data(), count);
      size_ += count;
      from = from.subspan(count);
    }
  }
  void tell() noexcept {
    if (reader_ != nullptr && try_read(*reader_)) std::exchange(reader_, nullptr)->wake();
    if (writer_ != nullptr && try_write(*writer_)) std::exchange(writer_, nullptr)->wake();
  }

  std::vector<std::byte> ring_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  bool ended_ = false;
  bool reader_gone_ = false;
  bool reset_ = false;
  memory_stream::reading* reader_ = nullptr;
  memory_stream::writing* writer_ = nullptr;
};

std::pair<memory_stream, memory_stream> memory_stream::pair(std::size_t capacity) {
  auto there = std::make_shared<detail::memory_pipe>(capacity);
  auto back = std::make_shared<detail::memory_pipe>(capacity);
  return {memory_stream(back, there), memory_stream(there, back)};
}

memory_stream::memory_stream(memory_stream&&) noexcept = default;
memory_stream& memory_stream::operator=(memory_stream&& other) noexcept {
  if (this == &other) return *this;
  let_go();
  in_ = std::move(other.in_);
  out_ = std::move(other.out_);
  return *this;
}
memory_stream::~memory_stream() { let_go(); }

void memory_stream::let_go() noexcept {
  if (out_ != nullptr) out_->end();
  if (in_ != nullptr) in_->reader_left();
}

memory_stream::reading memory_stream::read_some(std::span<std::byte> into) noexcept {
  return {*this, into.data(), into.size()};
}
memory_stream::reading memory_stream::read_some(std::span<char> into) noexcept {
  return {*this, into.data(), into.size()};
}
memory_stream::writing memory_stream::write_all(std::span<const std::byte> bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}
memory_stream::writing memory_stream::write_all(std::string_view bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}

task<> memory_stream::shutdown() {
  writer_.refuse_second("memory stream shutdown");
  out_->end();
  co_return;
}

void memory_stream::reset() {
  if (reader_.taken() || writer_.taken()) {
    throw std::logic_error(
        "eddy: memory stream reset while a task reads or writes: cancel that task first");
  }
  in_->reset();
  out_->reset();
}

bool memory_stream::reading::suspend(detail::frame& owner) {
  from_.reader_.refuse_second(describe());
  if (!park(owner)) return true;
  from_.reader_.take();
  if (!from_.in_->try_read(*this)) {
    from_.in_->wait(*this);
    return true;
  }
  owner.child = nullptr;
  return pass(owner);
}

std::size_t memory_stream::reading::await_resume() {
  from_.reader_.release();
  if (error_ != 0) throw io_error(error_, "read from a memory stream");
  return got_;
}

void memory_stream::reading::cancel(detail::frame&, bool) noexcept {
  from_.in_->leave(*this);
  from_.reader_.release();
  give_up();
}

bool memory_stream::writing::suspend(detail::frame& owner) {
  to_.writer_.refuse_second(describe());
  if (!park(owner)) return true;
  to_.writer_.take();
  if (!to_.out_->try_write(*this)) {
    to_.out_->wait(*this);
    return true;
  }
  owner.child = nullptr;
  return pass(owner);
}

void memory_stream::writing::await_resume() {
  to_.writer_.release();
  if (error_ != 0) throw io_error(error_, "write to a memory stream");
}

void memory_stream::writing::cancel(detail::frame&, bool) noexcept {
  to_.out_->leave(*this);
  to_.writer_.release();
  give_up();
}

}  // namespace eddy
