// SPDX-License-Identifier: MIT
#include <eddy/core/exit_stack.hpp>

#include <eddy/core/detail/error_list.hpp>

namespace eddy {

exit_stack::~exit_stack() {
  // One by one: left to the links, a long stack would destroy itself recursively.
  while (newest_ != nullptr) newest_ = std::move(newest_->older);
}

task<> exit_stack::close(exit_status end) {
  detail::error_list errors;
  while (newest_ != nullptr) {
    const std::unique_ptr<detail::exit_entry> entry = std::move(newest_);
    newest_ = std::move(entry->older);
    try {
      co_await entry->close(end);
    } catch (...) {
      errors.add(std::current_exception());
      end = exit_status::error;
    }
  }
  if (!errors.empty()) errors.rethrow();
}

}  // namespace eddy
