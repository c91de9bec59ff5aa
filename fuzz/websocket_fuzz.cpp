// SPDX-License-Identifier: MIT
#include <http/websocket/message_reader.hpp>
#include <string>
#include <utility>

#include "splits.hpp"

using namespace eddy;
using namespace eddy::http::websocket;

namespace {

constexpr std::size_t limit = 300;  // small, so that the fuzzer reaches it

struct result {
  std::string seen;
  bool failed = false;
};

result read(const detail::message_reader::settings& with,
            const std::vector<std::string_view>& pieces) {
  result got;
  detail::message_reader reader(with);
  try {
    for (std::string_view piece : pieces) {
      while (auto next = reader.next(piece)) {
        fuzz::require(next->op != detail::opcode::continuation, "only whole messages come out");
        fuzz::require(
            next->data.size() <=
                (detail::is_control(next->op) ? detail::most_in_control_frame : with.max_message),
            "the limits are kept");
        got.seen += static_cast<char>(next->op) + next->data + ';';
        if (next->op == detail::opcode::close) (void)detail::parse_close(next->data);
      }
      fuzz::require(piece.empty(), "all input is used up");
    }
  } catch (const detail::violation&) {
    got.failed = true;
  }
  return got;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::as_text(data, size);
  for (const auto us : {detail::role::client, detail::role::server}) {
    for (const bool deflate : {false, true}) {
      detail::message_reader::settings with{.us = us, .max_message = limit};
      if (deflate) with.deflate.emplace();
      const result whole = read(with, {bytes});
      for (const auto& pieces : fuzz::splits(bytes)) {
        const result cut = read(with, pieces);
        fuzz::require(cut.seen == whole.seen && cut.failed == whole.failed,
                      "the result does not depend on how the input is cut");
      }
    }
  }
  return 0;
}
