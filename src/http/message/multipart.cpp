// SPDX-License-Identifier: MIT
#include <eddy/http/multipart.hpp>

#include <algorithm>
#include <memory>
#include <random>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <http/message/text.hpp>

namespace eddy::http {
namespace {

// Long enough that no content has it by chance, or can know it.
std::string random_boundary() {
  std::random_device random;
  return fmt::format("eddy-{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

// As the HTML standard has it: nothing else is escaped, and a backslash stays what it is.
std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    switch (c) {
      case '"':
        text += "%22";
        break;
      case '\r':
        text += "%0D";
        break;
      case '\n':
        text += "%0A";
        break;
      default:
        text += c;
    }
  }
  return text;
}

}  // namespace

form_data::form_data() : boundary_(random_boundary()) {
  parts_.end = fmt::format("--{}--\r\n", boundary_);
}

form_data& form_data::add_field(std::string_view name, body content,
                                const form_part_options& options) {
  std::string type = options.content_type.empty() ? content.content_type() : options.content_type;
  if (detail::has_control(type)) {
    throw std::invalid_argument(
        fmt::format("form_data: field {}: control bytes are not allowed in the content type {}",
                    detail::quoted(name), detail::quoted(type)));
  }
  std::string head =
      fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"", boundary_, escaped(name));
  if (options.file_name) head += fmt::format("; filename=\"{}\"", escaped(*options.file_name));
  head += "\r\n";
  if (!type.empty()) head += fmt::format("Content-Type: {}\r\n", type);
  head += "\r\n";
  parts_.list.push_back({.head = std::move(head), .content = std::move(content)});
  return *this;
}

body_stream form_data::pieces_of(std::shared_ptr<parts> of) {
  for (part& each : of->list) {
    co_yield std::string_view(each.head);
    auto pieces = each.content.open();
    while (const auto* piece = co_await pieces.next()) co_yield std::string_view(*piece);
    co_yield std::string_view("\r\n");
  }
  co_yield std::string_view(of->end);
}

body body::multipart(form_data form) {
  std::optional<std::uint64_t> size = form.parts_.end.size();
  for (const auto& [head, content] : form.parts_.list) {
    const auto of_content = content.size();
    if (!of_content) size.reset();
    if (size) *size += head.size() + *of_content + 2;
  }
  const bool repeatable = std::ranges::all_of(
      form.parts_.list, [](const auto& part) { return part.content.repeatable(); });
  std::string type = "multipart/form-data; boundary=" + form.boundary_;

  auto parts = std::make_shared<form_data::parts>(std::move(form.parts_));
  body made = repeatable ? stream([parts] { return form_data::pieces_of(parts); }, size)
                         : stream(form_data::pieces_of(parts), size);
  made.set_content_type(std::move(type));
  return made;
}

}  // namespace eddy::http
