// SPDX-License-Identifier: MIT
// The parts of a URL that carry a user's text: a query, and a segment of a path.
#include <iostream>
#include <string>

#include <eddy/codec/percent.hpp>

int main() {
  for (const auto& [name, value] : eddy::parse_form("q=kettle+%26+lamp&page=2")) {
    std::cout << name << ": " << value << '\n';
  }
  const std::string path = "/files/" + eddy::percent_encode("50% off/summer.txt");
  std::cout << path << '\n' << eddy::percent_decode(path) << '\n';
}
