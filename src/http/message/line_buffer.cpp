// SPDX-License-Identifier: MIT
#include <http/message/line_buffer.hpp>

#include <algorithm>
#include <cassert>

#include <http/message/text.hpp>

namespace eddy::http::detail {

std::optional<std::string_view> line_buffer::next(std::string_view& input, std::size_t limit) {
  if (complete_) {
    line_start_ = text().size();
    complete_ = false;
  }
  assert(!too_long(limit));
  const std::size_t room = limit - line().size();
  const std::string_view reach = room < input.size() ? input.substr(0, room + 1) : input;
  const auto end = reach.find('\n');
  complete_ = end != std::string_view::npos;
  const std::size_t taken = complete_ ? end + 1 : reach.size();
  if (copied_.empty()) {
    const char* const begin = borrowed_.empty() ? input.data() : borrowed_.data();
    borrowed_ = {begin, borrowed_.size() + taken};
  } else {
    copied_.append(reach.substr(0, taken));
  }
  input.remove_prefix(taken);
  if (complete_) return line();
  if (copied_.empty()) copied_ = borrowed_;
  borrowed_ = {};
  return std::nullopt;
}

void line_buffer::clear() noexcept {
  borrowed_ = {};
  copied_.clear();
  line_start_ = 0;
  complete_ = false;
}

std::string line_problem(std::string_view line) {
  if (!line.ends_with("\r\n")) return "the line ends in LF without CR";
  line.remove_suffix(2);
  if (!has_control(line)) return {};
  const auto bad = std::ranges::find_if(line, is_control);
  if (*bad == '\r') return "a CR without LF is not allowed";
  return "byte " + byte_name(*bad) + " is not allowed";
}

}  // namespace eddy::http::detail
