// SPDX-License-Identifier: MIT
#include <eddy/http/multipart_reader.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/http/error.hpp>
#include <http/message/media_type.hpp>
#include <http/message/text.hpp>

namespace eddy::http {
namespace {

constexpr std::size_t longest_boundary = 70;  // RFC 2046
constexpr std::string_view line_end = "\r\n";

[[noreturn]] void refuse(protocol_fault fault, std::string_view why) {
  throw protocol_error(fault, fmt::format("multipart body: {}", why));
}

std::string delimiter_of(const headers& fields) {
  const std::string_view type = fields.get("Content-Type").value_or("");
  constexpr std::string_view multipart = "multipart/";
  if (!detail::equal_ignoring_case(type.substr(0, multipart.size()), multipart)) {
    refuse(protocol_fault::bad_form,
           fmt::format("its Content-Type is {}", type.empty() ? "missing" : detail::quoted(type)));
  }
  const std::string boundary = detail::parameter_of(type, "boundary");
  if (boundary.empty() || boundary.size() > longest_boundary) {
    refuse(protocol_fault::bad_form, "its Content-Type has no boundary of 1 to 70 bytes");
  }
  return "\r\n--" + boundary;
}

// Undoes what browsers do to a name that would end its quotes or its line.
std::string plain(std::string name) {
  constexpr std::array<std::pair<std::string_view, char>, 3> escapes{
      {{"%22", '"'}, {"%0D", '\r'}, {"%0A", '\n'}}};
  for (const auto& [escape, meant] : escapes) {
    for (auto at = name.find(escape); at != name.npos; at = name.find(escape, at + 1)) {
      name.replace(at, escape.size(), 1, meant);
    }
  }
  return name;
}

}  // namespace

std::string multipart_part::name() const {
  return plain(detail::parameter_of(headers_.get("Content-Disposition").value_or(""), "name"));
}

std::optional<std::string> multipart_part::file_name() const {
  const auto disposition = headers_.get("Content-Disposition");
  if (!disposition) return std::nullopt;
  std::string name = detail::parameter_of(*disposition, "filename");
  // A file input that was left empty sends an empty name, which is not the same as no file.
  if (name.empty() && !disposition->contains("filename=")) return std::nullopt;
  return plain(std::move(name));
}

std::string multipart_part::content_type() const {
  return std::string(headers_.get("Content-Type").value_or("text/plain"));
}

task<std::optional<std::string_view>> multipart_part::next() { return reader_.next_piece(); }

task<std::string> multipart_part::text(std::size_t limit) {
  std::string whole;
  while (const auto piece = co_await next()) {
    if (piece->size() > limit - whole.size()) {
      refuse(protocol_fault::body_too_large,
             fmt::format("the part {} has more than {} bytes", detail::quoted(name()), limit));
    }
    whole += *piece;
  }
  co_return whole;
}

multipart_reader::multipart_reader(incoming_body& from, const headers& fields,
                                   multipart_limits limits)
    : from_(from), limits_(limits), delimiter_(delimiter_of(fields)), buffer_(line_end) {}

task<multipart_part*> multipart_reader::next() {
  while (at_ == place::in_part) (void)co_await next_piece();
  if (at_ == place::at_delimiter) co_await read_delimiter();
  if (at_ == place::at_end) co_return nullptr;
  co_await read_head();
  at_ = place::in_part;
  co_return &part_;
}

// Nothing: the part's delimiter has come.
task<std::optional<std::string_view>> multipart_reader::next_piece() {
  while (at_ == place::in_part) {
    const std::string_view text = left();
    const auto end = text.find(delimiter_);
    if (end != text.npos) at_ = place::at_delimiter;
    // The delimiter may have begun where the text ends.
    const std::size_t tail = std::min(text.size(), delimiter_.size() - 1);
    const auto begun = text.find('\r', text.size() - tail);
    const std::string_view piece =
        text.substr(0, end != text.npos ? end : std::min(begun, text.size()));
    given_ += piece.size();
    if (!piece.empty()) co_return piece;
    if (end == text.npos) co_await read_more();
  }
  co_return std::nullopt;
}

task<> multipart_reader::read_more() {
  const auto piece = co_await from_.next();
  if (!piece) refuse(protocol_fault::bad_form, "it ends before its last boundary");
  buffer_.erase(0, given_);
  given_ = 0;
  buffer_ += *piece;
}

// To the end of its line. Nothing is given before that is here, for the case of a cancel. What
// follows the last one is nobody's.
task<> multipart_reader::read_delimiter() {
  std::size_t end = delimiter_.size();
  while (left().size() < end + 2) co_await read_more();
  if (left().substr(end).starts_with("--")) {
    at_ = place::at_end;
    co_return;
  }
  for (;;) {  // blanks may follow
    const auto text = left().find_first_not_of(" \t", end);
    if (text != std::string_view::npos && left().size() >= text + line_end.size()) {
      end = text;
      break;
    }
    if (left().size() > limits_.max_header_bytes) {
      refuse(protocol_fault::head_too_large, "a boundary has no end");
    }
    co_await read_more();
  }
  if (!left().substr(end).starts_with(line_end)) {
    refuse(protocol_fault::bad_form, "a boundary does not end its line");
  }
  if (++parts_ > limits_.max_parts) {
    refuse(protocol_fault::too_many_fields, fmt::format("more than {} parts", limits_.max_parts));
  }
  given_ += end;
  at_ = place::at_head;
}

// From the line end of the delimiter to the empty line.
task<> multipart_reader::read_head() {
  constexpr std::string_view empty_line = "\r\n\r\n";
  std::size_t end = 0;
  while ((end = left().find(empty_line)) == std::string_view::npos) {
    if (left().size() > limits_.max_header_bytes) break;
    co_await read_more();
  }
  if (end > limits_.max_header_bytes) {
    refuse(protocol_fault::head_too_large,
           fmt::format("the fields of part {} take more than {} bytes", parts_,
                       limits_.max_header_bytes));
  }
  part_.headers_.clear();
  std::string_view fields = left().substr(0, end);
  given_ += end + empty_line.size();
  while (!fields.empty()) {
    fields.remove_prefix(line_end.size());
    const std::string_view line = fields.substr(0, fields.find(line_end));
    fields.remove_prefix(line.size());
    parse_field(line);
  }
}

void multipart_reader::parse_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == line.npos || colon == 0) {
    refuse(protocol_fault::bad_form,
           fmt::format("part {} has the line {} for a field", parts_, detail::quoted(line)));
  }
  try {
    part_.headers_.add(line.substr(0, colon), line.substr(colon + 1));
  } catch (const std::invalid_argument& error) {
    refuse(protocol_fault::bad_form, fmt::format("part {}: {}", parts_, error.what()));
  }
}

}  // namespace eddy::http
