// SPDX-License-Identifier: MIT
#include <eddy/codec/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include "utf8.hpp"

namespace eddy::json {
namespace {

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

constexpr bool must_be_escaped(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_real(std::string& out, double number) {
  if (!std::isfinite(number)) {
    throw std::invalid_argument(fmt::format("JSON has no number for {}", number));
  }
  const std::size_t before = out.size();
  fmt::format_to(std::back_inserter(out), "{}", number);
  // Without a point it would be read back as an integer.
  if (out.find_first_of(".e", before) == std::string::npos) out += ".0";
}

/// Appends a document, spread over lines if there is an indent.
class writer {
 public:
  writer(std::string& out, int indent) : out_(out), indent_(indent) {}

  void append(const value& v) {
    switch (v.kind()) {
      case kind::null:
        out_ += "null";
        break;
      case kind::boolean:
        out_ += v.as<bool>() ? "true" : "false";
        break;
      case kind::integer:
        fmt::format_to(std::back_inserter(out_), "{}", v.as<std::int64_t>());
        break;
      case kind::unsigned_integer:
        fmt::format_to(std::back_inserter(out_), "{}", v.as<std::uint64_t>());
        break;
      case kind::real:
        append_real(out_, v.as<double>());
        break;
      case kind::string:
        append_string(out_, v.as_string());
        break;
      case kind::array:
        append_list('[', v.as_array(), ']', [this](const value& element) { append(element); });
        break;
      case kind::object:
        append_list('{', v.as_object(), '}', [this](const object::member& m) {
          append_string(out_, m.first);
          out_ += indent_ > 0 ? ": " : ":";
          append(m.second);
        });
        break;
    }
  }

 private:
  void append_list(char open, const auto& items, char close, auto append_item) {
    out_ += open;
    ++depth_;
    bool first = true;
    for (const auto& item : items) {
      if (!std::exchange(first, false)) out_ += ',';
      break_line();
      append_item(item);
    }
    --depth_;
    if (!first) break_line();
    out_ += close;
  }

  void break_line() {
    if (indent_ > 0) out_.append(1, '\n').append(static_cast<std::size_t>(indent_ * depth_), ' ');
  }

  std::string& out_;
  int indent_;
  int depth_ = 0;
};

constexpr bool is_plain(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x80 && !must_be_escaped(c);
}

}  // namespace

std::string write(const value& document, write_options options) {
  std::string out;
  writer(out, options.indent).append(document);
  return out;
}

void append_value(std::string& out, const value& document) { writer(out, 0).append(document); }

void append_string(std::string& out, std::string_view utf8) {
  out += '"';
  for (;;) {
    const auto plain =
        static_cast<std::size_t>(std::ranges::find_if_not(utf8, is_plain) - utf8.begin());
    out += utf8.substr(0, plain);
    utf8.remove_prefix(plain);
    if (utf8.empty()) break;
    const auto [size, valid] = detail::first_utf8(utf8);
    if (!valid) {
      out += detail::replacement_character;
    } else if (must_be_escaped(utf8.front())) {
      append_escaped(out, utf8.front());
    } else {
      out += utf8.substr(0, size);
    }
    utf8.remove_prefix(size);
  }
  out += '"';
}

void append_object(std::string& out,
                   std::span<const std::pair<std::string_view, std::string_view>> members) {
  out += '{';
  std::string_view separator;
  for (const auto& [name, value] : members) {
    out += separator;
    append_string(out, name);
    out += ':';
    append_string(out, value);
    separator = ",";
  }
  out += '}';
}

}  // namespace eddy::json
