// SPDX-License-Identifier: MIT
#include <eddy/io/detail/takers.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/io/read_error.hpp>

namespace eddy::detail {
namespace {

constexpr std::string_view a_line = "a line";

std::string quoted(std::span<const std::string_view> separators) {
  std::string text;
  for (const std::string_view separator : separators) {
    text += fmt::format("{}{:?}", text.empty() ? "until " : " or ", separator);
  }
  return text;
}

}  // namespace

bool take_line::take(read_buffer& from, bool ended) {
  const std::string_view text = from.text();
  const std::size_t end = text.find('\n', scanned_);
  const bool found = end != std::string_view::npos;
  if (!found && !ended) {
    // One more for the '\r' that may be the first half of its end.
    if (text.size() > limit_ && text.size() - limit_ > 1) throw limit_exceeded(a_line, limit_);
    scanned_ = text.size();
    return false;
  }
  if (text.empty()) return true;
  std::string_view line = text.substr(0, end);
  if (found && line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() > limit_) throw limit_exceeded(a_line, limit_);
  line_ = line;
  from.consume(found ? end + 1 : text.size());
  return true;
}

bool take_own_line::take(read_buffer& from, bool ended) {
  if (!line_.take(from, ended)) return false;
  if (const auto line = line_.result()) text_.emplace(*line);
  return true;
}

std::optional<std::size_t> take_until::find_end(std::string_view text) const {
  std::optional<std::size_t> first;
  for (const std::string_view separator : separators_) {
    if (separator.empty()) throw std::invalid_argument("eddy: read_until with an empty separator");
    // It may have begun in what was looked at before.
    const std::size_t overlap = std::min(separator.size() - 1, scanned_);
    const std::size_t at = text.find(separator, scanned_ - overlap);
    if (at == std::string_view::npos) continue;
    const std::size_t end = at + separator.size();
    first = std::min(first.value_or(end), end);
  }
  return first;
}

bool take_until::take(read_buffer& from, bool ended) {
  const std::string_view text = from.text();
  const auto end = find_end(text);
  if (end.value_or(text.size()) > limit_) throw limit_exceeded(quoted(separators_), limit_);
  if (end) {
    text_.emplace(text.substr(0, *end));
    from.consume(*end);
    return true;
  }
  if (ended && !text.empty()) throw incomplete_read(quoted(separators_), text.size());
  scanned_ = text.size();
  return ended;
}

bool take_exactly::take(read_buffer& from, bool ended) {
  if (from.size() >= into_.size()) {
    from.move_to(into_);
    return true;
  }
  if (ended) throw incomplete_read(fmt::format("{} bytes", into_.size()), from.size());
  return false;
}

bool take_all::take(read_buffer& from, bool ended) {
  if (from.size() > limit_) throw limit_exceeded("to the end", limit_);
  if (!ended) return false;
  text_ = from.text();
  from.consume(from.size());
  return true;
}

bool take_chunk::take(read_buffer& from, bool ended) {
  if (from.size() == 0) return ended;
  chunk_.emplace(from.data(), from.size());
  from.consume(from.size());
  return true;
}

bool take_none::take(read_buffer& from, bool ended) {
  more_ = from.size() > before_;
  return more_ || ended;
}

}  // namespace eddy::detail
