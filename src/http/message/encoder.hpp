// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace eddy::http::detail {

/// Makes a content coding, piece by piece.
class encoder {
 public:
  enum class step : unsigned char {
    flush,  // all that was given comes out now
    end,    // and nothing more will be given
  };

  virtual ~encoder() = default;
  /// Appends what becomes of `input`.
  ///
  /// Errors: throws `std::bad_alloc`.
  virtual void encode(std::string_view input, std::string& out, step next) = 0;
};

/// For `gzip`, `br` or `zstd`.
[[nodiscard]] std::unique_ptr<encoder> make_encoder(std::string_view coding);

}  // namespace eddy::http::detail
