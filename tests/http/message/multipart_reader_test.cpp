// SPDX-License-Identifier: MIT
#include <eddy/http/multipart_reader.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/http/body.hpp>
#include <eddy/http/error.hpp>
#include <eddy/http/multipart.hpp>
#include <eddy/testing/test.hpp>

namespace eddy::http {
namespace {

const headers form_fields_of_x{{"Content-Type", "multipart/form-data; boundary=x"}};

class pieces_source final : public detail::body_source {
 public:
  pieces_source(std::string text, std::size_t at_once)
      : text_(std::move(text)), at_once_(at_once) {}
  task<std::optional<std::string_view>> next() override {
    const std::string_view piece = std::string_view(text_).substr(at_, at_once_);
    at_ += piece.size();
    co_return piece.empty() ? std::nullopt : std::optional(piece);
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override { return {}; }

 private:
  std::string text_;
  std::size_t at_once_;
  std::size_t at_ = 0;
};

incoming_body body_of(std::string text, std::size_t at_once) {
  return incoming_body(std::make_unique<pieces_source>(std::move(text), at_once));
}

/// The parts as `name[/file][type]=text`, or why there are none; the same however the bytes come.
task<std::string> read(std::string text, headers fields = form_fields_of_x,
                       multipart_limits limits = {}) {
  std::vector<std::string> results;
  for (const std::size_t at_once : {text.size() + 1, std::size_t{7}, std::size_t{1}}) {
    std::string& result = results.emplace_back();
    incoming_body from = body_of(text, at_once);
    try {
      multipart_reader form(from, fields, limits);
      while (auto* part = co_await form.next()) {
        result += part->name();
        if (const auto file = part->file_name()) result += "/" + *file;
        if (part->headers().contains("Content-Type")) result += "[" + part->content_type() + "]";
        result += "=" + co_await part->text() + ";";
      }
    } catch (const protocol_error& error) {
      result += error.what();
    }
  }
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
  co_return results[0];
}

std::string field(std::string_view name, std::string_view value) {
  return "--x\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" +
         std::string(value) + "\r\n";
}

EDDY_TEST(multipart_reader, parts_come_with_their_names_and_texts) {
  EXPECT_EQ(co_await read(field("a", "1") + field("b", "") + "--x--\r\n"), "a=1;b=;");
  EXPECT_EQ(co_await read("--x\r\nContent-Disposition: form-data; name=f; filename=\"a.png\"\r\n"
                          "Content-Type: image/png\r\n\r\n\x89PNG\r\n--x--"),
            "f/a.png[image/png]=\x89PNG;");
  EXPECT_EQ(co_await read("--x--"), "");
}

EDDY_TEST(multipart_reader, what_looks_like_a_delimiter_and_is_none_belongs_to_the_part) {
  EXPECT_EQ(co_await read(field("a", "\r\n-\r\n--\r\n--y--x\r\r\n") + "--x--"),
            "a=\r\n-\r\n--\r\n--y--x\r\r\n;");
}

EDDY_TEST(multipart_reader, what_stands_before_the_first_and_behind_the_last_is_passed_over) {
  EXPECT_EQ(co_await read("hello\r\n" + field("a", "1") + "--x--\r\n--x\r\nmore"), "a=1;");
  EXPECT_EQ(co_await read("--x \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--"),
            "a=1;");
}

EDDY_TEST(multipart_reader, a_part_without_fields_is_a_part) {
  EXPECT_EQ(co_await read("--x\r\n\r\ntext\r\n--x--"), "=text;");
}

EDDY_TEST(multipart_reader, what_is_not_multipart_says_why) {
  EXPECT_EQ(co_await read("", headers{{"Content-Type", "text/plain"}}),
            "multipart body: its Content-Type is \"text/plain\"");
  EXPECT_EQ(co_await read("", headers()), "multipart body: its Content-Type is missing");
  EXPECT_EQ(co_await read("", headers{{"Content-Type", "multipart/form-data"}}),
            "multipart body: its Content-Type has no boundary of 1 to 70 bytes");
  EXPECT_EQ(co_await read(""), "multipart body: it ends before its last boundary");
  EXPECT_EQ(co_await read(field("a", "1")), "amultipart body: it ends before its last boundary");
  EXPECT_EQ(co_await read("--xy\r\n\r\n\r\n--x--"),
            "multipart body: a boundary does not end its line");
  EXPECT_EQ(co_await read("--x\r\nno field\r\n\r\n\r\n--x--"),
            "multipart body: part 1 has the line \"no field\" for a field");
}

EDDY_TEST(multipart_reader, limits_hold) {
  EXPECT_EQ(co_await read(field("a", "1") + field("b", "2") + "--x--", form_fields_of_x,
                          {.max_parts = 1}),
            "a=1;multipart body: more than 1 parts");
  EXPECT_EQ(co_await read(field("a", "1") + "--x--", form_fields_of_x, {.max_header_bytes = 20}),
            "multipart body: the fields of part 1 take more than 20 bytes");
  incoming_body from = body_of(field("a", "12345") + "--x--", 1000);
  multipart_reader form(from, form_fields_of_x);
  auto* part = co_await form.next();
  EXPECT_TRUE((co_await eddy::outcome(part->text(4))).has_error());
}

EDDY_TEST(multipart_reader, a_part_that_is_not_read_is_left_out) {
  incoming_body from =
      body_of(field("a", std::string(10'000, 'x')) + field("b", "2") + "--x--", 99);
  multipart_reader form(from, form_fields_of_x);
  (void)co_await form.next();
  multipart_part* const second = co_await form.next();
  EXPECT_EQ(second->name(), "b");
  EXPECT_EQ(co_await second->text(), "2");
  EXPECT_EQ(co_await form.next(), nullptr);
  EXPECT_EQ(co_await form.next(), nullptr);
}

EDDY_TEST(multipart_reader, reads_what_form_data_writes) {
  form_data form;
  form.add_field("a \"b\"\r\nc", "1").add_field("file", "text", {.file_name = "x y.txt"});
  body sent = body::multipart(std::move(form));
  std::string text;
  auto pieces = sent.open();
  while (const auto* piece = co_await pieces.next()) text += *piece;
  EXPECT_EQ(co_await read(text, headers{{"Content-Type", sent.content_type()}}),
            "a \"b\"\r\nc=1;file/x y.txt=text;");
}

/// Gives nothing at every second call, until that is given up.
class halting_source final : public detail::body_source {
 public:
  explicit halting_source(std::string text) : text_(std::move(text)) {}
  task<std::optional<std::string_view>> next() override {
    if (std::exchange(halts_, !halts_)) co_await sleep(std::chrono::hours(1));
    const std::string_view piece = std::string_view(text_).substr(at_, 1);
    at_ += piece.size();
    co_return piece.empty() ? std::nullopt : std::optional(piece);
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override { return {}; }

 private:
  std::string text_;
  std::size_t at_ = 0;
  bool halts_ = false;
};

template <class Ask>
auto asked_again(Ask ask) -> task<typename decltype(ask())::value_type> {
  for (;;) {
    if (auto got = co_await wait_for_optional(ask(), std::chrono::seconds(1))) {
      co_return *std::move(got);
    }
  }
}

EDDY_TEST(multipart_reader, a_wait_that_is_given_up_anywhere_loses_nothing) {
  incoming_body from(std::make_unique<halting_source>(
      "--x  \r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x\r\n"
      "Content-Disposition: form-data; name=b\r\n\r\n23\r\n--x--"));
  multipart_reader form(from, form_fields_of_x);
  std::string all;
  while (auto* part = co_await asked_again([&] { return form.next(); })) {
    all += part->name() + "=";
    while (const auto piece = co_await asked_again([&] { return part->next(); })) all += *piece;
    all += ";";
  }
  EXPECT_EQ(all, "a=1;b=23;");
}

}  // namespace
}  // namespace eddy::http
