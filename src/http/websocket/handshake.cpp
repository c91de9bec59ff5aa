// SPDX-License-Identifier: MIT
#include <http/websocket/handshake.hpp>

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include <http/message/base64.hpp>
#include <http/message/text.hpp>

namespace eddy::http::websocket::detail {
namespace {

constexpr std::size_t key_bytes = 16;
constexpr std::size_t key_size = 24;  // in base64

std::string base64_of(const unsigned char* bytes, std::size_t count) {
  return http::detail::base64({reinterpret_cast<const char*>(bytes), count});
}

}  // namespace

std::string new_key() {
  std::array<unsigned char, key_bytes> bytes;
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) {
    throw std::runtime_error("websocket: the system gives no random bytes");
  }
  return base64_of(bytes.data(), bytes.size());
}

bool is_key(std::string_view text) noexcept {
  constexpr auto is_base64 = [](char c) {
    return http::detail::is_letter(c) || http::detail::is_digit(c) || c == '+' || c == '/';
  };
  return text.size() == key_size && text.ends_with("==") &&
         std::ranges::all_of(text.substr(0, key_size - 2), is_base64);
}

std::string answer_to_key(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base64_of(digest.data(), digest.size());
}

// Unlike other lists of HTTP, these names differ in their case.
std::optional<std::string> choose_subprotocol(const std::vector<std::string>& ours,
                                              const headers& request) {
  std::vector<std::string_view> theirs;
  for (std::string_view list : request.get_all("Sec-WebSocket-Protocol")) {
    while (!list.empty()) {
      const auto end = list.find(',');
      theirs.push_back(http::detail::trim(list.substr(0, end)));
      list.remove_prefix(end == list.npos ? list.size() : end + 1);
    }
  }
  for (const std::string& name : ours) {
    if (std::ranges::find(theirs, name) != theirs.end()) return name;
  }
  return std::nullopt;
}

}  // namespace eddy::http::websocket::detail
