// SPDX-License-Identifier: MIT
#include <eddy/core/error.hpp>

#include <cstdio>
#include <cstdlib>
#include <new>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/detail/error_list.hpp>
#include <eddy/core/detail/frame.hpp>

namespace eddy {
namespace {

std::string describe_limit(duration limit) {
  const double seconds = std::chrono::duration<double>(limit).count();
  if (seconds >= 1 || seconds <= 0) return fmt::format("{:.6g} s", seconds);
  return fmt::format("{:.6g} ms", seconds * 1e3);
}

std::string describe_all(std::span<const std::exception_ptr> errors) {
  std::string text = fmt::format("{} tasks failed:", errors.size());
  int number = 0;
  for (const std::exception_ptr& error : errors) {
    fmt::format_to(std::back_inserter(text), " ({}) {};", ++number, detail::describe(error));
  }
  text.pop_back();
  return text;
}

}  // namespace

timeout_error::timeout_error(duration limit, std::source_location where)
    : std::runtime_error(fmt::format("not done within {} (limit set at {}:{})",
                                     describe_limit(limit), where.file_name(), where.line())),
      where_(where) {}

error_group::error_group(std::vector<std::exception_ptr> errors)
    : std::runtime_error(describe_all(errors)), errors_(std::move(errors)) {}

io_error::io_error(int error_number, std::string_view tried)
    : std::system_error(error_number, std::generic_category(), std::string(tried)) {}

namespace detail {

std::string describe(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown exception";
  }
}

void report(std::string_view line) noexcept {
  std::fprintf(stderr, "eddy: %.*s\n", static_cast<int>(line.size()), line.data());
}

void error_list::add(std::exception_ptr error) noexcept {
  if (first_ == nullptr) {
    first_ = std::move(error);
    return;
  }
  try {
    more_.push_back(std::move(error));
  } catch (const std::bad_alloc&) {
    // One that is told of is better than a program that ends.
  }
}

void error_list::rethrow() const {
  if (more_.empty()) std::rethrow_exception(first_);
  std::vector<std::exception_ptr> all{first_};
  all.insert(all.end(), more_.begin(), more_.end());
  throw error_group(std::move(all));
}

void destructor_threw() noexcept {
  report(
      "a destructor threw while its coroutine was being cancelled; destructors in coroutines must "
      "not throw (docs/cancellation.md)");
  std::abort();
}

}  // namespace detail
}  // namespace eddy
