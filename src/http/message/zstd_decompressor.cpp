// SPDX-License-Identifier: MIT
#include <memory>
#include <new>

#include <zstd.h>

#include <http/message/decompressor.hpp>

namespace eddy::http::detail {
namespace {

class zstd_decompressor final : public decompressor {
 public:
  zstd_decompressor() : decompressor("zstd"), state_(::ZSTD_createDCtx(), ::ZSTD_freeDCtx) {
    if (!state_) throw std::bad_alloc();
    constexpr int window_of_8_mib = 23;  // what RFC 9659 lets a server ask of its clients
    ::ZSTD_DCtx_setParameter(state_.get(), ZSTD_d_windowLogMax, window_of_8_mib);
  }

 private:
  step run(std::string_view input) override {
    ZSTD_inBuffer from{input.data(), input.size(), 0};
    ZSTD_outBuffer to{piece().data(), piece().size(), 0};
    const std::size_t result = ::ZSTD_decompressStream(state_.get(), &to, &from);
    if (::ZSTD_isError(result) != 0) corrupt(::ZSTD_getErrorName(result), from.pos);
    return {.taken = from.pos,
            .written = to.pos,
            .ended = result == 0,
            .has_more = result != 0 && to.pos == to.size};
  }

  void go_on_after_end(char) override {}  // the library expects another frame

  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> state_;
};

}  // namespace

std::unique_ptr<decompressor> make_zstd_decompressor() {
  return std::make_unique<zstd_decompressor>();
}

}  // namespace eddy::http::detail
