// SPDX-License-Identifier: MIT
#include <http/websocket/extensions.hpp>
#include <stdexcept>

#include "splits.hpp"

using namespace eddy;
using namespace eddy::http::websocket;

namespace {

http::headers fields(std::string_view value) { return {{"Sec-WebSocket-Extensions", value}}; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto chosen = detail::choose_deflate(fields(fuzz::as_text(data, size)));
    if (!chosen) return 0;
    const auto answer = fields(detail::deflate_answer(*chosen));
    fuzz::require(detail::read_deflate_answer(answer) == chosen,
                  "a client understands what a server answers");
  } catch (const std::invalid_argument&) {
    // No list of extensions, or no field at all.
  }
  return 0;
}
