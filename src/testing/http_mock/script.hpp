// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/testing/http_mock.hpp>

namespace eddy::testing {

/// What an `http_mock` is to answer.
class mock_script {
 public:
  void add(std::string method, std::string target, mock_reply reply);

  /// The answer whose turn it is, by the whole target or by its path. Lifetime: that of the script.
  [[nodiscard]] const mock_reply& next(std::string_view method, std::string_view target);

 private:
  struct turns {
    std::deque<mock_reply> replies;
    std::size_t given = 0;
  };

  [[nodiscard]] turns* find(std::string_view method, std::string_view target);
  [[nodiscard]] const mock_reply& not_found(std::string_view method, std::string_view target);

  std::map<std::pair<std::string, std::string>, turns> turns_;
  std::deque<mock_reply> missing_;
};

}  // namespace eddy::testing
