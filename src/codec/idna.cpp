// SPDX-License-Identifier: MIT
#include "idna.hpp"

#include <idn2.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "ascii.hpp"

namespace eddy::detail {

namespace {

struct idn2_deleter {
  void operator()(char* text) const noexcept { idn2_free(text); }
};

bool is_ascii(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), to_lower);
  return lower;
}

bool is_punycode(std::string_view label) { return lower_case(label.substr(0, 4)) == "xn--"; }

/// The length of the dot that the text starts with, or 0. Chinese and Japanese keyboards make dots
/// of their own, which are separators as well.
std::size_t dot_length(std::string_view text) noexcept {
  for (const std::string_view dot : {".", "\u3002", "\uff0e", "\uff61"}) {
    if (text.starts_with(dot)) return dot.size();
  }
  return 0;
}

std::expected<std::string, std::string> label_to_ascii(std::string_view label) {
  if (is_ascii(label) && !is_punycode(label)) return lower_case(label);
  if (label.contains('\0')) return std::unexpected("a zero byte");  // it ends text for libidn2

  const std::string terminated(label);
  char* converted = nullptr;
  const int status =
      idn2_to_ascii_8z(terminated.c_str(), &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, idn2_deleter> owner(converted);
  if (status != IDN2_OK) return std::unexpected(idn2_strerror(status));
  return converted;
}

}  // namespace

std::expected<std::string, std::string> domain_to_ascii(std::string_view domain) {
  // Labels that are encoded already are not checked then: whether they decode makes no difference
  // to DNS, and some that libidn2 refuses, such as emoji, are in use.
  if (is_ascii(domain)) return lower_case(domain);

  std::string ascii;
  // Label by label: given a whole domain, libidn2 would refuse labels that are ASCII and none of
  // its business, for hyphens in places that IDNA reserves.
  for (std::size_t begin = 0, i = 0;;) {
    const std::size_t dot = dot_length(domain.substr(i));
    if (dot == 0 && i < domain.size()) {
      ++i;
      continue;
    }
    auto label = label_to_ascii(domain.substr(begin, i - begin));
    if (!label) return label;
    ascii += *label;
    if (dot == 0) return ascii;
    ascii += '.';
    begin = i += dot;
  }
}

}  // namespace eddy::detail
