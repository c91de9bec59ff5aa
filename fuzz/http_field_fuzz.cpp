// SPDX-License-Identifier: MIT
//
// The values of fields that have a grammar of their own.
#include <chrono>
#include <string>

#include <eddy/http/date.hpp>
#include <eddy/http/decoder.hpp>
#include <eddy/http/headers.hpp>
#include <http/message/accept_encoding.hpp>
#include <http/message/media_type.hpp>
#include <http/server/conditional.hpp>

#include "splits.hpp"

using namespace eddy;

namespace {

constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'700'000'000)};

void check_ranges(std::string_view value) {
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}, ~std::uint64_t{0}}) {
    const auto range = http::detail::parse_range(value, size);
    if (!range || range->size == 0) continue;
    fuzz::require(range->first < size && range->size <= size - range->first,
                  "a range is inside of what there is");
  }
}

void check_date(std::string_view value) {
  if (const auto date = http::parse_date(value)) {
    fuzz::require(http::parse_date(http::format_date(*date)) == date,
                  "a date that was written reads the same");
  }
  if (const auto wait = http::parse_retry_after(value, now)) {
    fuzz::require(wait->count() >= 0 && wait->count() <= std::int64_t{1} << 31, "a wait is sane");
  }
}

void check_conditions(const http::headers& request) {
  const http::detail::validators state{.etag = "\"abc\"", .modified = now};
  (void)http::detail::check_conditions(request, state);
  (void)http::detail::range_is_for(request, state);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = fuzz::as_text(data, size);
  check_ranges(value);
  check_date(value);
  (void)http::detail::parameter_of(value, "boundary");
  const auto codings = http::parse_content_codings(value);
  fuzz::require(!codings || codings->size() <= 3, "codings are few");

  http::headers fields;
  try {
    for (const char* name : {"Accept-Encoding", "If-Match", "If-None-Match", "If-Modified-Since",
                             "If-Unmodified-Since", "If-Range", "Connection"}) {
      fields.add(name, value);
    }
  } catch (const std::invalid_argument&) {
    return 0;  // no value that a message can have
  }
  check_conditions(fields);
  for (const char* name : {"If-None-Match", "If-Modified-Since", "If-Range"}) {
    http::headers one;
    one.add(name, value);
    check_conditions(one);
  }
  for (const char* coding : {"gzip", "identity", "br"}) {
    const int welcome = http::detail::welcome_of(fields, coding);
    fuzz::require(welcome >= 0 && welcome <= 1000, "a weight is a thousandth");
  }
  (void)fields.has_token("Connection", "close");
  return 0;
}
