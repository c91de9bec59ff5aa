// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <eddy/http/error.hpp>

namespace eddy::http {

/// How a body was made smaller.
enum class content_coding : unsigned char { identity, gzip, deflate, brotli, zstd };

/// The codings of a Content-Encoding value, `deflate, gzip`, in the order in which they were
/// applied; none if one of them is not known, or if there are more than three.
[[nodiscard]] std::optional<std::vector<content_coding>> parse_content_codings(
    std::string_view list);

/// Undoes a Content-Encoding, piece by piece, in bounded memory.
///
/// Errors: `protocol_error`: `bad_encoding` where the data is corrupt, `body_too_large` once more
/// than `max_decoded` bytes come out, of any of the codings. A decoder that threw is of no further
/// use.
class decoder {
 public:
  decoder(content_coding coding, std::uint64_t max_decoded);
  /// As `parse_content_codings` gives them: the last one is undone first. What that gives to the
  /// next is at most `max_between` bytes.
  decoder(const std::vector<content_coding>& codings, std::uint64_t max_decoded,
          std::optional<std::uint64_t> max_between = {});
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
  struct layer;

  [[nodiscard]] std::string_view decode(std::size_t number, std::string_view& input);

  std::uint64_t max_decoded_;
  std::uint64_t max_between_;
  std::uint64_t decoded_ = 0;  // without any coding
  std::vector<layer> layers_;  // in the order in which they are undone
};

}  // namespace eddy::http
