// SPDX-License-Identifier: MIT
#pragma once

#include <llhttp.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <http/message/transcript.hpp>

namespace eddy::fuzz {

/// A message as llhttp reads it, with fields that ours would refuse.
struct llhttp_message {
  std::string start_line;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  bool keep_alive = false;

  /// Whether eddy reads the same.
  [[nodiscard]] bool is(const http::testing::message& ours) const;
};

/// What llhttp, the parser of node, makes of a whole connection.
class llhttp_reader {
 public:
  llhttp_reader(llhttp_type_t type, std::string_view wire, bool ends_with_head = false);

  /// Without interim responses, and without those it did not come to the end of.
  [[nodiscard]] const std::vector<llhttp_message>& messages() const { return messages_; }
  /// Why it stopped before the end, if it did.
  [[nodiscard]] llhttp_errno_t error() const { return error_; }

 private:
  static llhttp_reader& of(llhttp_t* parser) { return *static_cast<llhttp_reader*>(parser->data); }
  [[nodiscard]] static llhttp_settings_t settings();
  void run(std::string_view wire);
  void finish_field();
  void finish_head();
  void finish_message();

  llhttp_settings_t settings_ = settings();
  llhttp_t parser_;
  bool ends_with_head_;
  std::vector<llhttp_message> messages_;
  llhttp_errno_t error_ = HPE_OK;
  bool closed_ = false;  // by an interim response
  // Of the message that is being read.
  llhttp_message current_;
  std::string target_;
  std::string name_;
  std::string value_;
  bool head_complete_ = false;
};

/// Requires that llhttp has read each of our messages alike, or stopped for a reason that
/// `tolerates` knows.
void require_same_messages(const http::testing::transcript& ours, const llhttp_reader& theirs,
                           bool (*tolerates)(llhttp_errno_t error));

}  // namespace eddy::fuzz
