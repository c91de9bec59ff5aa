// SPDX-License-Identifier: MIT
// Pipelines: sources, adaptors, sinks; every plain one has its place here.
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <iostream>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/stream.hpp>

using namespace std::chrono_literals;
using namespace eddy;

bool is_even(int x) { return x % 2 == 0; }

void show(std::string name, const std::vector<int>& items) {
  std::cout << name << ':';
  for (const int x : items) std::cout << ' ' << x;
  std::cout << '\n';
}

// snippet: comprehension
task<std::vector<int>> squares_of_even_numbers() {
  co_return co_await (iota(1, 10) | filter(is_even) | transform([](int x) { return x * x; }) |
                      to<std::vector>());
}
// end snippet

// snippet: own-stream
/// A stream is anything with a next() that gives something like an optional.
class countdown {
 public:
  explicit countdown(int from) : left_(from) {}
  task<std::optional<int>> next() {
    co_await eddy::sleep(1s);
    if (left_ == 0) co_return std::nullopt;
    co_return left_--;
  }

 private:
  int left_;
};

task<> launch() {
  EDDY_FOR (const int seconds, countdown(3)) std::cout << seconds << "... ";
  std::cout << "lift-off\n";
}
// end snippet

// snippet: own-sink
/// The last `n` items of any stream.
template <async_iterable Stream>
task<std::deque<stream_value_t<Stream>>> last_items(Stream stream, std::size_t n) {
  std::deque<stream_value_t<Stream>> kept;
  EDDY_FOR (auto& item, stream) {
    kept.emplace_back(static_cast<stream_item_t<Stream>&&>(item));  // moves what is given
    if (kept.size() > n) kept.pop_front();
  }
  co_return kept;
}
// end snippet

task<> one_to_one() {
  for (const int x : co_await last_items(iota(1, 10), 2)) std::cout << "last " << x << '\n';
  show("take", co_await (iota(1) | take(3) | collect()));
  show("take_while", co_await (iota(1) | take_while([](int x) { return x < 4; }) | collect()));
  show("drop", co_await (from({1, 2, 3, 4}) | drop(2) | collect()));
  show("drop_while", co_await (from({2, 4, 5, 6}) | drop_while(is_even) | collect()));
  show("distinct", co_await (from({1, 2, 1, 3, 2}) | distinct() | collect()));
  show("scan", co_await (from({1, 2, 3, 4}) | scan(0, std::plus<>()) | collect()));
  co_await (from({7, 8}) | inspect([](int x) { std::cout << "inspect " << x << '\n'; }) |
            enumerate() | for_each([](const indexed<int&>& item) {
              std::cout << item.index << "=" << item.value << '\n';
            }));
}

task<> grouped_and_joined() {
  EDDY_FOR (const auto& items, iota(1, 6) | chunk(2)) show("chunk", items);
  EDDY_FOR (const auto& items, iota(1, 6) | window(3, 1)) show("window", items);
  show("flat_map",
       co_await (iota(1, 4) | flat_map([](int x) { return repeat(x, 2); }) | collect()));
  show("chain", co_await (chain(from({1}), empty<int>(), from({2, 3})) | collect()));
  EDDY_FOR (const auto& both, zip(iota(1), from({10, 20}))) {
    std::cout << "zip " << std::get<0>(both) << ' ' << std::get<1>(both) << '\n';
  }
  EDDY_FOR (const auto tick, interval(1s) | take(2)) std::cout << "interval " << tick << '\n';
}

task<> to_one() {
  std::cout << "count " << co_await (iota(0, 7) | count()) << '\n';
  std::cout << "reduce " << co_await (iota(1, 5) | reduce(1, std::multiplies<>())) << '\n';
  std::cout << "first " << *co_await (iota(3) | first()) << '\n';
  std::cout << "last " << *co_await (iota(0, 7) | last()) << '\n';
  std::cout << "all_of " << co_await (from({2, 4}) | all_of(is_even)) << '\n';
  std::cout << "any_of " << co_await (from({1, 3}) | any_of(is_even)) << '\n';
  std::cout << "to set " << (co_await (from({1, 1, 2}) | to<std::set<int>>())).size() << '\n';
}

task<> start() {
  show("squares", co_await squares_of_even_numbers());
  co_await launch();
  co_await one_to_one();
  co_await grouped_and_joined();
  co_await to_one();
}

int main() { return run(start, {.backend = backend_kind::sim}); }
