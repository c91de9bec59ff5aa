// SPDX-License-Identifier: MIT
//
// The loop of a game server over UDP: players send what they do, and 100 times a second the world
// moves on and all of them are sent what it looks like. A lost datagram does not matter, for the
// next one says it all; a player who is silent for too long has left.
#include <array>
#include <chrono>
#include <eddy/core/loop.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/io/udp.hpp>
#include <iostream>
#include <map>
#include <string>
#include <vector>

using namespace std::chrono_literals;
namespace udp = eddy::udp;

// snippet: tick
class game {
 public:
  explicit game(udp::socket& socket) : socket_(socket) {}

  /// Plays until cancelled.
  eddy::task<> play() {
    co_await eddy::with_task_group([this](eddy::task_group& group) -> eddy::task<> {
      group.create_task(&game::gather_inputs, this);
      eddy::time_point next = eddy::loop::current()->now();
      for (;;) {
        // Not `sleep(tick)`: the work of each tick would make the next one late.
        next += tick;
        co_await eddy::sleep_until(next);
        advance();
        co_await send_snapshots();
      }
    });
  }

 private:
  static constexpr auto tick = 10ms;
  static constexpr auto patience = 200ms;

  struct player {
    std::string name;
    int wish = 0;  // where it asked to go, since the last tick
    int position = 0;
    eddy::time_point last_heard;
  };

  /// Between ticks inputs are only noted down: each tick sees all of them or none.
  eddy::task<> gather_inputs() {
    std::array<std::array<std::byte, 64>, 32> buffers;
    std::array<udp::incoming, 32> inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i].buffer = buffers[i];
    for (;;) {
      const std::size_t count = co_await socket_.receive_many(inputs);
      for (const udp::incoming& input : std::span(inputs).first(count)) note(input);
    }
  }

  // `Ada >` or `Ada <` moves her, `Ada .` says that she is still there.
  void note(const udp::incoming& input) {
    const auto [size, from, truncated] = input.datagram;
    const std::string_view text(reinterpret_cast<const char*>(input.buffer.data()), size);
    if (truncated || size < 3) return;  // not one of ours
    player& p = players_[from];
    p.name = text.substr(0, size - 2);
    p.last_heard = eddy::loop::current()->now();
    if (text.back() == '>') p.wish = 1;
    if (text.back() == '<') p.wish = -1;
  }

  void advance() {
    const auto oldest = eddy::loop::current()->now() - patience;
    std::erase_if(players_, [&](const auto& p) { return p.second.last_heard < oldest; });
    for (auto& [from, p] : players_) p.position += std::exchange(p.wish, 0);
  }

  eddy::task<> send_snapshots() {
    snapshot_.clear();
    for (const auto& [from, p] : players_) {
      snapshot_ += p.name + '=' + std::to_string(p.position) + ' ';
    }
    outgoing_.clear();
    for (const auto& [from, p] : players_) {
      outgoing_.push_back({.bytes = std::as_bytes(std::span(snapshot_)), .to = from});
    }
    co_await socket_.send_many(outgoing_);
  }

  udp::socket& socket_;
  std::map<eddy::endpoint, player> players_;
  std::string snapshot_;
  std::vector<udp::outgoing> outgoing_;
};
// end snippet

/// Asks for `input` until what the server shows has `wanted` in it, or no longer has.
eddy::task<> until_shown(udp::socket& socket, std::string input, std::string wanted,
                         bool there = true) {
  std::array<char, 1024> buffer;
  for (;;) {
    co_await socket.send(input);
    const udp::received got = co_await socket.receive_from(buffer);
    if (std::string_view(buffer.data(), got.size).contains(wanted) == there) co_return;
  }
}

eddy::task<> play() {
  udp::socket server = udp::bind({eddy::ip_address::loopback_v4(), 0});
  game world(server);
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto playing = group.create_task(&game::play, &world);
    udp::socket ada = co_await udp::connect(server.local_endpoint());
    udp::socket bob = co_await udp::connect(server.local_endpoint());

    co_await until_shown(ada, "Ada >", "Ada=5");
    std::cout << "Ada is at 5\n";
    co_await until_shown(bob, "Bob <", "Bob=-3");
    std::cout << "Bob is at -3\n";
    co_await until_shown(bob, "Bob .", "Ada=");
    std::cout << "Bob sees Ada, who says nothing any more\n";
    co_await until_shown(bob, "Bob .", "Ada=", false);
    std::cout << "Ada has left\n";
    playing.cancel();
  });
}

int main() { return eddy::run(play); }
