// SPDX-License-Identifier: MIT
#include <eddy/core/detail/task_record.hpp>

#include <new>
#include <utility>

namespace eddy::detail {

std::string_view task_record::name() const noexcept {
  return details_ && !details_->name.empty() ? std::string_view(details_->name) : "task";
}

void task_record::set_name(std::string name) { more().name = std::move(name); }

cancel_reason task_record::asked() const noexcept {
  return details_ ? details_->asked : cancel_reason{cancel_kind::none, {}, 0};
}

void task_record::note_cancel(const cancel_reason& reason) noexcept {
  try {
    more().asked = reason;
  } catch (const std::bad_alloc&) {
    // The cancel matters, its reason does not.
  }
}

std::source_location task_record::origin() const noexcept {
  return details_ ? details_->origin : std::source_location();
}

void task_record::note_origin(const std::source_location& defined) noexcept {
  try {
    more().origin = defined;
  } catch (const std::bad_alloc&) {
    // It is only for messages.
  }
}

task_record::details& task_record::more() {
  if (!details_) details_ = std::make_unique<details>();
  return *details_;
}

}  // namespace eddy::detail
