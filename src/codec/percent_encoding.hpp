// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace eddy::detail {

/// Which bytes a part of a URL cannot contain as they are.
class percent_encode_set {
 public:
  /// The controls and everything beyond ASCII, as always, and these.
  explicit constexpr percent_encode_set(std::string_view more) {
    for (unsigned c = 0; c < bytes_.size(); ++c) bytes_[c] = c < 0x20 || c > 0x7e;
    for (const char c : more) bytes_[static_cast<unsigned char>(c)] = true;
  }

  constexpr bool contains(char c) const noexcept { return bytes_[static_cast<unsigned char>(c)]; }

 private:
  std::array<bool, 256> bytes_{};
};

inline constexpr percent_encode_set control_set("");
inline constexpr percent_encode_set fragment_set(" \"<>`");
inline constexpr percent_encode_set query_set(" \"#<>");
inline constexpr percent_encode_set special_query_set(" \"#<>'");
inline constexpr percent_encode_set path_set(" \"#<>?^`{}");
inline constexpr percent_encode_set userinfo_set(" \"#<>?^`{}/:;=@[\\]|");

/// Appends the text with the bytes of the set written as `%XX`.
void append_percent_encoded(std::string& out, std::string_view text, const percent_encode_set& set);

}  // namespace eddy::detail
