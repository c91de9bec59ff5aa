// SPDX-License-Identifier: MIT
#include <eddy/codec/percent.hpp>
#include <eddy/http/body.hpp>

namespace eddy::http {
namespace {

// As the URL standard has it for forms: a space is a `+`.
void append_form_encoded(std::string& out, std::string_view text) {
  for (;;) {
    const auto space = text.find(' ');
    out += percent_encode(text.substr(0, space));
    if (space == text.npos) return;
    out += '+';
    text.remove_prefix(space + 1);
  }
}

}  // namespace

body body::form(const form_fields& fields) {
  body made;
  for (const auto& [name, value] : fields) {
    if (!made.text_.empty()) made.text_ += '&';
    append_form_encoded(made.text_, name);
    made.text_ += '=';
    append_form_encoded(made.text_, value);
  }
  made.set_content_type("application/x-www-form-urlencoded");
  return made;
}

}  // namespace eddy::http
