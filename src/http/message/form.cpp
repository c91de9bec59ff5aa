// SPDX-License-Identifier: MIT
#include <eddy/http/body.hpp>
#include <http/message/text.hpp>

namespace eddy::http {
namespace {

// As the URL standard has it, which is not as URLs themselves have it: a space is a `+`.
void append_form_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (detail::is_letter(c) || detail::is_digit(c) || std::string_view("*-._").contains(c)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 0xf];
    }
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
