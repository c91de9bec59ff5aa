// SPDX-License-Identifier: MIT
// HTTP without a connection: messages written, and read in pieces.
#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/http/date.hpp>
#include <eddy/http/decoder.hpp>
#include <eddy/http/error.hpp>
#include <eddy/http/head.hpp>
#include <eddy/http/parser.hpp>

namespace http = eddy::http;

namespace {

// snippet: write
std::string greeting_request() {
  http::request_head head{.method = "POST",
                          .target = "/greet?lang=en",
                          .version = http::http_version::v1_1,
                          .headers = {{"Host", "shop.test"}, {"Content-Length", "5"}}};
  std::string wire;
  append_to(wire, head);
  return wire + "world";
}

std::string greeting_answer() {
  const http::response_head head{.status = 201, .headers = {{"Content-Length", "11"}}};
  std::string wire;
  append_to(wire, head);
  return wire + "hello world";
}
// end snippet

// snippet: read
/// Requests and responses differ in their heads only.
void read_body(http::message_parser& parser, std::string_view piece) {
  for (auto body = parser.parse_body(piece); !body.empty(); body = parser.parse_body(piece)) {
    std::cout << "body: " << body << '\n';
  }
}

void read_request(std::string_view wire) {
  http::request_parser parser({.max_header_bytes = 1000});
  while (!wire.empty() && !parser.done()) {
    std::string_view piece = wire.substr(0, 16);  // however the network has cut it
    wire.remove_prefix(piece.size());
    if (parser.parse_head(piece)) read_body(parser, piece);
  }
  http::request_head& head = parser.head();
  std::cout << head.method << ' ' << head.target << " from " << *head.headers.get("host") << '\n';
}

void read_answer(std::string_view wire) {
  http::response_parser parser("POST");
  if (parser.parse_head(wire)) read_body(parser, wire);
  std::cout << parser.head().status << ' ' << parser.head().reason << '\n';
}
// end snippet

// snippet: refuse
void refuse(std::string_view wire) {
  http::response_parser parser("GET");
  try {
    parser.parse_head(wire);
  } catch (const http::protocol_error& error) {
    const bool ambiguous = error.fault() == http::protocol_fault::bad_framing;
    std::cout << (ambiguous ? "smuggled: " : "refused: ") << error.what() << '\n';
  }
}
// end snippet

// snippet: decode
std::string unzip(std::string_view coded) {
  const auto codings = http::parse_content_codings("gzip");
  http::decoder decoder(codings.value_or(std::vector{http::content_coding::identity}), 1'000'000);
  std::string text;
  for (auto piece = decoder.decode(coded); !piece.empty(); piece = decoder.decode(coded)) {
    text += piece;
  }
  decoder.finish();  // throws if the data stopped before its end
  return text;
}
// end snippet

// snippet: dates
void dates() {
  using namespace std::chrono;
  const auto then = http::parse_date("Sun, 06 Nov 1994 08:49:37 GMT");
  std::cout << http::format_date(*then + 24h) << '\n';
  std::cout << "wait " << http::parse_retry_after("120", *then)->count() << " s, or "
            << http::parse_retry_after("Sun, 06 Nov 1994 08:50:00 GMT", *then)->count() << " s\n";
}
// end snippet

}  // namespace

int main() {
  read_request(greeting_request());
  read_answer(greeting_answer());
  refuse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
  constexpr unsigned char zipped[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                      0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86,
                                      0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00};
  std::cout << unzip({reinterpret_cast<const char*>(zipped), sizeof zipped}) << '\n';
  dates();
  std::cout << http::reason_phrase(404) << '\n';
}
