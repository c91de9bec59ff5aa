// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/http/body.hpp>

namespace eddy::http {

/// What else is said of a part of a form.
struct form_part_options {
  std::optional<std::string> file_name = {};  ///< makes it a file, as chosen in a browser
  std::string content_type = {};              ///< empty: that of its body, if it has one
};

/// A form with files in it, part by part, to be sent as `body::multipart(std::move(form))`.
///
/// Example: `form.add_field("photo", co_await http::body::file("me.png"), {.file_name = "me.png"})`
class form_data {
 public:
  form_data();

  /// Adds a part after the others. Names of parts and files are any text: what would end them is
  /// written as browsers write it.
  ///
  /// Errors: throws `std::invalid_argument` for a content type with control bytes.
  form_data& add_field(std::string_view name, body content, const form_part_options& options = {});

 private:
  friend class body;

  struct part {
    std::string head;
    body content;
  };
  struct parts {
    std::vector<part> list;
    std::string end;
  };
  [[nodiscard]] static body_stream pieces_of(std::shared_ptr<parts> of);

  std::string boundary_;
  parts parts_;
};

}  // namespace eddy::http
