// SPDX-License-Identifier: MIT
#include <eddy/http/body.hpp>

#include <stdexcept>
#include <utility>

#include <eddy/codec/json.hpp>
#include <http/message/text.hpp>

namespace eddy::http {
namespace {

body_stream one_piece(std::string_view text) { co_yield text; }

}  // namespace

body body::json(const json::value& document) {
  body made = json::write(document);
  made.content_type_ = "application/json";
  return made;
}

body body::stream(body_stream pieces, std::optional<std::uint64_t> size) {
  body made;
  made.once_ = std::move(pieces);
  made.size_ = size;
  return made;
}

body body::stream(std::function<body_stream()> open, std::optional<std::uint64_t> size) {
  body made;
  made.open_ = std::move(open);
  made.size_ = size;
  return made;
}

std::optional<std::uint64_t> body::size() const noexcept {
  return text() != nullptr ? text_.size() : size_;
}

void body::set_content_type(std::string type) {
  if (detail::has_control(type)) {
    throw std::invalid_argument("http::body: control bytes are not allowed in the content type " +
                                detail::quoted(type));
  }
  content_type_ = std::move(type);
}

body body::copy() const {
  body other;
  other.text_ = text_;
  other.open_ = open_;
  other.size_ = size_;
  other.content_type_ = content_type_;
  return other;
}

body_stream body::open() {
  if (once_) return std::move(*once_);
  if (open_) return open_();
  return one_piece(text_);
}

}  // namespace eddy::http
