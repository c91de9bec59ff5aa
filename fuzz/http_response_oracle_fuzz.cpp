// SPDX-License-Identifier: MIT
//
// An answer that eddy takes, node must frame alike, or refuse: were it to see another message in
// the same bytes, somebody else's answer could be taken for one's own.
#include "llhttp_oracle.hpp"
#include "splits.hpp"

using namespace eddy;

namespace {

// Where we are the more lenient one, for the reason beside it. Refusing is never unsafe.
bool may_be_refused_by_llhttp(llhttp_errno_t error) {
  switch (error) {
    case HPE_CLOSED_CONNECTION:          // behind an interim answer that says close, or is of 1.0
    case HPE_STRICT:                     // a quoted pair in a chunk extension
    case HPE_INVALID_CHUNK_SIZE:         // a chunk extension behind one with a plain value
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
  for (const char* method : {"GET", "HEAD"}) {
    const bool head = std::string_view(method) == "HEAD";
    auto ours = http::testing::transcribe(http::response_parser(method), {wire});
    if (ours.fault && !ours.messages.empty()) ours.messages.pop_back();  // it may be incomplete
    if (head && ours.messages.size() > 1) ours.messages.resize(1);       // the others are of GETs
    fuzz::require_same_messages(ours, fuzz::llhttp_reader(HTTP_RESPONSE, wire, head),
                                may_be_refused_by_llhttp);
  }
  return 0;
}
