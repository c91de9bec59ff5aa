// SPDX-License-Identifier: MIT
// Reads a JSON document, changes it and writes it again.
#include <string>

#include <fmt/core.h>

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
  fmt::print("{}\n", json::write(order));

  try {
    (void)order["price"];
  } catch (const json::access_error& error) {
    fmt::print("{}\n", error.what());
  }
  try {
    (void)json::parse("{\n  \"id\": 7,\n}");
  } catch (const json::parse_error& error) {
    fmt::print("{}\n", error.what());
  }
  // end snippet
}
