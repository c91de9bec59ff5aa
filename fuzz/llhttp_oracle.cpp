// SPDX-License-Identifier: MIT
#include "llhttp_oracle.hpp"

#include <algorithm>
#include <utility>

#include "splits.hpp"

namespace eddy::fuzz {

namespace {

// What llhttp leaves to its user to know.
bool has_no_body(llhttp_t* parser) {
  const int status = llhttp_get_status_code(parser);
  return llhttp_get_type(parser) == HTTP_RESPONSE &&
         (status / 100 == 1 || status == 204 || status == 304);
}

}  // namespace

bool llhttp_message::is(const http::testing::message& ours) const {
  const auto same_field = [](const http::field& a, const auto& b) {
    return a.name == b.first && a.value == b.second;
  };
  // Closing where the other would go on confuses nobody.
  const bool goes_on_alike = keep_alive || !ours.keep_alive;
  return start_line == ours.start_line && body == ours.body && goes_on_alike &&
         std::ranges::equal(ours.fields, fields, same_field);
}

llhttp_reader::llhttp_reader(llhttp_type_t type, std::string_view wire, bool ends_with_head)
    : ends_with_head_(ends_with_head) {
  llhttp_init(&parser_, type, &settings_);
  parser_.data = this;
  run(wire);
}

llhttp_settings_t llhttp_reader::settings() {
  llhttp_settings_t s;
  llhttp_settings_init(&s);
  s.on_message_begin = [](llhttp_t* p) {
    of(p).current_ = {};
    of(p).target_.clear();
    of(p).head_complete_ = false;
    return 0;
  };
  const auto append = [](std::string& to, const char* at, std::size_t size) {
    to.append(at, size);
    return 0;
  };
  static const auto append_to = append;
  s.on_url = [](llhttp_t* p, const char* at, std::size_t n) {
    return append_to(of(p).target_, at, n);
  };
  s.on_status = s.on_url;  // the reason of a response
  s.on_header_field = [](llhttp_t* p, const char* at, std::size_t n) {
    return append_to(of(p).name_, at, n);
  };
  s.on_header_value = [](llhttp_t* p, const char* at, std::size_t n) {
    return append_to(of(p).value_, at, n);
  };
  s.on_header_value_complete = [](llhttp_t* p) { return of(p).finish_field(), 0; };
  s.on_headers_complete = [](llhttp_t* p) {
    of(p).finish_head();
    return of(p).ends_with_head_ || has_no_body(p) ? 1 : 0;
  };
  s.on_body = [](llhttp_t* p, const char* at, std::size_t n) {
    return append_to(of(p).current_.body, at, n);
  };
  s.on_message_complete = [](llhttp_t* p) { return of(p).finish_message(), 0; };
  return s;
}

void llhttp_reader::run(std::string_view wire) {
  while (!wire.empty()) {
    error_ = llhttp_execute(&parser_, wire.data(), wire.size());
    if (error_ != HPE_PAUSED_UPGRADE) break;
    // It would hand over to another protocol; we go on with HTTP, as a server may.
    wire.remove_prefix(static_cast<std::size_t>(llhttp_get_error_pos(&parser_) - wire.data()));
    llhttp_resume_after_upgrade(&parser_);
    error_ = HPE_OK;
  }
  if (error_ == HPE_OK && llhttp_finish(&parser_) == HPE_OK && closed_) {
    error_ = HPE_CLOSED_CONNECTION;
  }
}

void llhttp_reader::finish_field() {
  value_.resize(value_.find_last_not_of(" \t") + 1);
  if (!head_complete_) current_.fields.emplace_back(name_, value_);  // trailers are not kept
  name_.clear();
  value_.clear();
}

void llhttp_reader::finish_head() {
  head_complete_ = true;
  const bool is_request = llhttp_get_type(&parser_) == HTTP_REQUEST;
  const std::string version = llhttp_get_http_minor(&parser_) == 1 ? "1.1" : "1.0";
  current_.start_line =
      is_request ? std::string(llhttp_method_name(
                       static_cast<llhttp_method_t>(llhttp_get_method(&parser_)))) +
                       ' ' + target_ + ' ' + version
                 : version + ' ' + std::to_string(llhttp_get_status_code(&parser_)) + ' ' + target_;
}

void llhttp_reader::finish_message() {
  current_.keep_alive = llhttp_should_keep_alive(&parser_) != 0;
  const int status = llhttp_get_status_code(&parser_);
  const bool interim = llhttp_get_type(&parser_) == HTTP_RESPONSE && status / 100 == 1;
  if (!interim || status == 101) {
    messages_.push_back(std::move(current_));
  } else if (!current_.keep_alive) {
    closed_ = true;
  }
}

void require_same_messages(const http::testing::transcript& ours, const llhttp_reader& theirs,
                           bool (*tolerates)(llhttp_errno_t error)) {
  const std::size_t both = std::min(ours.messages.size(), theirs.messages().size());
  for (std::size_t i = 0; i < both; ++i) {
    require(theirs.messages()[i].is(ours.messages[i]), "llhttp reads the same message");
  }
  require(both == ours.messages.size() || tolerates(theirs.error()),
          "llhttp sees each message, or refuses it for a known reason");
}

}  // namespace eddy::fuzz
