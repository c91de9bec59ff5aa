// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <eddy/http/parser.hpp>
#include <http/message/transcript.hpp>

// Messages that some parser in use reads as something else than another one does. Each is refused,
// or read in the one way that the standard allows, byte by byte as well as whole.
namespace eddy::http {
namespace {

using namespace std::string_literals;
using enum protocol_fault;
using testing::byte_by_byte;
using testing::transcribe;

struct vector {
  const char* name;
  std::string wire;
  std::optional<protocol_fault> fault;  // none: accepted
  std::string body = {};                // all bodies, one after the other

  friend void PrintTo(const vector& v, std::ostream* out) { *out << v.wire; }
};

std::string post(const std::string& fields, const std::string& body = {}) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

std::string chunked(const std::string& body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}

std::string line(const std::string& request_line) { return request_line + "\r\nHost: a\r\n\r\n"; }

std::string reply(const std::string& fields, const std::string& body = {}) {
  return "HTTP/1.1 200 OK\r\n" + fields + "\r\n" + body;
}

const std::vector<vector> request_vectors = {
    // Transfer-Encoding: one final `chunked` or nothing.
    {"te_chunked", chunked("3\r\nabc\r\n0\r\n\r\n"), {}, "abc"},
    {"te_in_other_case", post("transfer-encoding: CHUNKED\r\n", "1\r\na\r\n0\r\n\r\n"), {}, "a"},
    {"te_with_space_around", post("Transfer-Encoding: \t chunked \t\r\n", "0\r\n\r\n"), {}},
    {"te_xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), bad_framing},
    {"te_chunked_identity", post("Transfer-Encoding: chunked, identity\r\n"), bad_framing},
    {"te_identity_chunked", post("Transfer-Encoding: identity, chunked\r\n"), bad_framing},
    {"te_identity", post("Transfer-Encoding: identity\r\n"), bad_framing},
    {"te_gzip_chunked", post("Transfer-Encoding: gzip, chunked\r\n"), bad_framing},
    {"te_chunked_chunked", post("Transfer-Encoding: chunked, chunked\r\n"), bad_framing},
    {"te_empty", post("Transfer-Encoding:\r\n"), bad_framing},
    {"te_comma", post("Transfer-Encoding: chunked,\r\n"), bad_framing},
    {"te_quoted", post("Transfer-Encoding: \"chunked\"\r\n"), bad_framing},
    {"te_with_parameter", post("Transfer-Encoding: chunked;q=1\r\n"), bad_framing},
    {"te_twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), bad_framing},
    {"te_twice_first_unknown",
     post("Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), bad_framing},
    {"te_in_http_1_0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     bad_framing},
    {"te_folded", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), bad_field},
    {"te_with_vertical_tab",
     post("Transfer-Encoding: \x0b"
          "chunked\r\n"),
     bad_field},
    {"te_name_then_space", post("Transfer-Encoding : chunked\r\n"), bad_field},
    {"te_name_after_space", post("X: y\r\n Transfer-Encoding: chunked\r\n"), bad_field},

    // Content-Length: decimal digits, and the same wherever it is said.
    {"cl_3", post("Content-Length: 3\r\n", "abc"), {}, "abc"},
    {"cl_0", post("Content-Length: 0\r\n"), {}},
    {"cl_leading_zeros", post("Content-Length: 003\r\n", "abc"), {}, "abc"},
    {"cl_twice_equal", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), {}, "abc"},
    {"cl_list_equal", post("Content-Length: 3, 3\r\n", "abc"), {}, "abc"},
    {"cl_twice_different", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), bad_framing},
    {"cl_list_different", post("Content-Length: 3, 4\r\n", "abcd"), bad_framing},
    {"cl_plus", post("Content-Length: +3\r\n", "abc"), bad_framing},
    {"cl_minus", post("Content-Length: -3\r\n", "abc"), bad_framing},
    {"cl_hex", post("Content-Length: 0x3\r\n", "abc"), bad_framing},
    {"cl_empty", post("Content-Length:\r\n"), bad_framing},
    {"cl_letters", post("Content-Length: 3a\r\n", "abc"), bad_framing},
    {"cl_space_inside", post("Content-Length: 1 2\r\n", "abc"), bad_framing},
    {"cl_comma", post("Content-Length: 3,\r\n", "abc"), bad_framing},
    {"cl_over_64_bits", post("Content-Length: 18446744073709551616\r\n"), bad_framing},
    {"cl_then_te", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
     bad_framing},
    {"te_then_cl", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
     bad_framing},
    {"cl_then_unknown_te", post("Content-Length: 3\r\nTransfer-Encoding: x\r\n", "abc"),
     bad_framing},

    // Lines and fields.
    {"bare_lf_in_request_line", "GET / HTTP/1.1\nHost: a\r\n\r\n", bad_start_line},
    {"bare_lf_after_field", "GET / HTTP/1.1\r\nHost: a\n\r\n", bad_field},
    {"bare_lf_as_last_line", "GET / HTTP/1.1\r\nHost: a\r\n\n", bad_field},
    {"bare_cr_in_value", post("X: a\rY: b\r\n"), bad_field},
    {"bare_cr_as_line_end", "GET / HTTP/1.1\rHost: a\r\n\r\n", bad_start_line},
    {"nul_in_value", post("X: a\0b\r\n"s), bad_field},
    {"nul_in_name", post("X\0: a\r\n"s), bad_field},
    {"control_in_value", post("X: a\x01\r\n"), bad_field},
    {"delete_in_value", post("X: a\x7f\r\n"), bad_field},
    {"space_before_colon", post("X : a\r\n"), bad_field},
    {"space_in_name", post("X Y: a\r\n"), bad_field},
    {"empty_name", post(": a\r\n"), bad_field},
    {"no_colon", post("abc\r\n"), bad_field},
    {"name_in_quotes", post("\"X\": a\r\n"), bad_field},
    {"name_with_high_byte", post("X\xc3\xa4: a\r\n"), bad_field},
    {"folded_value", post("X: a\r\n b\r\n"), bad_field},
    {"folded_with_tab", post("X: a\r\n\tb\r\n"), bad_field},
    {"fold_before_first_field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", bad_field},
    {"high_byte_in_value", post("X: caf\xc3\xa9\r\n"), {}},
    {"empty_value", post("X:\r\n"), {}},

    // Host.
    {"host_missing", "GET / HTTP/1.1\r\n\r\n", bad_host},
    {"host_twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", bad_host},
    {"host_twice_equal", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", bad_host},
    {"host_list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", bad_host},
    {"host_with_path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", bad_host},
    {"host_with_user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", bad_host},
    {"host_with_high_byte", "GET / HTTP/1.1\r\nHost: \xc3\xa4\r\n\r\n", bad_host},
    {"host_with_port", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", {}},
    {"host_missing_in_http_1_0", "GET / HTTP/1.0\r\n\r\n", {}},
    {"host_twice_in_http_1_0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", bad_host},

    // The request line.
    {"unknown_method", line("FOO / HTTP/1.1"), {}},
    {"method_with_odd_token_bytes", line("M-SEARCH! / HTTP/1.1"), {}},
    {"method_not_a_token", line("GE(T / HTTP/1.1"), bad_start_line},
    {"method_missing", line(" / HTTP/1.1"), bad_start_line},
    {"two_spaces_after_method", line("GET  / HTTP/1.1"), bad_target},
    {"two_spaces_after_target", line("GET /  HTTP/1.1"), bad_version},
    {"tab_after_method", line("GET\t/ HTTP/1.1"), bad_start_line},
    {"space_in_target", line("GET /a b HTTP/1.1"), bad_version},
    {"high_byte_in_target", line("GET /\xc3\xa4 HTTP/1.1"), bad_target},
    {"control_in_target", line("GET /\x01 HTTP/1.1"), bad_start_line},
    {"nul_in_target", line("GET /\0 HTTP/1.1"s), bad_start_line},
    {"relative_target", line("GET a HTTP/1.1"), bad_target},
    {"absolute_target", line("GET http://a/ HTTP/1.1"), {}},
    {"absolute_target_in_capitals", line("GET HTTPS://a?b HTTP/1.1"), {}},
    {"absolute_target_of_another_scheme", line("GET ftp://a/ HTTP/1.1"), bad_target},
    {"absolute_target_without_host", line("GET http:///a HTTP/1.1"), bad_target},
    {"absolute_target_with_credentials", line("GET http://u:p@a/ HTTP/1.1"), bad_target},
    {"asterisk_for_options", line("OPTIONS * HTTP/1.1"), {}},
    {"asterisk_for_get", line("GET * HTTP/1.1"), bad_target},
    {"connect_to_authority", line("CONNECT a:443 HTTP/1.1"), {}},
    {"connect_to_path", line("CONNECT /a HTTP/1.1"), bad_target},
    {"connect_with_sized_body", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
     bad_framing},
    {"connect_with_chunked_body",
     "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     bad_framing},
    {"connect_with_empty_body",
     "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
     {}},
    {"http_0_9", "GET /\r\n\r\n", bad_target},
    {"http_1_2", line("GET / HTTP/1.2"), bad_version},
    {"http_2_0", line("GET / HTTP/2.0"), bad_version},
    {"http_2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", bad_version},
    {"version_in_lower_case", line("GET / http/1.1"), bad_version},
    {"version_cut_short", line("GET / HTTP"), bad_start_line},
    {"space_after_version", line("GET / HTTP/1.1 "), bad_version},
    {"one_empty_line_first", "\r\n" + line("GET / HTTP/1.1"), {}},
    {"two_empty_lines_first", "\r\n\r\n" + line("GET / HTTP/1.1"), bad_start_line},

    // Chunks.
    {"chunk_in_upper_case_hex", chunked("A\r\n0123456789\r\n0\r\n\r\n"), {}, "0123456789"},
    {"chunk_leading_zeros", chunked("0003\r\nabc\r\n000\r\n\r\n"), {}, "abc"},
    {"chunk_extension", chunked("3;a=b;c=\"d e\"\r\nabc\r\n0;x\r\n\r\n"), {}, "abc"},
    {"chunk_size_then_space", chunked("3 \r\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"chunk_size_after_space", chunked(" 3\r\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"chunk_size_0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"chunk_size_plus", chunked("+3\r\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"chunk_size_minus", chunked("-3\r\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"chunk_size_empty", chunked("\r\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"chunk_size_over_64_bits", chunked("10000000000000000\r\nabc\r\n"), bad_chunk},
    {"chunk_size_bare_lf", chunked("3\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"chunk_extension_bare_lf", chunked("3;a\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"chunk_extension_bare_cr", chunked("3;a\rb\r\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"chunk_extension_quoted_lf", chunked("3;a=\"\n\"\r\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"chunk_extension_open_quote", chunked("3;a=\"\r\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"last_chunk_extension_open_quote", chunked("0;a=\"\r\nX: \"\r\n\r\n"), bad_chunk},
    {"chunk_extension_without_name", chunked("3;\r\nabc\r\n0\r\n\r\n"), bad_chunk},
    {"chunk_data_too_long", chunked("3\r\nabcd\r\n0\r\n\r\n"), bad_chunk, "abc"},
    {"chunk_data_bare_lf", chunked("3\r\nabc\n0\r\n\r\n"), bad_chunk, "abc"},
    {"last_chunk_bare_lf", chunked("3\r\nabc\r\n0\n\n"), bad_chunk, "abc"},
    {"trailer", chunked("0\r\nX: y\r\n\r\n"), {}},
    {"trailer_te", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n"), bad_framing},
    {"trailer_cl", chunked("0\r\nContent-Length: 5\r\n\r\n"), bad_framing},
    {"trailer_folded", chunked("0\r\nX: y\r\n z\r\n\r\n"), bad_field},
    {"trailer_bare_lf", chunked("0\r\nX: y\n\r\n"), bad_field},
    {"trailer_space_before_colon", chunked("0\r\nX : y\r\n\r\n"), bad_field},

    // What follows a message is the next one.
    {"no_length_no_body", post("") + line("GET /2 HTTP/1.1"), {}},
    {"chunked_then_next",
     chunked("1\r\na\r\n0\r\n\r\n") + post("Content-Length: 1\r\n", "b"),
     {},
     "ab"},
    {"body_that_looks_like_a_request",
     post("Content-Length: 19\r\n", "GET /x HTTP/1.1\r\n\r\n") + line("GET / HTTP/1.1"),
     {},
     "GET /x HTTP/1.1\r\n\r\n"},
};

const std::vector<vector> response_vectors = {
    {"until_close", reply("", "abc"), {}, "abc"},
    {"cl", reply("Content-Length: 3\r\n", "abc"), {}, "abc"},
    {"chunked", reply("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"), {}, "abc"},
    {"te_xchunked", reply("Transfer-Encoding: xchunked\r\n", "abc"), bad_framing},
    {"te_identity", reply("Transfer-Encoding: identity\r\n", "abc"), bad_framing},
    {"te_chunked_identity", reply("Transfer-Encoding: chunked, identity\r\n", "abc"), bad_framing},
    {"te_twice", reply("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
     bad_framing},
    {"te_in_http_1_0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     bad_framing},
    {"te_in_interim", "HTTP/1.1 100 C\r\nTransfer-Encoding: x\r\n\r\n" + reply(""), bad_framing},
    {"cl_and_te", reply("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
     bad_framing},
    {"te_and_cl", reply("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"),
     bad_framing},
    {"cl_different", reply("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), bad_framing},
    {"cl_equal", reply("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), {}, "abc"},
    {"cl_plus", reply("Content-Length: +3\r\n", "abc"), bad_framing},
    {"cl_too_much", reply("Content-Length: 4\r\n", "abc"), truncated, "abc"},
    {"chunked_cut", reply("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n"), truncated, "abc"},
    {"chunked_no_last_line", reply("Transfer-Encoding: chunked\r\n", "0\r\n"), truncated},
    {"folded", reply("X: a\r\n b\r\n"), bad_field},
    {"bare_lf", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", bad_start_line},
    {"bare_cr_in_reason", "HTTP/1.1 200 O\rK\r\n\r\n", bad_start_line},
    {"nul_in_value", reply("X: \0\r\n"s), bad_field},
    {"space_before_colon", reply("Content-Length : 3\r\n", "abc"), bad_field},
    {"reason_missing", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na", {}, "a"},
    {"reason_empty", "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\na", {}, "a"},
    {"reason_with_high_bytes", "HTTP/1.1 200 d\xe9j\xe0\r\nContent-Length: 1\r\n\r\na", {}, "a"},
    {"status_two_digits", "HTTP/1.1 20 OK\r\n\r\n", bad_start_line},
    {"status_four_digits", "HTTP/1.1 2000 OK\r\n\r\n", bad_start_line},
    {"status_below_100", "HTTP/1.1 099 OK\r\n\r\n", bad_start_line},
    {"status_sign", "HTTP/1.1 -20 OK\r\n\r\n", bad_start_line},
    {"http_0_9", "<html>\r\n", bad_version},
    {"http_2", "HTTP/2.0 200 OK\r\n\r\n", bad_version},
    {"another_protocol", "SSH-2.0-OpenSSH_9.2\r\n", bad_version},
    {"empty_line_first", "\r\n" + reply("Content-Length: 0\r\n"), bad_start_line},
    {"204_has_no_body",
     "HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\n" + reply("Content-Length: 1\r\n", "a"),
     {},
     "a"},
    {"304_has_no_body",
     "HTTP/1.1 304 No\r\nContent-Length: 3\r\n\r\n" + reply("Content-Length: 1\r\n", "a"),
     {},
     "a"},
    {"interim_is_skipped",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" +
         reply("Content-Length: 1\r\n", "a"),
     {},
     "a"},
};

class smuggling : public ::testing::TestWithParam<vector> {};

template <class Parser>
void expect_verdict(Parser (*make)(), const vector& v) {
  const auto whole = transcribe(make(), {v.wire});
  EXPECT_EQ(whole.fault, v.fault) << whole.error;
  std::string body;
  for (const auto& message : whole.messages) body += message.body;
  EXPECT_EQ(body, v.body);
  EXPECT_EQ(transcribe(make(), byte_by_byte(v.wire)), whole);
}

class request_smuggling : public smuggling {};
class response_smuggling : public smuggling {};

TEST_P(request_smuggling, is_refused_or_read_in_one_way) {
  expect_verdict(+[] { return request_parser(); }, GetParam());
}

TEST_P(response_smuggling, is_refused_or_read_in_one_way) {
  expect_verdict(+[] { return response_parser("GET"); }, GetParam());
}

std::string name_of(const ::testing::TestParamInfo<vector>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(http, request_smuggling, ::testing::ValuesIn(request_vectors), name_of);
INSTANTIATE_TEST_SUITE_P(http, response_smuggling, ::testing::ValuesIn(response_vectors), name_of);

}  // namespace
}  // namespace eddy::http
