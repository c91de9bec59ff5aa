// SPDX-License-Identifier: MIT
// simdjson says that a text is no JSON, and not where: it looks at 64 bytes at a time. A text that
// it refused is read once more here, a byte at a time, for the message.
#include "json_fault.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ascii.hpp"
#include "utf8.hpp"

namespace eddy::json::detail {
namespace {

using eddy::detail::first_utf8;
using eddy::detail::is_digit;

class reader {
 public:
  reader(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  // Iterative, as the depth is the text's choice.
  void read_document() {
    read_item();
    while (!closing_.empty()) {
      if (expects_item_) {
        read_item();
      } else {
        read_separator();
      }
    }
    skip_space();
    if (!at_end()) fail("the text goes on after the value");
  }

 private:
  [[noreturn]] void fail(std::string why) const { throw fault{at_, std::move(why)}; }
  [[noreturn]] void fail_expected(std::string_view what) const {
    if (at_end()) fail(fmt::format("the text ends where {} was expected", what));
    fail(fmt::format("{} was expected", what));
  }

  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }
  bool take(char c) noexcept {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_space() noexcept {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
  }

  void read_item() {
    expects_item_ = false;
    skip_space();
    switch (peek()) {
      case '{':
        open('}');
        break;
      case '[':
        open(']');
        break;
      case '"':
        read_string();
        break;
      case 't':
        read_word("true");
        break;
      case 'f':
        read_word("false");
        break;
      case 'n':
        read_word("null");
        break;
      default:
        read_number();
    }
  }

  void open(char closing) {
    if (closing_.size() == max_depth_) {
      fail(fmt::format("the value is nested more than {} levels deep", max_depth_));
    }
    ++at_;
    closing_.push_back(closing);
    skip_space();
    if (take(closing)) {
      closing_.pop_back();
    } else {
      begin_item();
    }
  }

  // After a value inside an array or an object.
  void read_separator() {
    skip_space();
    if (take(closing_.back())) {
      closing_.pop_back();
    } else if (take(',')) {
      skip_space();
      begin_item();
    } else {
      fail_expected(closing_.back() == ']' ? "`,` or `]`" : "`,` or `}`");
    }
  }

  void begin_item() {
    if (closing_.back() == '}') {
      if (peek() != '"') fail_expected("a name in double quotes");
      read_string();
      skip_space();
      if (!take(':')) fail_expected("`:`");
    }
    expects_item_ = true;
  }

  void read_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) fail_expected("a value");
    at_ += word.size();
  }

  void read_number() {
    const std::size_t begin = at_;
    take('-');
    if (!is_digit(peek())) {
      at_ = begin;
      fail_expected("a value");
    }
    if (take('0')) {
      if (is_digit(peek())) fail("a number does not start with 0");
    } else {
      skip_digits();
    }
    bool real = false;
    if (take('.')) {
      real = true;
      read_digits();
    }
    if (take('e') || take('E')) {
      real = true;
      if (!take('+')) take('-');
      read_digits();
    }
    check_range(begin, real);
  }

  void check_range(std::size_t begin, bool real) {
    const std::string_view digits = text_.substr(begin, at_ - begin);
    const auto fits = [&](auto number) {
      return std::from_chars(digits.data(), digits.data() + digits.size(), number).ec ==
             std::errc();
    };
    at_ = begin;
    if (real) {
      // What is too small for a double is 0, and no fault.
      if (!fits(0.0) && std::isinf(std::strtod(std::string(digits).c_str(), nullptr))) {
        fail("the number is too large for a double");
      }
    } else if (!fits(std::int64_t{0}) && !fits(std::uint64_t{0})) {
      fail("the integer does not fit in 64 bits");
    }
    at_ = begin + digits.size();
  }

  void skip_digits() noexcept {
    while (is_digit(peek())) ++at_;
  }
  void read_digits() {
    if (!is_digit(peek())) fail_expected("a digit");
    skip_digits();
  }

  void read_string() {
    ++at_;
    while (!take('"')) {
      if (at_end()) fail("the text ends inside a string");
      const auto c = static_cast<unsigned char>(peek());
      if (c < 0x20) fail("a control character in a string is written as \\u00…");
      if (c == '\\') {
        read_escape();
        continue;
      }
      const auto [size, valid] = first_utf8(text_.substr(at_));
      if (!valid) fail("the text is not UTF-8");
      at_ += size;
    }
  }

  void read_escape() {
    const std::size_t begin = at_++;
    const char c = peek();
    if (!at_end() && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos) {
      ++at_;
      return;
    }
    at_ = begin;
    const auto unit = read_unit();
    if (!unit)
      fail("an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits");
    if (*unit >= 0xDC00 && *unit < 0xE000) fail_surrogate(begin);
    if (*unit < 0xD800 || *unit >= 0xDC00) return;
    const auto second = read_unit();
    if (!second || *second < 0xDC00 || *second >= 0xE000) fail_surrogate(begin);
  }

  [[noreturn]] void fail_surrogate(std::size_t begin) {
    at_ = begin;
    fail("half a surrogate pair is no character");
  }

  // `\uXXXX`
  std::optional<unsigned> read_unit() {
    const std::string_view left = text_.substr(at_, 6);
    if (left.size() < 6 || !left.starts_with("\\u")) return std::nullopt;
    unsigned unit = 0;
    const auto [end, error] = std::from_chars(left.data() + 2, left.data() + 6, unit, 16);
    if (error != std::errc() || end != left.data() + 6) return std::nullopt;
    at_ += 6;
    return unit;
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  std::vector<char> closing_;  // of the arrays and objects around, the outermost first
  bool expects_item_ = false;  // a value must follow
};

}  // namespace

std::optional<fault> find_fault(std::string_view text, std::size_t max_depth) {
  try {
    reader(text, max_depth).read_document();
    return std::nullopt;
  } catch (fault& found) {
    return std::move(found);
  }
}

}  // namespace eddy::json::detail
