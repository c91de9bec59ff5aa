// SPDX-License-Identifier: MIT
#include <http/websocket/deflate.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include <fmt/core.h>

#include <http/websocket/frame.hpp>

namespace eddy::http::websocket::detail {
namespace {

// A sender leaves out the end of the empty block with which a flush ends.
constexpr std::string_view end_of_flush("\x00\x00\xff\xff", 4);

constexpr std::size_t piece_size = std::size_t{8} * 1024;

// Together with the window this is what a connection costs: 32 KiB with a window of 12 bits, where
// zlib's own default is 256 KiB.
constexpr int memory_level = 5;

Bytef* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // only read
}

uInt at_once(std::string_view text) noexcept {
  return static_cast<uInt>(std::min<std::size_t>(text.size(), std::numeric_limits<uInt>::max()));
}

}  // namespace

deflater::deflater(deflate_direction way) : way_(way) {
  if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -way.window_bits, memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

deflater::~deflater() { deflateEnd(&stream_); }

void deflater::append(std::string_view text, std::string& out) {
  if (text.empty()) {  // zlib flushes nothing where nothing has come since the last flush
    out += end_of_flush.front();
    return;
  }
  std::array<char, piece_size> piece;
  do {
    stream_.next_in = bytes_of(text);
    const uInt given = stream_.avail_in = at_once(text);
    const int flush = given == text.size() ? Z_SYNC_FLUSH : Z_NO_FLUSH;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = piece.size();
      deflate(&stream_, flush);
      out.append(piece.data(), piece.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    text.remove_prefix(given);
  } while (!text.empty());
  out.resize(out.size() - end_of_flush.size());
  if (!way_.keeps_context) deflateReset(&stream_);
}

inflater::inflater(deflate_direction way) : way_(way) {
  if (inflateInit2(&stream_, -way.window_bits) != Z_OK) throw std::bad_alloc();
}

inflater::~inflater() { inflateEnd(&stream_); }

void inflater::append(std::string_view piece, std::string& out, std::size_t most) {
  std::array<char, piece_size> inflated;
  stream_.next_in = bytes_of(piece);
  stream_.avail_in = static_cast<uInt>(piece.size());
  for (;;) {
    stream_.next_out = reinterpret_cast<Bytef*>(inflated.data());
    stream_.avail_out = inflated.size();
    const int result = inflate(&stream_, Z_SYNC_FLUSH);
    out.append(inflated.data(), inflated.size() - stream_.avail_out);
    if (out.size() > most) return;
    switch (result) {
      case Z_OK:
      case Z_BUF_ERROR:  // nothing was left to do
        break;
      case Z_STREAM_END:
        begin_after_final_block();
        break;
      case Z_MEM_ERROR:
        throw std::bad_alloc();
      default:
        throw violation(
            close_code::invalid_text,
            fmt::format("a compressed message that is corrupt: {}",
                        stream_.msg != nullptr ? stream_.msg : "it needs a preset dictionary"));
    }
    if (stream_.avail_in == 0 && stream_.avail_out > 0) return;
  }
}

void inflater::finish(std::string& out, std::size_t most) {
  append(end_of_flush, out, most);
  if (!way_.keeps_context) inflateReset(&stream_);
}

// A sender may end a message with a block that says to be the last; others follow all the same, and
// may refer to what was before.
void inflater::begin_after_final_block() {
  std::array<Bytef, std::size_t{1} << MAX_WBITS> window;
  uInt size = 0;
  inflateGetDictionary(&stream_, window.data(), &size);
  inflateReset(&stream_);
  inflateSetDictionary(&stream_, window.data(), size);
}

}  // namespace eddy::http::websocket::detail
