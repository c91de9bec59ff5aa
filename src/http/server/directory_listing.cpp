// SPDX-License-Identifier: MIT
#include <http/server/directory_listing.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <eddy/codec/percent.hpp>
#include <eddy/io/fs.hpp>

namespace eddy::http::detail {
namespace {

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

}  // namespace

task<server_reply> list_directory(std::string folder, std::string shown_as, bool hidden_files) {
  std::vector<fs::entry> entries = co_await fs::list(std::move(folder));
  if (!hidden_files) {
    std::erase_if(entries, [](const fs::entry& e) { return e.name.starts_with('.'); });
  }
  std::ranges::sort(entries, {}, [](const fs::entry& e) {
    return std::pair(e.type != file_type::directory, std::string_view(e.name));
  });
  const std::string heading = escaped(percent_decode(shown_as));
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title></head>\n"
      "<body>\n<h1>{0}</h1>\n<ul>\n",
      heading);
  for (const fs::entry& e : entries) {
    const std::string_view slash = e.type == file_type::directory ? "/" : "";
    fmt::format_to(std::back_inserter(page), "<li><a href=\"./{}{}\">{}{}</a></li>\n",
                   percent_encode(e.name), slash, escaped(e.name), slash);
  }
  page += "</ul>\n</body></html>\n";
  co_return server_reply::html(200, std::move(page));
}

}  // namespace eddy::http::detail
