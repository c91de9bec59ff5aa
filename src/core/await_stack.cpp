// SPDX-License-Identifier: MIT
#include "await_stack.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include <eddy/core/detail/frame.hpp>

namespace eddy::detail {
namespace {

std::string_view base_name(const char* path) {
  const char* slash = std::strrchr(path, '/');
  return slash != nullptr ? slash + 1 : path;
}

/// Without the parameters and what follows them; other brackets, such as those of
/// `(anonymous namespace)`, stay.
std::string_view without_parameters(std::string_view signature) {
  int depth = 0;
  for (std::size_t at = signature.rfind(')'); at < signature.size(); --at) {
    if (signature[at] == ')') ++depth;
    if (signature[at] == '(' && --depth == 0) return signature.substr(0, at);
  }
  return signature;
}

/// `fetch` of `eddy::task<page> shop::fetch(std::string, int)`; `lambda` for one.
std::string_view short_function(std::string_view signature) {
  const std::string_view function = without_parameters(signature);
  const std::string_view name = function.substr(function.find_last_of(" :") + 1);
  const bool of_lambda = function.ends_with("::operator()") &&
                         (function.find("(lambda") != std::string_view::npos ||
                          function.find("(anonymous class)") != std::string_view::npos);
  return of_lambda ? "lambda" : name;
}

}  // namespace

std::vector<std::source_location> await_stack(const task_record& task) {
  std::vector<std::source_location> sites;
  const frame* f = task.root;
  while (f != nullptr) {
    if (f->site.line() != 0) sites.push_back(f->site);
    const child_frame* below = f->child != nullptr ? f->child->running() : nullptr;
    f = below != nullptr ? below->get() : nullptr;
  }
  std::ranges::reverse(sites);
  return sites;
}

std::string to_string(const std::source_location& site) {
  return fmt::format("{}:{} {}", base_name(site.file_name()), site.line(),
                     short_function(site.function_name()));
}

std::string to_string(std::span<const std::source_location> stack) {
  std::string text;
  for (const std::source_location& site : stack) {
    if (!text.empty()) text += " ← ";
    text += to_string(site);
  }
  return text;
}

std::string label(const task_record& task) { return fmt::format("{}#{}", task.name(), task.id); }

}  // namespace eddy::detail
