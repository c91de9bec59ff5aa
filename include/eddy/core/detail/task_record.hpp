// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>

#include <eddy/core/cancel.hpp>
#include <eddy/core/detail/context.hpp>
#include <eddy/core/time.hpp>

namespace eddy::detail {

class adoption;
struct frame;

/// What is known of one task: its identity, its place in the tree and what became of it. Sits in
/// the control block of whatever started it (run, create_task, a gather's child).
struct task_record {
  task_record() = default;
  task_record(const task_record&) = delete;
  task_record& operator=(const task_record&) = delete;

  task_record* previous = nullptr;  // the loop's list of live tasks
  task_record* next = nullptr;
  task_record* within = nullptr;  // the task that awaits this one in place, as gather does
  context_ref context;            // begins as its starter's
  frame* root = nullptr;          // outermost frame; null while it is being destroyed
  std::uint64_t id = 0;
  std::uint64_t parent = 0;     // id of the task that started it
  time_point since{};           // when it last suspended, to the tick
  adoption* adopted = nullptr;  // clean-up it must see the end of; null when there is none

  [[nodiscard]] std::string_view name() const noexcept;
  void set_name(std::string name);
  /// The cancel in force, or the last one if a scope inside the task has dealt with it.
  [[nodiscard]] cancel_reason asked() const noexcept;
  void note_cancel(const cancel_reason& reason) noexcept;
  /// Where its coroutine is defined; known in debug mode only.
  [[nodiscard]] std::source_location origin() const noexcept;
  void note_origin(const std::source_location& defined) noexcept;

 protected:
  ~task_record() = default;

 private:
  // Most tasks have neither a name nor a cancel; those that do pay for it.
  struct details {
    std::string name;
    cancel_reason asked{cancel_kind::none, {}, 0};
    std::source_location origin;
  };
  details& more();
  std::unique_ptr<details> details_;
};

}  // namespace eddy::detail
