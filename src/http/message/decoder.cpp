// SPDX-License-Identifier: MIT
#include <eddy/http/decoder.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <new>
#include <utility>

#include <fmt/core.h>
#include <zlib.h>

#include <http/message/text.hpp>

namespace eddy::http {
namespace {

std::string_view coding_name(content_coding coding) noexcept {
  switch (coding) {
    case content_coding::gzip:
      return "gzip";
    case content_coding::deflate:
      return "deflate";
    default:
      return "identity";
  }
}

}  // namespace

// One z_stream and the piece it writes to.
class decoder::inflater {
 public:
  explicit inflater(content_coding coding) : coding_(coding) {}
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
  ~inflater() {
    if (begun_) inflateEnd(&stream_);
  }

  std::string_view decode(std::string_view& input);
  void finish() const;

 private:
  void begin(char first_byte);
  void begin_next_member(char first_byte);
  std::size_t step(std::string_view& input);
  [[noreturn]] void corrupt(std::string_view problem) const;

  const content_coding coding_;
  bool begun_ = false;
  bool ended_ = false;        // the last byte of a member was read
  bool output_left_ = false;  // the piece was filled: zlib may hold more without further input
  std::uint64_t taken_ = 0;
  z_stream stream_{};
  std::array<char, std::size_t{16} * 1024> piece_;
};

std::string_view decoder::inflater::decode(std::string_view& input) {
  while (!input.empty() || output_left_) {
    if (!begun_) {
      begin(input.front());
    } else if (ended_) {
      begin_next_member(input.front());
    }
    const auto piece = std::string_view(piece_.data(), step(input));
    if (!piece.empty()) return piece;
  }
  return {};
}

void decoder::inflater::finish() const {
  if (!begun_ || ended_) return;  // nothing at all is how a server sends an empty body
  throw protocol_error(
      protocol_fault::truncated,
      fmt::format("{} body: truncated: it stops inside the compressed data, after {} bytes",
                  coding_name(coding_), taken_));
}

void decoder::inflater::begin(char first_byte) {
  constexpr int gzip_wrapper = 16;
  int window = MAX_WBITS + gzip_wrapper;
  if (coding_ == content_coding::deflate) {
    // The standard says zlib's format; many servers send the bare one, which does not start like
    // it.
    const bool is_zlib = (first_byte & 0x0f) == Z_DEFLATED;
    window = is_zlib ? MAX_WBITS : -MAX_WBITS;
  }
  // Of the ways to fail only one is left: the library matches the header and the arguments are
  // good.
  if (inflateInit2(&stream_, window) != Z_OK) throw std::bad_alloc();
  begun_ = true;
}

void decoder::inflater::begin_next_member(char first_byte) {
  constexpr char gzip_magic = 0x1f;
  if (coding_ != content_coding::gzip || first_byte != gzip_magic) {
    corrupt("something follows the end of the compressed data");
  }
  inflateReset(&stream_);
  ended_ = false;
}

// Returns how many bytes of piece_ were written.
std::size_t decoder::inflater::step(std::string_view& input) {
  constexpr std::size_t largest = std::numeric_limits<uInt>::max();
  const auto available = static_cast<uInt>(std::min(input.size(), largest));
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));  // only read
  stream_.avail_in = available;
  stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
  stream_.avail_out = piece_.size();
  const int result = inflate(&stream_, Z_NO_FLUSH);
  taken_ += available - stream_.avail_in;
  input.remove_prefix(available - stream_.avail_in);
  output_left_ = result == Z_OK && stream_.avail_out == 0;

  switch (result) {
    case Z_OK:
    case Z_BUF_ERROR:  // no progress is possible: zlib held nothing after all
      break;
    case Z_STREAM_END:
      ended_ = true;
      break;
    case Z_MEM_ERROR:
      throw std::bad_alloc();
    default:
      corrupt(stream_.msg != nullptr ? stream_.msg : "it needs a preset dictionary");
  }
  return piece_.size() - stream_.avail_out;
}

void decoder::inflater::corrupt(std::string_view problem) const {
  throw protocol_error(
      protocol_fault::bad_encoding,
      fmt::format("{} body: corrupt after {} bytes: {}", coding_name(coding_), taken_, problem));
}

std::optional<content_coding> parse_content_coding(std::string_view value) noexcept {
  const auto name = detail::trim(value);
  const auto is = [&](std::string_view known) { return detail::equal_ignoring_case(name, known); };
  if (is("") || is("identity")) return content_coding::identity;
  if (is("gzip") || is("x-gzip")) return content_coding::gzip;
  if (is("deflate")) return content_coding::deflate;
  return std::nullopt;
}

decoder::decoder(content_coding coding, std::uint64_t max_decoded)
    : coding_(coding), max_decoded_(max_decoded) {
  if (coding != content_coding::identity) inflater_ = std::make_unique<inflater>(coding);
}

decoder::decoder(decoder&&) noexcept = default;
decoder& decoder::operator=(decoder&&) noexcept = default;
decoder::~decoder() = default;

std::string_view decoder::decode(std::string_view& input) {
  const auto piece = inflater_ ? inflater_->decode(input) : std::exchange(input, {});
  if (piece.size() > max_decoded_ - decoded_) {
    throw protocol_error(protocol_fault::body_too_large,
                         fmt::format("{} body: it decodes to more than the limit of {} bytes",
                                     coding_name(coding_), max_decoded_));
  }
  decoded_ += piece.size();
  return piece;
}

void decoder::finish() {
  if (inflater_) inflater_->finish();
}

}  // namespace eddy::http
