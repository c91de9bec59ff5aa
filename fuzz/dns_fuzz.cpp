// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <io/names/dns_message.hpp>

#include "splits.hpp"

using namespace eddy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span message(data, size);
  for (const detail::dns_type type :
       {detail::dns_type::a, detail::dns_type::aaaa, detail::dns_type::srv, detail::dns_type::mx,
        detail::dns_type::txt, detail::dns_type::ptr}) {
    const auto answer = detail::parse_dns_answer(message, "one.test", type);
    if (!answer) continue;
    const bool found = answer->failure == resolve_failure::none;
    fuzz::require(found != answer->records.empty(), "records, or the reason why there are none");
    fuzz::require(answer->lifetime >= std::chrono::seconds(0),
                  "an answer is not over before it came");
  }
  return 0;
}
