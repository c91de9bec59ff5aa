// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/http/parser.hpp>

namespace eddy::http::testing {

/// What a parser made of one message.
struct message {
  std::string start_line;
  headers fields;
  std::string body;
  bool keep_alive = false;

  friend bool operator==(const message&, const message&) = default;
};

/// What a parser made of a whole connection, closed by the peer after its last byte.
struct transcript {
  std::vector<message> messages;
  std::optional<protocol_fault> fault;
  std::string error;
  std::string leftover;  // after a message that was the connection's last

  friend bool operator==(const transcript&, const transcript&) = default;
};

inline std::string start_line(const request_head& head) {
  return head.method + ' ' + head.target + (head.version == http_version::v1_1 ? " 1.1" : " 1.0");
}

inline std::string start_line(const response_head& head) {
  return (head.version == http_version::v1_1 ? "1.1 " : "1.0 ") + std::to_string(head.status) +
         ' ' + head.reason;
}

inline void start_over(request_parser& parser) { parser.reset(); }
inline void start_over(response_parser& parser) { parser.reset("GET"); }

/// Feeds the pieces one after the other, keeping what the parser leaves, as a connection would.
template <class Parser>
transcript transcribe(Parser parser, const std::vector<std::string_view>& pieces) {
  transcript result;
  std::string buffer;
  message current;
  bool in_body = false;
  bool last = false;  // the connection can carry no further message

  const auto complete = [&] {
    current.keep_alive = parser.keep_alive();
    last = !current.keep_alive;
    result.messages.push_back(std::exchange(current, {}));
    in_body = false;
    if (!last) start_over(parser);
  };
  const auto advance = [&](std::string_view& input) {
    while (!last && !input.empty()) {
      if (!in_body) {
        if (!parser.parse_head(input)) return;
        current.start_line = start_line(parser.head());
        current.fields = parser.head().headers;
        in_body = true;
      }
      for (auto piece = parser.parse_body(input); !piece.empty();
           piece = parser.parse_body(input)) {
        current.body += piece;
      }
      if (parser.done()) complete();
    }
  };

  try {
    for (const auto piece : pieces) {
      buffer += piece;
      std::string_view input = buffer;
      advance(input);
      buffer.erase(0, buffer.size() - input.size());
    }
    result.leftover = buffer;
    if (!last && parser.started()) {
      parser.finish();
      complete();
    }
  } catch (const protocol_error& error) {
    if (in_body) result.messages.push_back(current);
    result.fault = error.fault();
    result.error = error.what();
  }
  return result;
}

inline std::vector<std::string_view> byte_by_byte(std::string_view text) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < text.size(); ++i) pieces.push_back(text.substr(i, 1));
  return pieces;
}

}  // namespace eddy::http::testing
