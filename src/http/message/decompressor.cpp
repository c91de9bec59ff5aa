// SPDX-License-Identifier: MIT
#include <http/message/decompressor.hpp>

#include <fmt/core.h>

#include <eddy/http/error.hpp>

namespace eddy::http::detail {

std::string_view decompressor::decode(std::string_view& input) {
  while (!input.empty() || has_more_) {
    if (ended_) go_on_after_end(input.front());
    const step done = run(input);
    taken_ += done.taken;
    input.remove_prefix(done.taken);
    ended_ = done.ended;
    has_more_ = done.has_more;
    if (done.written > 0) return {piece_.data(), done.written};
  }
  return {};
}

void decompressor::finish() const {
  if (taken_ == 0 || ended_) return;  // nothing at all is how a server sends an empty body
  throw protocol_error(
      protocol_fault::truncated,
      fmt::format("{} body: truncated: it stops inside the compressed data, after {} bytes",
                  coding_, taken_));
}

void decompressor::corrupt(std::string_view problem, std::size_t taken) const {
  throw protocol_error(
      protocol_fault::bad_encoding,
      fmt::format("{} body: corrupt after {} bytes: {}", coding_, taken_ + taken, problem));
}

}  // namespace eddy::http::detail
