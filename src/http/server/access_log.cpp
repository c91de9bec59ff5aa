// SPDX-License-Identifier: MIT
#include <eddy/http/access_log.hpp>

#include <array>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include <eddy/http/server_message.hpp>

namespace eddy::http {
namespace {

constexpr int client_left = 499;  // as nginx has it

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') {
      fmt::format_to(std::back_inserter(out), "\\x{:02X}", byte);
    } else {
      out += c;
    }
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += " \"";
  append_escaped(out, text.empty() ? "-" : text);
  out += '"';
}

void append_time(std::string& out, std::chrono::system_clock::time_point now) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
  fmt::format_to(std::back_inserter(out), "[{:02}/{}/{}:{:02}:{:02}:{:02} +0000]",
                 static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                 static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                 time.seconds().count());
}

}  // namespace

std::string access_log_line(const access_record& record,
                            std::chrono::system_clock::time_point now) {
  const request_head& head = record.request.head;
  std::string line = record.request.peer.address.to_string() + " - - ";
  append_time(line, now);
  append_quoted(line, fmt::format("{} {} {}", head.method, head.target,
                                  head.version == http_version::v1_0 ? "HTTP/1.0" : "HTTP/1.1"));
  fmt::format_to(std::back_inserter(line), " {} {}",
                 record.status == 0 ? client_left : record.status, record.sent);
  append_quoted(line, head.headers.get("Referer").value_or(""));
  append_quoted(line, head.headers.get("User-Agent").value_or(""));
  return line;
}

}  // namespace eddy::http
