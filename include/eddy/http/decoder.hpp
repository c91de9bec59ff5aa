// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <eddy/http/error.hpp>

namespace eddy::http {

enum class content_coding : unsigned char { identity, gzip, deflate };

/// The coding that a Content-Encoding value names; none for a coding, or a list of codings, that
/// eddy does not decode. An empty value is `identity`.
[[nodiscard]] std::optional<content_coding> parse_content_coding(std::string_view value) noexcept;

/// Undoes a Content-Encoding, piece by piece, in bounded memory.
///
/// Errors: `protocol_error`: `bad_encoding` where the data is corrupt, `body_too_large` once more
/// than `max_decoded` bytes come out. A decoder that threw is of no further use.
class decoder {
 public:
  decoder(content_coding coding, std::uint64_t max_decoded);
  decoder(decoder&&) noexcept;
  decoder& operator=(decoder&&) noexcept;
  ~decoder();

  /// The next decoded piece; takes what it needs from the front of `input`. Empty when `input` is
  /// used up and nothing is left to hand out, so call it until then.
  ///
  /// Lifetime: the piece is valid until the next call, and for `identity` as long as `input`'s
  /// bytes.
  [[nodiscard]] std::string_view decode(std::string_view& input);

  /// Says that the body is complete.
  ///
  /// Errors: `protocol_fault::truncated` if the coded data stopped before its end.
  void finish();

 private:
  class inflater;

  content_coding coding_;
  std::uint64_t max_decoded_;
  std::uint64_t decoded_ = 0;
  std::unique_ptr<inflater> inflater_;  // none for identity
};

}  // namespace eddy::http
