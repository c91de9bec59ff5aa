// SPDX-License-Identifier: MIT
#include <eddy/http/static_files.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/outcome.hpp>
#include <eddy/http/date.hpp>
#include <eddy/testing/test.hpp>
#include <temporary_folder.hpp>

namespace eddy::http {
namespace {

namespace stdfs = std::filesystem;

/// A root with files in it, and a file beside the root that nobody must get.
class site {
 public:
  explicit site(static_files_options options = {}) {
    stdfs::create_directories(root());
    write("../secret.txt", "secret");
    write("index.html", "<h1>home</h1>");
    write("css/shop.css", "body {}");
    serve_ = static_files(root().string(), std::move(options));
  }

  [[nodiscard]] stdfs::path root() const { return folder_.path() / "root"; }
  void write(const std::string& name, std::string_view text) const {
    stdfs::create_directories((root() / name).parent_path());
    std::ofstream(root() / name, std::ios::binary) << text;
  }

  task<server_reply> get(std::string path, headers fields = {}, std::string method = "GET") const {
    server_request request;
    request.head.method = std::move(method);
    request.head.headers = std::move(fields);
    request.path = std::move(path);
    co_return co_await serve_(request);
  }

 private:
  eddy::testing::temporary_folder folder_;
  handler serve_;
};

task<std::string> text_of(server_reply& reply) {
  std::string text;
  auto pieces = reply.body.open();
  while (const auto* piece = co_await pieces.next()) text += *piece;
  co_return text;
}

EDDY_TEST(static_files, a_file_comes_with_its_type_and_validators) {
  const site s;
  server_reply reply = co_await s.get("/css/shop.css");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.get("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(reply.headers.get("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(reply.headers.get("Accept-Ranges"), "bytes");
  EXPECT_TRUE(reply.headers.contains("ETag"));
  EXPECT_TRUE(parse_date(reply.headers.get("Last-Modified").value_or("")));
  EXPECT_EQ(co_await text_of(reply), "body {}");
}

EDDY_TEST(static_files, how_long_a_file_may_be_kept_is_said_only_where_somebody_has_said_it) {
  const site silent;
  EXPECT_FALSE((co_await silent.get("/css/shop.css")).headers.contains("Cache-Control"));
  const site s({.cache_control = "max-age=60"});
  EXPECT_EQ((co_await s.get("/css/shop.css")).headers.get("Cache-Control"), "max-age=60");
}

EDDY_TEST(static_files, a_directory_is_answered_by_its_index) {
  const site s;
  server_reply reply = co_await s.get("/");
  EXPECT_EQ(reply.headers.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(co_await text_of(reply), "<h1>home</h1>");
  EXPECT_EQ((co_await s.get("/css/")).status, 404);
}

EDDY_TEST(static_files, the_route_says_which_part_of_the_path_is_looked_up) {
  const site s;
  const handler serve = static_files(s.root().string());
  server_request request;
  request.path = "/assets/css/shop.css";
  request.parameters = {{"*", "css/shop.css"}};
  EXPECT_EQ((co_await serve(request)).status, 200);
}

EDDY_TEST(static_files, a_directory_without_its_slash_is_a_redirect_on_the_same_host) {
  const site s;
  const server_reply reply = co_await s.get("/css");
  EXPECT_EQ(reply.status, 308);
  EXPECT_EQ(reply.headers.get("Location"), "./css/");
  // `//css` would be a host.
  EXPECT_EQ((co_await s.get("//css")).status, 404);
}

EDDY_TEST(static_files, nothing_outside_of_the_root_is_served) {
  const site s;
  for (const char* path :
       {"/../secret.txt", "/css/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
        "/css/%2e%2e%2f%2e%2e%2fsecret.txt", "/%2fetc/passwd", "//etc/passwd", "/./index.html",
        "/index.html%00.png", "/css//shop.css"}) {
    EXPECT_EQ((co_await s.get(path)).status, 404) << path;
  }
}

EDDY_TEST(static_files, links_are_followed_within_the_root_and_nowhere_else) {
  const site s;
  stdfs::create_symlink("css/shop.css", s.root() / "inside.css");
  stdfs::create_symlink("../secret.txt", s.root() / "outside.txt");
  stdfs::create_symlink("/etc", s.root() / "etc");
  stdfs::create_directory_symlink("..", s.root() / "up");
  EXPECT_EQ((co_await s.get("/inside.css")).status, 200);
  EXPECT_EQ((co_await s.get("/outside.txt")).status, 404);
  EXPECT_EQ((co_await s.get("/etc/passwd")).status, 404);
  EXPECT_EQ((co_await s.get("/up/secret.txt")).status, 404);
  EXPECT_EQ((co_await s.get("/up")).status, 404);
}

EDDY_TEST(static_files, hidden_files_are_served_only_where_asked_for) {
  const site careful;
  careful.write(".git/config", "x");
  careful.write(".env", "x");
  careful.write(".well-known/security.txt", "x");
  EXPECT_EQ((co_await careful.get("/.git/config")).status, 404);
  EXPECT_EQ((co_await careful.get("/.env")).status, 404);
  EXPECT_EQ((co_await careful.get("/.well-known/security.txt")).status, 200);
  const site open({.hidden_files = true});
  open.write(".env", "x");
  EXPECT_EQ((co_await open.get("/.env")).status, 200);
}

EDDY_TEST(static_files, pipes_and_unreadable_files_do_not_hold_it_up) {
  const site s;
  EXPECT_EQ(::mkfifo((s.root() / "pipe").c_str(), 0644), 0);
  EXPECT_EQ((co_await s.get("/pipe")).status, 404);
  s.write("closed.txt", "x");
  stdfs::permissions(s.root() / "closed.txt", stdfs::perms::none);
  if (::geteuid() != 0) {
    EXPECT_EQ((co_await s.get("/closed.txt")).status, 403);
  }
}

EDDY_TEST(static_files, a_known_state_is_not_sent_again) {
  const site s;
  const server_reply first = co_await s.get("/index.html");
  const std::string etag(*first.headers.get("ETag"));
  const std::string modified(*first.headers.get("Last-Modified"));
  const server_reply known = co_await s.get("/index.html", {{"If-None-Match", "\"x\", W/" + etag}});
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.headers.get("ETag"), etag);
  EXPECT_TRUE(known.body.empty());
  EXPECT_EQ((co_await s.get("/index.html", {{"If-None-Match", "\"x\""}})).status, 200);
  EXPECT_EQ((co_await s.get("/index.html", {{"If-Modified-Since", modified}})).status, 304);
  // The tag decides where both are there.
  EXPECT_EQ(
      (co_await s.get("/index.html", {{"If-None-Match", "\"x\""}, {"If-Modified-Since", modified}}))
          .status,
      200);
}

EDDY_TEST(static_files, a_condition_that_fails_is_a_412) {
  const site s;
  const server_reply first = co_await s.get("/index.html");
  const std::string etag(*first.headers.get("ETag"));
  EXPECT_EQ((co_await s.get("/index.html", {{"If-Match", "\"x\""}})).status, 412);
  EXPECT_EQ((co_await s.get("/index.html", {{"If-Match", "W/" + etag}})).status, 412);
  EXPECT_EQ((co_await s.get("/index.html", {{"If-Match", etag}})).status, 200);
  EXPECT_EQ((co_await s.get("/index.html", {{"If-Match", "*"}})).status, 200);
  const std::string_view long_ago = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_EQ((co_await s.get("/index.html", {{"If-Unmodified-Since", long_ago}})).status, 412);
}

EDDY_TEST(static_files, the_state_changes_with_the_contents) {
  const site s;
  const server_reply before = co_await s.get("/index.html");
  s.write("index.html", "<h1>home!</h1>");
  const server_reply after = co_await s.get("/index.html");
  EXPECT_NE(before.headers.get("ETag"), after.headers.get("ETag"));
}

EDDY_TEST(static_files, one_range_is_sent_as_a_part) {
  const site s;
  s.write("digits", "0123456789");
  const auto part = [&](std::string_view range) -> task<std::string> {
    server_reply reply = co_await s.get("/digits", {{"Range", range}});
    const std::string text = co_await text_of(reply);
    co_return std::to_string(reply.status) + " " +
        std::string(reply.headers.get("Content-Range").value_or("-")) + " " + text;
  };
  EXPECT_EQ(co_await part("bytes=2-4"), "206 bytes 2-4/10 234");
  EXPECT_EQ(co_await part("bytes=7-"), "206 bytes 7-9/10 789");
  EXPECT_EQ(co_await part("bytes=-3"), "206 bytes 7-9/10 789");
  EXPECT_EQ(co_await part("bytes=-99"), "206 bytes 0-9/10 0123456789");
  EXPECT_EQ(co_await part("Bytes=9-99999999999999999999"), "206 bytes 9-9/10 9");
  EXPECT_EQ(co_await part("bytes=10-"), "416 bytes */10 ");
  EXPECT_EQ(co_await part("bytes=-0"), "416 bytes */10 ");
  EXPECT_EQ(co_await part("bytes=0-1,4-5"), "200 - 0123456789");
  EXPECT_EQ(co_await part("bytes=4-2"), "200 - 0123456789");
  EXPECT_EQ(co_await part("bytes=a-b"), "200 - 0123456789");
  EXPECT_EQ(co_await part("lines=1-2"), "200 - 0123456789");
}

EDDY_TEST(static_files, a_range_of_another_state_gets_the_whole) {
  const site s;
  const server_reply first = co_await s.get("/index.html");
  const std::string etag(*first.headers.get("ETag"));
  const std::string modified(*first.headers.get("Last-Modified"));
  const auto status = [&](std::string_view state) -> task<int> {
    co_return (co_await s.get("/index.html", {{"Range", "bytes=0-1"}, {"If-Range", state}})).status;
  };
  EXPECT_EQ(co_await status(etag), 206);
  EXPECT_EQ(co_await status(modified), 206);
  EXPECT_EQ(co_await status("\"x\""), 200);
  EXPECT_EQ(co_await status("W/" + etag), 200);
  EXPECT_EQ(co_await status("Sun, 06 Nov 1994 08:49:37 GMT"), 200);
}

EDDY_TEST(static_files, a_large_file_is_read_piece_by_piece_as_it_is_sent) {
  const site s;
  std::string large;
  for (int i = 0; large.size() < 200'000; ++i) large += std::to_string(i);
  s.write("large.bin", large);
  server_reply reply = co_await s.get("/large.bin");
  EXPECT_EQ(reply.body.text(), nullptr);
  EXPECT_EQ(reply.body.size(), large.size());
  EXPECT_EQ(co_await text_of(reply), large);
  server_reply part = co_await s.get("/large.bin", {{"Range", "bytes=1000-150999"}});
  EXPECT_EQ(co_await text_of(part), large.substr(1000, 150'000));
}

EDDY_TEST(static_files, a_file_that_shrinks_while_it_is_sent_is_an_error) {
  const site s;
  s.write("large.bin", std::string(200'000, 'x'));
  server_reply reply = co_await s.get("/large.bin");
  stdfs::resize_file(s.root() / "large.bin", 100'000);
  const auto result = co_await eddy::outcome(text_of(reply));
  EXPECT_TRUE(result.has_error());
}

EDDY_TEST(static_files, head_reads_nothing_and_says_the_size) {
  const site s;
  const server_reply reply = co_await s.get("/index.html", {}, "HEAD");
  EXPECT_EQ(reply.body.size(), 13U);
  EXPECT_EQ(reply.body.text(), nullptr);
}

EDDY_TEST(static_files, a_compressed_sibling_answers_clients_that_take_it) {
  const site s({.precompressed = true});
  s.write("css/shop.css.br", "brotli");
  s.write("css/shop.css.gz", "gzip");
  const auto coding = [&](std::string_view accepted) -> task<std::string> {
    const server_reply reply = co_await s.get("/css/shop.css", {{"Accept-Encoding", accepted}});
    EXPECT_EQ(reply.headers.get("Vary"), "Accept-Encoding");
    EXPECT_EQ(reply.headers.get("Content-Type"), "text/css; charset=utf-8");
    co_return std::string(reply.headers.get("Content-Encoding").value_or("-"));
  };
  EXPECT_EQ(co_await coding("gzip, br"), "br");
  EXPECT_EQ(co_await coding("gzip, br;q=0"), "gzip");
  EXPECT_EQ(co_await coding("identity"), "-");
}

EDDY_TEST(static_files, a_listing_shows_what_is_there_and_escapes_it) {
  const site s({.index = "", .list_directories = true});
  s.write("a&b <c>.txt", "x");
  s.write(".hidden", "x");
  server_reply reply = co_await s.get("/");
  const std::string page = co_await text_of(reply);
  EXPECT_NE(page.find("<a href=\"./css/\">css/</a>"), page.npos) << page;
  EXPECT_NE(page.find("<a href=\"./a%26b%20%3Cc%3E.txt\">a&amp;b &lt;c&gt;.txt</a>"), page.npos)
      << page;
  EXPECT_EQ(page.find("hidden"), page.npos) << page;
  stdfs::create_directory_symlink("..", s.root() / "up");
  EXPECT_EQ((co_await s.get("/up/")).status, 404);
  EXPECT_EQ((co_await s.get("/none/")).status, 404);
}

TEST(static_files_root, is_needed) { EXPECT_THROW((void)static_files(""), std::invalid_argument); }

EDDY_TEST(static_files, methods_that_would_change_something_are_refused) {
  const site s;
  const server_reply reply = co_await s.get("/css/shop.css", {}, "DELETE");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.headers.get("Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace eddy::http
