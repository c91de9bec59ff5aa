// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <eddy/http/decoder.hpp>

namespace eddy::http::detail {

/// Undoes one coding; a `decoder` is a chain of these.
class decompressor {
 public:
  explicit decompressor(std::string_view coding) noexcept : coding_(coding) {}
  decompressor(const decompressor&) = delete;
  decompressor& operator=(const decompressor&) = delete;
  virtual ~decompressor() = default;

  /// As `decoder::decode`.
  [[nodiscard]] std::string_view decode(std::string_view& input);

  /// As `decoder::finish`.
  void finish() const;

  [[nodiscard]] std::string_view coding() const noexcept { return coding_; }

 protected:
  struct step {
    std::size_t taken;    // of the input
    std::size_t written;  // of `piece_`
    bool ended;           // all that belongs together is complete
    bool has_more;        // without further input
  };
  /// What the library makes of it in one go.
  [[nodiscard]] virtual step run(std::string_view input) = 0;
  /// After the end of what belongs together more came, with this byte: fails, or starts again.
  virtual void go_on_after_end(char first_byte) = 0;

  /// `taken`, of the input of this step. Errors: always throws a `protocol_error`.
  [[noreturn]] void corrupt(std::string_view problem, std::size_t taken = 0) const;

  [[nodiscard]] std::array<char, std::size_t{16} * 1024>& piece() noexcept { return piece_; }

 private:
  std::string_view coding_;
  std::uint64_t taken_ = 0;
  bool ended_ = false;
  bool has_more_ = false;
  std::array<char, std::size_t{16} * 1024> piece_;
};

/// For gzip and deflate.
[[nodiscard]] std::unique_ptr<decompressor> make_inflater(content_coding coding);
[[nodiscard]] std::unique_ptr<decompressor> make_brotli_decompressor();
[[nodiscard]] std::unique_ptr<decompressor> make_zstd_decompressor();

}  // namespace eddy::http::detail
