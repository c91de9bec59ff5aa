// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <utility>

#include <eddy/core/error.hpp>
#include <eddy/http/body.hpp>
#include <eddy/http/multipart.hpp>
#include <eddy/io/file.hpp>
#include <eddy/testing/test.hpp>
#include <temporary_folder.hpp>

namespace eddy::http {
namespace {

task<std::string> all_of(body& sent) {
  std::string text;
  auto pieces = sent.open();
  while (const auto* piece = co_await pieces.next()) text += *piece;
  co_return text;
}

body_stream two_pieces() {
  co_yield "one";
  co_yield "two";
}

EDDY_TEST(outgoing_body, a_form_is_encoded_as_browsers_do) {
  body sent = body::form({{"name", "Ada & Co"}, {"q", "a+b=c"}, {"ö", ""}, {"kept", "~-._"}});
  EXPECT_EQ(co_await all_of(sent), "name=Ada+%26+Co&q=a%2Bb%3Dc&%C3%B6=&kept=~-._");
  EXPECT_EQ(sent.content_type(), "application/x-www-form-urlencoded");
  EXPECT_TRUE(sent.repeatable());
  EXPECT_TRUE(body::form(form_fields()).empty());
}

EDDY_TEST(outgoing_body, a_multipart_form_has_a_head_for_each_part) {
  form_data form;
  form.add_field("name", "Ada");
  form.add_field("a \"b\"\r\n", "x", {.file_name = "c:\\\"d\".txt", .content_type = "text/plain"});
  body sent = body::multipart(std::move(form));
  const std::string type = sent.content_type();
  EXPECT_TRUE(type.starts_with("multipart/form-data; boundary=eddy-"));
  const std::string boundary = "--" + type.substr(type.find("eddy-"));
  const std::string text = co_await all_of(sent);
  EXPECT_EQ(text, boundary + "\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nAda\r\n" +
                      boundary +
                      "\r\nContent-Disposition: form-data; name=\"a %22b%22%0D%0A\"; "
                      "filename=\"c:\\%22d%22.txt\"\r\nContent-Type: text/plain\r\n\r\nx\r\n" +
                      boundary + "--\r\n");
  EXPECT_EQ(sent.size(), text.size());
  EXPECT_EQ(co_await all_of(sent), text) << "it can be sent again";
}

EDDY_TEST(outgoing_body, two_forms_have_different_boundaries) {
  EXPECT_NE(body::multipart(form_data()).content_type(),
            body::multipart(form_data()).content_type());
  co_return;
}

EDDY_TEST(outgoing_body, a_form_is_repeatable_and_sized_if_its_parts_are) {
  form_data once;
  once.add_field("a", body::stream(two_pieces(), 6));
  body sent = body::multipart(std::move(once));
  EXPECT_FALSE(sent.repeatable());
  const auto size = sent.size();
  const std::string text = co_await all_of(sent);
  EXPECT_EQ(size, text.size());
  EXPECT_NE(text.find("\r\n\r\nonetwo\r\n--"), text.npos);

  form_data endless;
  endless.add_field("a", "b");
  endless.add_field("c", body::stream(two_pieces));
  const body other = body::multipart(std::move(endless));
  EXPECT_TRUE(other.repeatable());
  EXPECT_EQ(other.size(), std::nullopt);
}

EDDY_TEST(outgoing_body, a_part_cannot_smuggle_fields_in) {
  form_data form;
  EXPECT_THROW(form.add_field("a", "b", {.content_type = "text/plain\r\nX-Evil: 1"}),
               std::invalid_argument);
  co_return;
}

EDDY_TEST(outgoing_body, its_type_cannot_smuggle_fields_in) {
  body text = "x";
  EXPECT_THROW(text.set_content_type("text/plain\r\nX-Evil: 1"), std::invalid_argument);
  EXPECT_EQ(text.content_type(), "");
  co_return;
}

EDDY_IO_TEST(outgoing_body, a_file_is_read_each_time_it_is_sent) {
  const eddy::testing::temporary_folder folder;
  const std::string path = folder.path() / "data.png";
  const std::string text(200'000, 'x');
  co_await write_file(path, text);
  body sent = co_await body::file(path);
  EXPECT_EQ(sent.size(), text.size());
  EXPECT_TRUE(sent.repeatable());
  EXPECT_EQ(sent.content_type(), "image/png");
  EXPECT_EQ(co_await all_of(sent), text);
  EXPECT_EQ(co_await all_of(sent), text);

  co_await write_file(path, text + "more");
  EXPECT_EQ(co_await all_of(sent), text) << "as much as was promised";
  co_await write_file(path, "less");
  try {
    (void)co_await all_of(sent);
    ADD_FAILURE() << "a file that shrank was sent";
  } catch (const std::runtime_error& e) {
    EXPECT_EQ(
        std::string(e.what()),
        "body::file " + path + ": it has shrunk from 200000 to 4 bytes while it was being sent");
  }
}

EDDY_IO_TEST(outgoing_body, a_file_that_is_not_there_fails_before_anything_is_sent) {
  EXPECT_THROW((void)co_await body::file("/nosuch/file"), io_error);
}

}  // namespace
}  // namespace eddy::http
