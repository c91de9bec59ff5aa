// SPDX-License-Identifier: MIT
#include <http/message/encoder.hpp>

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cassert>
#include <new>

namespace eddy::http::detail {
namespace {

// What answers made on the fly are worth: about half of a library's best, at several times the
// speed.
constexpr int gzip_level = 6;
constexpr int brotli_quality = 4;
constexpr int zstd_level = 3;

constexpr std::size_t room = std::size_t{16} * 1024;

class gzip_encoder final : public encoder {
 public:
  gzip_encoder() {
    constexpr int gzip_window = 15 + 16;
    constexpr int usual_memory = 8;
    if (deflateInit2(&stream_, gzip_level, Z_DEFLATED, gzip_window, usual_memory,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~gzip_encoder() override { deflateEnd(&stream_); }

  void encode(std::string_view input, std::string& out, step next) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    std::array<char, room> piece;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(piece.size());
      deflate(&stream_, next == step::end ? Z_FINISH : Z_SYNC_FLUSH);
      out.append(piece.data(), piece.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

 private:
  z_stream stream_{};
};

class brotli_encoder final : public encoder {
 public:
  brotli_encoder() : state_(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (!state_) throw std::bad_alloc();
    BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_QUALITY, brotli_quality);
  }

  void encode(std::string_view input, std::string& out, step next) override {
    const auto operation = next == step::end ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_FLUSH;
    std::size_t left = input.size();
    const auto* from = reinterpret_cast<const std::uint8_t*>(input.data());
    do {
      std::size_t no_room = 0;
      if (!BrotliEncoderCompressStream(state_.get(), operation, &left, &from, &no_room, nullptr,
                                       nullptr)) {
        throw std::bad_alloc();
      }
      std::size_t size = 0;
      const std::uint8_t* made = BrotliEncoderTakeOutput(state_.get(), &size);
      out.append(reinterpret_cast<const char*>(made), size);
    } while (left > 0 || BrotliEncoderHasMoreOutput(state_.get()));
  }

 private:
  struct destroy {
    void operator()(BrotliEncoderState* state) const { BrotliEncoderDestroyInstance(state); }
  };
  std::unique_ptr<BrotliEncoderState, destroy> state_;
};

class zstd_encoder final : public encoder {
 public:
  zstd_encoder() : context_(ZSTD_createCCtx()) {
    if (!context_) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, zstd_level);
  }

  void encode(std::string_view input, std::string& out, step next) override {
    const ZSTD_EndDirective directive = next == step::end ? ZSTD_e_end : ZSTD_e_flush;
    ZSTD_inBuffer from{.src = input.data(), .size = input.size(), .pos = 0};
    std::array<char, room> piece;
    for (std::size_t left = 1; left > 0;) {
      ZSTD_outBuffer to{.dst = piece.data(), .size = piece.size(), .pos = 0};
      left = ZSTD_compressStream2(context_.get(), &to, &from, directive);
      if (ZSTD_isError(left)) throw std::bad_alloc();
      out.append(piece.data(), to.pos);
    }
  }

 private:
  struct destroy {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, destroy> context_;
};

}  // namespace

std::unique_ptr<encoder> make_encoder(std::string_view coding) {
  if (coding == "br") return std::make_unique<brotli_encoder>();
  if (coding == "zstd") return std::make_unique<zstd_encoder>();
  assert(coding == "gzip");
  return std::make_unique<gzip_encoder>();
}

}  // namespace eddy::http::detail
