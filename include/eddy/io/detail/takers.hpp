// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <eddy/io/detail/read_buffer.hpp>

// What the verbs of a buffered_reader want of its buffer. Each is asked
// - `take(buffer, ended)` whether the buffer has it: if so it is taken out and kept. False asks for
//   more bytes; after the end of the stream it is true, or throws.
// - `wanted()` how many bytes it takes to be worth asking again.
// - `result()` for what it took.

namespace eddy::detail {

struct taker {
  [[nodiscard]] static std::size_t wanted() noexcept { return 0; }
};

/// A line, without its end; none at the end of the stream.
class take_line : public taker {
 public:
  explicit take_line(std::size_t limit) noexcept : limit_(limit) {}
  bool take(read_buffer& from, bool ended);
  [[nodiscard]] std::optional<std::string_view> result() const noexcept { return line_; }

 private:
  std::size_t limit_;
  std::size_t scanned_ = 0;  // so many bytes hold no line end
  std::optional<std::string_view> line_;
};

/// The same to keep.
class take_own_line : public taker {
 public:
  explicit take_own_line(std::size_t limit) noexcept : line_(limit) {}
  bool take(read_buffer& from, bool ended);
  [[nodiscard]] std::optional<std::string> result() { return std::move(text_); }

 private:
  take_line line_;
  std::optional<std::string> text_;
};

/// All up to the first end of one of several separators, that one included.
class take_until : public taker {
 public:
  take_until(std::span<const std::string_view> separators, std::size_t limit)
      : separators_(separators), limit_(limit) {}
  take_until(std::string_view separator, std::size_t limit) : one_(separator), limit_(limit) {}
  take_until(const take_until&) = delete;
  take_until& operator=(const take_until&) = delete;
  bool take(read_buffer& from, bool ended);
  [[nodiscard]] std::optional<std::string> result() { return std::move(text_); }

 private:
  [[nodiscard]] std::optional<std::size_t> find_end(std::string_view text) const;

  std::string_view one_;
  std::span<const std::string_view> separators_{&one_, 1};
  std::size_t limit_;
  std::size_t scanned_ = 0;
  std::optional<std::string> text_;
};

/// Just as many bytes as a span has.
class take_exactly : public taker {
 public:
  explicit take_exactly(std::span<std::byte> into) noexcept : into_(into) {}
  bool take(read_buffer& from, bool ended);
  [[nodiscard]] std::size_t wanted() const noexcept { return into_.size(); }
  void result() const noexcept {}

 private:
  std::span<std::byte> into_;
};

/// All there is up to the end.
class take_all : public taker {
 public:
  explicit take_all(std::size_t limit) noexcept : limit_(limit) {}
  bool take(read_buffer& from, bool ended);
  [[nodiscard]] std::string result() { return std::move(text_); }

 private:
  std::size_t limit_;
  std::string text_;
};

/// Whatever is there; nothing at the end of the stream.
class take_chunk : public taker {
 public:
  bool take(read_buffer& from, bool ended);
  [[nodiscard]] std::optional<std::span<const std::byte>> result() const noexcept { return chunk_; }

 private:
  std::optional<std::span<const std::byte>> chunk_;
};

/// Nothing, once there are more bytes than `before`; false at the end of the stream.
class take_none : public taker {
 public:
  explicit take_none(std::size_t before) noexcept : before_(before) {}
  bool take(read_buffer& from, bool ended);
  [[nodiscard]] bool result() const noexcept { return more_; }

 private:
  std::size_t before_;
  bool more_ = false;
};

}  // namespace eddy::detail
