// SPDX-License-Identifier: MIT
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include <eddy/io/process.hpp>

namespace eddy {
namespace {

std::string name_of(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

/// `: and the last line`; empty if there is none.
std::string last_words(std::string_view err) {
  const std::size_t end = err.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return {};
  err = err.substr(0, end + 1);
  return fmt::format(": {}", err.substr(err.find_last_of('\n') + 1));
}

}  // namespace

std::string process_status::to_string() const {
  if (signal_ == 0) return fmt::format("exited with {}", code_);
  return fmt::format("killed by {}{}", name_of(signal_), dumped_ ? ", core dumped" : "");
}

process_error::process_error(const std::string& name, process_result result)
    : std::runtime_error(
          fmt::format("{} {}{}", name, result.status.to_string(), last_words(result.err))),
      result_(std::make_shared<process_result>(std::move(result))) {}

}  // namespace eddy
