// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>
#include <new>

#include <zlib.h>

#include <http/message/decompressor.hpp>

namespace eddy::http::detail {
namespace {

class inflater final : public decompressor {
 public:
  explicit inflater(content_coding coding)
      : decompressor(coding == content_coding::gzip ? "gzip" : "deflate"),
        is_gzip_(coding == content_coding::gzip) {}
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
  ~inflater() override {
    if (begun_) inflateEnd(&stream_);
  }

 private:
  step run(std::string_view input) override;
  void go_on_after_end(char first_byte) override;
  void begin(char first_byte);

  const bool is_gzip_;
  bool begun_ = false;
  z_stream stream_{};
};

void inflater::begin(char first_byte) {
  constexpr int gzip_wrapper = 16;
  int window = MAX_WBITS + gzip_wrapper;
  if (!is_gzip_) {
    // The standard says zlib's format; many servers send the bare one, which does not start like
    // it.
    const bool is_zlib = (first_byte & 0x0f) == Z_DEFLATED;
    window = is_zlib ? MAX_WBITS : -MAX_WBITS;
  }
  // Of the ways to fail only one is left: the library matches the header and the arguments are
  // good.
  if (inflateInit2(&stream_, window) != Z_OK) throw std::bad_alloc();
  begun_ = true;
}

void inflater::go_on_after_end(char first_byte) {
  constexpr char gzip_magic = 0x1f;
  if (!is_gzip_ || first_byte != gzip_magic) {
    corrupt("something follows the end of the compressed data");
  }
  inflateReset(&stream_);
}

inflater::step inflater::run(std::string_view input) {
  if (!begun_) begin(input.front());
  constexpr std::size_t largest = std::numeric_limits<uInt>::max();
  const auto available = static_cast<uInt>(std::min(input.size(), largest));
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));  // only read
  stream_.avail_in = available;
  stream_.next_out = reinterpret_cast<Bytef*>(piece().data());
  stream_.avail_out = piece().size();
  const int result = inflate(&stream_, Z_NO_FLUSH);
  switch (result) {
    case Z_OK:
    case Z_STREAM_END:
    case Z_BUF_ERROR:  // no progress is possible: zlib held nothing after all
      break;
    case Z_MEM_ERROR:
      throw std::bad_alloc();
    default:
      corrupt(stream_.msg != nullptr ? stream_.msg : "it needs a preset dictionary",
              available - stream_.avail_in);
  }
  return {.taken = available - stream_.avail_in,
          .written = piece().size() - stream_.avail_out,
          .ended = result == Z_STREAM_END,
          .has_more = result == Z_OK && stream_.avail_out == 0};
}

}  // namespace

std::unique_ptr<decompressor> make_inflater(content_coding coding) {
  return std::make_unique<inflater>(coding);
}

}  // namespace eddy::http::detail
