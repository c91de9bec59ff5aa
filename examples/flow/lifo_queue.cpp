// SPDX-License-Identifier: MIT
// Walks a tree depth first: of the places found, the newest is visited next.
#include <iostream>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/flow/lifo_queue.hpp>

namespace {

eddy::task<> start() {
  eddy::lifo_queue<std::string> to_visit;
  co_await to_visit.put("/");
  while (!to_visit.empty()) {
    const std::string place = co_await to_visit.get();
    std::cout << place << '\n';
    if (place.size() > 4) continue;
    for (const char* child : {"b/", "a/"}) co_await to_visit.put(place + child);
  }
}

}  // namespace

int main() { return eddy::run(start); }
