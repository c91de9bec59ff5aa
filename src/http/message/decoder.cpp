// SPDX-License-Identifier: MIT
#include <eddy/http/decoder.hpp>

#include <ranges>
#include <utility>

#include <fmt/core.h>

#include <http/message/decompressor.hpp>
#include <http/message/text.hpp>

namespace eddy::http {
namespace {

std::unique_ptr<detail::decompressor> make_decompressor(content_coding coding) {
  switch (coding) {
    case content_coding::brotli:
      return detail::make_brotli_decompressor();
    case content_coding::zstd:
      return detail::make_zstd_decompressor();
    default:
      return detail::make_inflater(coding);
  }
}

std::optional<content_coding> coding_of(std::string_view name) noexcept {
  const auto is = [&](std::string_view known) { return detail::equal_ignoring_case(name, known); };
  if (is("") || is("identity")) return content_coding::identity;
  if (is("gzip") || is("x-gzip")) return content_coding::gzip;
  if (is("deflate")) return content_coding::deflate;
  if (is("br")) return content_coding::brotli;
  if (is("zstd")) return content_coding::zstd;
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<content_coding>> parse_content_codings(std::string_view list) {
  constexpr std::size_t most = 3;
  std::vector<content_coding> codings;
  for (const auto name : std::views::split(list, ',')) {
    const auto coding = coding_of(detail::trim({name.begin(), name.end()}));
    if (!coding) return std::nullopt;
    if (*coding != content_coding::identity) codings.push_back(*coding);
    if (codings.size() > most) return std::nullopt;
  }
  return codings;
}

struct decoder::layer {
  std::unique_ptr<detail::decompressor> coding;
  std::string_view input = {};  // a piece of the layer before
  std::uint64_t decoded = 0;
};

namespace {

void count(std::string_view piece, std::uint64_t& total, std::uint64_t most,
           std::string_view coding) {
  if (piece.size() > most - total) {
    throw protocol_error(
        protocol_fault::body_too_large,
        fmt::format("{} body: it decodes to more than the limit of {} bytes", coding, most));
  }
  total += piece.size();
}

}  // namespace

decoder::decoder(content_coding coding, std::uint64_t max_decoded)
    : decoder(std::vector{coding}, max_decoded) {}

decoder::decoder(const std::vector<content_coding>& codings, std::uint64_t max_decoded,
                 std::optional<std::uint64_t> max_between)
    : max_decoded_(max_decoded), max_between_(max_between.value_or(max_decoded)) {
  for (const content_coding coding : codings | std::views::reverse) {
    if (coding != content_coding::identity) layers_.push_back({make_decompressor(coding)});
  }
}

decoder::decoder(decoder&&) noexcept = default;
decoder& decoder::operator=(decoder&&) noexcept = default;
decoder::~decoder() = default;

std::string_view decoder::decode(std::string_view& input) {
  if (!layers_.empty()) return decode(layers_.size() - 1, input);
  const auto piece = std::exchange(input, {});
  count(piece, decoded_, max_decoded_, "identity");
  return piece;
}

std::string_view decoder::decode(std::size_t number, std::string_view& input) {
  layer& here = layers_[number];
  std::string_view& from = number == 0 ? input : here.input;
  const std::uint64_t most = number + 1 == layers_.size() ? max_decoded_ : max_between_;
  for (;;) {
    const auto piece = here.coding->decode(from);
    // Each of them: what blows up in between costs time, however little comes of it.
    count(piece, here.decoded, most, here.coding->coding());
    if (!piece.empty() || number == 0) return piece;
    from = decode(number - 1, input);
    if (from.empty()) return {};
  }
}

void decoder::finish() {
  for (const layer& each : layers_) each.coding->finish();
}

}  // namespace eddy::http
