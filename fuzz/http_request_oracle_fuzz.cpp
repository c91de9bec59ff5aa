// SPDX-License-Identifier: MIT
//
// A request that eddy takes, node must frame alike, or refuse: were it to see another message in
// the same bytes, one could be smuggled past eddy to a server behind it, or the other way round.
#include "llhttp_oracle.hpp"
#include "splits.hpp"

using namespace eddy;

namespace {

// Where we are the more lenient one, for the reason beside it. Refusing is never unsafe.
bool may_be_refused_by_llhttp(llhttp_errno_t error) {
  switch (error) {
    case HPE_STRICT:                     // a quoted pair in a chunk extension
    case HPE_INVALID_CHUNK_SIZE:         // a chunk extension behind one with a plain value
    case HPE_INVALID_URL:                // schemes with other bytes than letters
    case HPE_INVALID_METHOD:             // it has a list of methods; any token is one
    case HPE_UNEXPECTED_CONTENT_LENGTH:  // the same length again: RFC 9110, section 8.6
    case HPE_INVALID_CONTENT_LENGTH:     // a list of equal lengths: the same
      return true;
    default:
      return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto wire = fuzz::as_text(data, size);
  auto ours = http::testing::transcribe(http::request_parser(), {wire});
  if (ours.fault && !ours.messages.empty()) ours.messages.pop_back();  // it may be incomplete
  fuzz::require_same_messages(ours, fuzz::llhttp_reader(HTTP_REQUEST, wire),
                              may_be_refused_by_llhttp);
  return 0;
}
