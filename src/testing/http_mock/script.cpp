// SPDX-License-Identifier: MIT
#include "script.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace eddy::testing {

void mock_script::add(std::string method, std::string target, mock_reply reply) {
  turns_[{std::move(method), std::move(target)}].replies.push_back(std::move(reply));
}

const mock_reply& mock_script::next(std::string_view method, std::string_view target) {
  turns* found = find(method, target);
  if (found == nullptr && method == "HEAD") found = find("GET", target);
  if (found == nullptr) return not_found(method, target);
  return found->replies[std::min(found->given++, found->replies.size() - 1)];
}

mock_script::turns* mock_script::find(std::string_view method, std::string_view target) {
  for (const auto wanted : {target, target.substr(0, target.find('?'))}) {
    const auto at = turns_.find({std::string(method), std::string(wanted)});
    if (at != turns_.end()) return &at->second;
  }
  return nullptr;
}

const mock_reply& mock_script::not_found(std::string_view method, std::string_view target) {
  std::string text = fmt::format("http_mock: nobody said what to answer to {} {}", method, target);
  for (const auto& [key, ignored] : turns_) text += fmt::format("\n  {} {}", key.first, key.second);
  return missing_.emplace_back(mock_reply{.status = 404, .body = std::move(text) + "\n"});
}

}  // namespace eddy::testing
