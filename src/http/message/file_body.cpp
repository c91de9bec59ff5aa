// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/http/body.hpp>
#include <eddy/io/file.hpp>
#include <http/message/media_types.hpp>

namespace eddy::http {
namespace {

body_stream pieces_of(std::string path, std::uint64_t size) {
  constexpr std::size_t at_once = std::size_t{64} * 1024;
  const auto buffer = std::make_unique_for_overwrite<char[]>(at_once);
  eddy::file source = co_await eddy::file::open(path);
  for (std::uint64_t left = size; left > 0;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, at_once));
    const std::size_t count = co_await source.read_some(std::span(buffer.get(), wanted));
    if (count == 0) {
      throw std::runtime_error(
          fmt::format("body::file {}: it has shrunk from {} to {} bytes while it was being sent",
                      path, size, size - left));
    }
    left -= count;
    co_yield std::string_view(buffer.get(), count);
  }
}

}  // namespace

task<body> body::file(std::string path) {
  eddy::file source = co_await eddy::file::open(path);
  const std::uint64_t size = co_await source.size();
  const auto type = detail::media_type_of(path);
  body made = stream([path = std::move(path), size] { return pieces_of(path, size); }, size);
  made.set_content_type(std::string(type));
  co_return made;
}

}  // namespace eddy::http
