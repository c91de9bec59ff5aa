// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <source_location>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <eddy/core/time.hpp>

namespace eddy {

/// The limit of the `wait_for` or `timeout` at `where()` expired, and what it guarded has ended.
class timeout_error : public std::runtime_error {
 public:
  explicit timeout_error(duration limit,
                         std::source_location where = std::source_location::current());
  [[nodiscard]] const std::source_location& where() const noexcept { return where_; }

 private:
  std::source_location where_;
};

/// Every task waits, and nothing that could wake one is left. `what()` holds the task tree.
class deadlock_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Two or more tasks of a group failed. `errors()` holds all of them, in the order they failed.
class error_group : public std::runtime_error {
 public:
  explicit error_group(std::vector<std::exception_ptr> errors);
  [[nodiscard]] std::span<const std::exception_ptr> errors() const noexcept { return errors_; }

 private:
  std::vector<std::exception_ptr> errors_;
};

/// The operating system refused. Says what was tried on what: `connect 127.0.0.1:80: Connection
/// refused`.
class io_error : public std::system_error {
 public:
  io_error(int error_number, std::string_view tried);
};

namespace detail {

/// `what()` of any exception; `unknown exception` for those that have none.
[[nodiscard]] std::string describe(const std::exception_ptr& error);

/// Tells whoever runs the program, on stderr, of something no caller can be told: one line.
void report(std::string_view line) noexcept;

}  // namespace detail
}  // namespace eddy
