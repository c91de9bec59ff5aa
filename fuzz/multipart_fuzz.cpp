// SPDX-License-Identifier: MIT
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <eddy/core/run.hpp>
#include <eddy/http/error.hpp>
#include <eddy/http/multipart_reader.hpp>

#include "splits.hpp"

using namespace eddy;

namespace {

// Small, so that the fuzzer reaches them.
constexpr http::multipart_limits limits{.max_parts = 8, .max_header_bytes = 256};

class pieces_source final : public http::detail::body_source {
 public:
  explicit pieces_source(const std::vector<std::string_view>& pieces) : pieces_(pieces) {}
  task<std::optional<std::string_view>> next() override {
    while (at_ < pieces_.size() && pieces_[at_].empty()) ++at_;
    if (at_ == pieces_.size()) co_return std::nullopt;
    co_return pieces_[at_++];
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override { return {}; }

 private:
  const std::vector<std::string_view>& pieces_;
  std::size_t at_ = 0;
};

struct part {
  http::headers fields;
  std::string name;
  std::optional<std::string> file_name;
  std::string text;

  friend bool operator==(const part&, const part&) = default;
};

struct form {
  std::vector<part> parts;
  std::string error;

  friend bool operator==(const form&, const form&) = default;
};

task<form> read(const std::vector<std::string_view>& pieces) {
  static const http::headers fields{{"Content-Type", "multipart/form-data; boundary=\"x y\""}};
  http::incoming_body body(std::make_unique<pieces_source>(pieces));
  form result;
  try {
    http::multipart_reader reader(body, fields, limits);
    while (auto* next = co_await reader.next()) {
      part& seen = result.parts.emplace_back(next->headers(), next->name(), next->file_name(),
                                             std::string());
      while (const auto piece = co_await next->next()) {
        fuzz::require(!piece->empty(), "a piece is never empty");
        seen.text += *piece;
      }
    }
  } catch (const http::protocol_error& error) {
    result.error = error.what();
  }
  fuzz::require(result.parts.size() <= limits.max_parts, "the limit is kept");
  co_return result;
}

task<> read_in_many_ways(std::string_view text) {
  const std::vector<std::string_view> uncut{text};
  const form whole = co_await read(uncut);
  for (const auto& pieces : fuzz::splits(text)) {
    const form cut = co_await read(pieces);
    fuzz::require(cut == whole, "the result does not depend on how the input is cut");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  run([&] { return read_in_many_ways(text); },
      {.handle_signals = false, .backend = backend_kind::epoll});
  return 0;
}
