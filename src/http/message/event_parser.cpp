// SPDX-License-Identifier: MIT
// As the HTML standard reads an event stream, section 9.2.6.
#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/http/error.hpp>
#include <eddy/http/events.hpp>
#include <http/message/text.hpp>

namespace eddy::http {
namespace {

constexpr std::string_view line_ends = "\r\n";

void refuse_lines(std::string_view what, std::string_view text) {
  if (text.find_first_of(line_ends) != text.npos) {
    throw std::invalid_argument(fmt::format("the {} of a server-sent event is one line, and not {}",
                                            what, detail::quoted(text)));
  }
}

// Takes a line, and what ends it, from the front.
std::string_view take_line_of(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find_first_of(line_ends));
  text.remove_prefix(line.size());
  text.remove_prefix(text.starts_with("\r\n") ? 2 : std::min<std::size_t>(text.size(), 1));
  return line;
}

}  // namespace

void append_to(std::string& out, const server_sent_event& event) {
  refuse_lines("name", event.name);
  refuse_lines("id", event.id);
  if (event.id.contains('\0')) {
    throw std::invalid_argument("the id of a server-sent event has no zero bytes");
  }
  if (!event.name.empty()) out.append("event: ").append(event.name).append("\n");
  if (!event.id.empty()) out.append("id: ").append(event.id).append("\n");
  if (event.retry) out.append(fmt::format("retry: {}\n", event.retry->count()));
  std::string_view left = event.data;
  for (bool more = true; more;) {
    const std::string_view line = take_line_of(left);
    // A line end at the very end of the data begins one more line, an empty one.
    more = line.data() + line.size() != event.data.data() + event.data.size();
    out.append("data: ").append(line).append("\n");
  }
  out += '\n';
}

void event_parser::push(std::string_view piece, std::vector<server_sent_event>& events) {
  while (!piece.empty()) {
    if (std::exchange(after_cr_, false) && piece.starts_with('\n')) {
      piece.remove_prefix(1);
      continue;
    }
    const auto end = piece.find_first_of(line_ends);
    line_ += piece.substr(0, end);
    if (line_.size() + event_.data.size() > max_event_) {
      throw protocol_error(protocol_fault::body_too_large,
                           fmt::format("an event of more than {} bytes", max_event_));
    }
    if (end == piece.npos) return;
    after_cr_ = piece[end] == '\r';
    piece.remove_prefix(end + 1);
    take_line(events);
    line_.clear();
  }
}

void event_parser::take_line(std::vector<server_sent_event>& events) {
  std::string_view line = line_;
  if (constexpr std::string_view mark = "\xEF\xBB\xBF";
      std::exchange(first_line_, false) && line.starts_with(mark)) {
    line.remove_prefix(mark.size());
  }
  if (line.empty()) {
    if (std::exchange(has_data_, false)) {
      event_.data.pop_back();  // the line end behind the last line
      events.push_back(event_);
    }
    event_.data.clear();
    event_.name.clear();
    event_.retry.reset();
    return;
  }
  const std::string_view name = line.substr(0, line.find(':'));
  std::string_view value = line.substr(std::min(line.size(), name.size() + 1));
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") {
    event_.data.append(value).append("\n");
    has_data_ = true;
  } else if (name == "event") {
    event_.name = value;
  } else if (name == "id" && !value.contains('\0')) {
    event_.id = value;
  } else if (name == "retry" && !value.empty() && std::ranges::all_of(value, detail::is_digit)) {
    std::int64_t milliseconds = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), milliseconds);
    if (parsed.ec == std::errc()) event_.retry = std::chrono::milliseconds(milliseconds);
  }
}

async_generator<server_sent_event> events(incoming_body& answer, std::size_t max_event) {
  event_parser parser(max_event);
  std::vector<server_sent_event> complete;
  while (const auto piece = co_await answer.next()) {
    complete.clear();
    parser.push(*piece, complete);
    for (server_sent_event& event : complete) co_yield event;
  }
}

}  // namespace eddy::http
