// SPDX-License-Identifier: MIT
#include <zlib.h>

#include <array>
#include <stdexcept>
#include <utility>

#include <eddy/testing/http_mock.hpp>

namespace eddy::testing {
namespace {

/// Makes a gzip stream.
class gzip_writer {
 public:
  gzip_writer() {
    constexpr int with_gzip_header = 15 + 16;
    if (::deflateInit2(&stream_, Z_BEST_COMPRESSION, Z_DEFLATED, with_gzip_header, 9,
                       Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  gzip_writer(const gzip_writer&) = delete;
  gzip_writer& operator=(const gzip_writer&) = delete;
  ~gzip_writer() { ::deflateEnd(&stream_); }

  [[nodiscard]] std::string write(std::string_view text, int flush) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    std::string coded;
    std::array<char, 16 * 1024> piece;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = piece.size();
      ::deflate(&stream_, flush);
      coded.append(piece.data(), piece.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return coded;
  }

 private:
  z_stream stream_{};
};

void append_little_endian(std::string& out, std::uint32_t number) {
  for (int byte = 0; byte < 4; ++byte) out += static_cast<char>(number >> (8 * byte) & 0xff);
}

// After a full flush zlib starts afresh at a byte: a block of zeros that is compressed once can be
// repeated, and costs no time.
std::string zeros_compressed(std::uint64_t size) {
  constexpr std::size_t block_size = std::size_t{1} << 20;
  const std::string zeros(block_size, '\0');
  gzip_writer writer;
  std::string coded = writer.write({}, Z_FULL_FLUSH);
  const std::string block = writer.write(zeros, Z_FULL_FLUSH);
  uLong checksum = ::crc32(0, nullptr, 0);
  const auto count = [&](std::size_t bytes) {
    checksum = ::crc32(checksum, reinterpret_cast<const Bytef*>(zeros.data()), bytes);
  };
  const uLong of_block =
      ::crc32(checksum, reinterpret_cast<const Bytef*>(zeros.data()), block_size);
  std::uint64_t left = size;
  for (; left >= block_size; left -= block_size) {
    coded += block;
    checksum = ::crc32_combine(checksum, of_block, block_size);
  }
  const std::string_view rest = std::string_view(zeros).substr(0, left);
  coded += writer.write(rest, Z_FINISH);
  count(rest.size());
  // Of the trailer that zlib wrote, which knows of one block only.
  coded.resize(coded.size() - 8);
  append_little_endian(coded, static_cast<std::uint32_t>(checksum));
  append_little_endian(coded, static_cast<std::uint32_t>(size));
  return coded;
}

mock_reply gzipped(std::string coded) {
  return {.headers = {{"Content-Encoding", "gzip"}}, .body = std::move(coded)};
}

}  // namespace

mock_reply mock_reply::raw(std::string bytes, mock_fault then) {
  return {.body = std::move(bytes), .fault = then, .bare = true};
}

mock_reply mock_reply::redirect(std::string_view location, int status) {
  return {.status = status, .headers = {{"Location", location}}};
}

mock_reply mock_reply::gzip(std::string_view text) {
  return gzipped(gzip_writer().write(text, Z_FINISH));
}

mock_reply mock_reply::gzip_bomb(std::uint64_t size) { return gzipped(zeros_compressed(size)); }

}  // namespace eddy::testing
