// SPDX-License-Identifier: MIT
// Reads a JSON document, changes it and writes it again.
#include <array>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/codec/json.hpp>

namespace json = eddy::json;

int main() {
  // snippet: json
  json::value order =
      json::parse(R"({"id": 7, "rows": [{"sku": "A1", "count": 2}, {"sku": "B2"}]})");
  int pieces = 0;
  for (const json::value& row : order["rows"].as_array()) pieces += row.get_or("count", 1);
  order.set("pieces", pieces);
  order["rows"].push_back(json::object{{"sku", "C3"}, {"gift", true}});
  std::cout << json::write(order) << '\n';

  try {
    (void)order["price"];
  } catch (const json::access_error& error) {
    std::cout << error.what() << '\n';
  }
  try {
    (void)json::parse("{\n  \"id\": 7,\n}");
  } catch (const json::parse_error& error) {
    std::cout << error.what() << '\n';
  }
  // end snippet

  std::string line;  // of a log, say
  json::append_value(line, json::array{1, "two"});
  json::append_string(line, " a \"quoted\" text");
  const std::array<std::pair<std::string_view, std::string_view>, 1> members{{{"name", "Ada"}}};
  json::append_object(line, members);
  std::cout << line << '\n';
}
