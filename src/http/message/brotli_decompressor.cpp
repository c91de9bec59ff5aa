// SPDX-License-Identifier: MIT
#include <memory>
#include <new>

#include <brotli/decode.h>

#include <http/message/decompressor.hpp>

namespace eddy::http::detail {
namespace {

class brotli_decompressor final : public decompressor {
 public:
  brotli_decompressor()
      : decompressor("br"),
        state_(::BrotliDecoderCreateInstance(nullptr, nullptr, nullptr),
               ::BrotliDecoderDestroyInstance) {
    if (!state_) throw std::bad_alloc();
  }

 private:
  step run(std::string_view input) override {
    std::size_t left = input.size();
    std::size_t room = piece().size();
    const auto* from = reinterpret_cast<const std::uint8_t*>(input.data());
    auto* to = reinterpret_cast<std::uint8_t*>(piece().data());
    const auto result =
        ::BrotliDecoderDecompressStream(state_.get(), &left, &from, &room, &to, nullptr);
    if (result == BROTLI_DECODER_RESULT_ERROR) {
      corrupt(::BrotliDecoderErrorString(::BrotliDecoderGetErrorCode(state_.get())),
              input.size() - left);
    }
    return {.taken = input.size() - left,
            .written = piece().size() - room,
            .ended = result == BROTLI_DECODER_RESULT_SUCCESS,
            .has_more = result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT};
  }

  void go_on_after_end(char) override {
    corrupt("something follows the end of the compressed data");
  }

  // Windows beyond 16 MiB are refused, as long as nobody asks it for them.
  std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)> state_;
};

}  // namespace

std::unique_ptr<decompressor> make_brotli_decompressor() {
  return std::make_unique<brotli_decompressor>();
}

}  // namespace eddy::http::detail
