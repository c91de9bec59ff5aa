// SPDX-License-Identifier: MIT
#include <array>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/http/error.hpp>
#include <eddy/http/incoming_body.hpp>
#include <eddy/io/read_error.hpp>
#include <eddy/testing/test.hpp>

namespace eddy::http {
namespace {

/// Pieces as they were said.
class said final : public detail::body_source {
 public:
  explicit said(std::deque<std::string> pieces) : pieces_(std::move(pieces)) {}
  task<std::optional<std::string_view>> next() override {
    if (pieces_.empty()) co_return std::nullopt;
    piece_ = std::move(pieces_.front());
    pieces_.pop_front();
    co_return piece_;
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override { return {}; }

 private:
  std::deque<std::string> pieces_;
  std::string piece_;
};

incoming_body of(std::deque<std::string> pieces, std::string_view type = "") {
  return incoming_body(std::make_unique<said>(std::move(pieces)), type);
}

EDDY_TEST(incoming_body, bytes_are_what_came) {
  auto body = of({"a\xff", "b"}, "text/plain; charset=utf-16");
  EXPECT_EQ(co_await body.bytes(), (std::vector{std::byte{'a'}, std::byte{0xff}, std::byte{'b'}}));
  EXPECT_EQ(co_await body.bytes(), std::vector<std::byte>()) << "nothing is left";
}

EDDY_TEST(incoming_body, lines_may_lie_across_pieces) {
  auto body = of({"one\ntw", "o\r", "\n\n", "last"});
  std::vector<std::string> lines;
  auto found = body.lines();
  while (const auto line = co_await found.next()) lines.emplace_back(*line);
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "", "last"}));
}

EDDY_TEST(incoming_body, a_line_without_end_is_bounded) {
  auto body = of({std::string(100, 'x')});
  auto found = body.lines(50);
  EXPECT_THROW((void)co_await found.next(), limit_exceeded);
}

EDDY_TEST(incoming_body, what_a_small_read_leaves_comes_next) {
  auto body = of({"abcdef", "gh"});
  std::array<std::byte, 4> some;
  EXPECT_EQ(co_await body.read_some(some), 4U);
  EXPECT_EQ(co_await body.next(), "ef");
  EXPECT_EQ(co_await body.read_some(some), 2U);
  EXPECT_EQ(co_await body.read_some(some), 0U);
}

EDDY_TEST(incoming_body, text_without_charset_stays_as_it_is) {
  auto body = of({"\xff\xfe"}, "text/plain");
  EXPECT_EQ(co_await body.text(), "\xff\xfe");
  auto utf8 = of({"gr\xc3\xbc\xc3\x9f"}, "text/plain; charset=UTF-8");
  EXPECT_EQ(co_await utf8.text(), "grüß");
}

EDDY_TEST(incoming_body, text_is_converted_from_the_charset_that_is_named) {
  const auto read = [](std::string bytes, std::string_view type) -> task<std::string> {
    auto body = of({std::move(bytes)}, type);
    co_return co_await body.text();
  };
  EXPECT_EQ(co_await read("gr\xfc\xdf \x80", "text/html; Charset=ISO-8859-1"), "grüß €");
  EXPECT_EQ(co_await read("\xcf\xf0\xe8", "text/html;a=\"x;charset=b\" ; charset=\"windows-1251\""),
            "При");
  EXPECT_EQ(co_await read("\x93\xfa\x96\x7b", "text/html; charset=Shift_JIS"), "日本");
  EXPECT_EQ(co_await read("\xc4\xe3", "text/html; charset=gb2312"), "你");
  EXPECT_EQ(co_await read(std::string("a\0\x42\x04", 4), "text/html; charset=utf-16le"), "aт");
}

EDDY_TEST(incoming_body, utf_16_says_by_its_mark_in_which_order_it_goes) {
  const auto read = [](std::string_view bytes, std::string_view type) -> task<std::string> {
    auto body = of({std::string(bytes)}, type);
    co_return co_await body.text();
  };
  using namespace std::string_view_literals;
  EXPECT_EQ(co_await read("\xfe\xff\0a"sv, "text/plain; charset=utf-16"), "a");
  EXPECT_EQ(co_await read("\xff\xfe"sv
                          "a\0"sv,
                          "text/plain; charset=utf-16be"),
            "a");
  EXPECT_EQ(co_await read("\0a"sv, "text/plain; charset=utf-16be"), "a");
}

EDDY_TEST(incoming_body, half_a_character_of_utf_16_does_not_shift_what_follows) {
  using namespace std::string_view_literals;
  auto body = of({std::string("a\0\0\xdc"
                              "b\0c\0"sv)},
                 "text/plain; charset=utf-16le");
  EXPECT_EQ(co_await body.text(),
            "a\xef\xbf\xbd"
            "bc");
}

EDDY_TEST(incoming_body, what_is_not_valid_in_its_charset_is_marked) {
  auto body = of({"a\x81"
                  "b\x93"},
                 "text/plain; charset=Shift_JIS");
  const std::string text = co_await body.text();
  EXPECT_TRUE(text.starts_with("a"));
  EXPECT_TRUE(text.ends_with("\xef\xbf\xbd")) << "cut off inside a character: " << text;
  auto longer = of({std::string(10'000, '\x81')}, "text/plain; charset=windows-1252");
  EXPECT_EQ((co_await longer.text()).size(), 30'000U);
}

EDDY_TEST(incoming_body, a_charset_that_nobody_knows_is_an_error) {
  for (const char* charset : {"klingon", "UTF-8//IGNORE", "ISO-2022-CN-EXT", "../x"}) {
    auto body = of({"a"}, std::string("text/plain; charset=") + charset);
    EXPECT_THROW((void)co_await body.text(), protocol_error) << charset;
  }
}

}  // namespace
}  // namespace eddy::http
