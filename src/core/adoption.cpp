// SPDX-License-Identifier: MIT
#include <eddy/core/detail/adoption.hpp>

#include <string>

#include <eddy/core/detail/supervisor.hpp>
#include <eddy/core/error.hpp>

namespace eddy::detail {
namespace {

/// Made when a task first adopts something, gone when that is cleaned up.
class task_adoption final : public adoption, public pool_allocated {
 public:
  task_adoption(loop& home, task_record& record) noexcept { open(home, record); }

 private:
  // As asyncio does: whoever dropped it has gone on, and has nothing to do with its failure.
  void failed(std::exception_ptr error) noexcept override {
    report("clean-up of something that task " + std::string(record_->name()) + "#" +
           std::to_string(record_->id) + " dropped half-way failed: " + detail::describe(error));
  }
  void settled() noexcept override {
    close();
    if (heir_ != nullptr) home_->bury(*heir_);
    delete this;
  }
};

/// What belongs to no task gets one of its own.
void spawn_clean_up(loop& home, cleanup_block& newest) {
  auto* task_of_its_own = spawn(home.background(), home, 0, []() -> task<> { co_return; });
  task_of_its_own->root->deferred = &newest;
  task_of_its_own->root->bits &= ~fresh;  // clean-up runs even if it is cancelled before
}

void discard(cleanup_block* newest, const char* why) noexcept {
  report(std::string("deferred clean-up of something dropped half-way cannot run: ") + why);
  while (newest != nullptr) delete std::exchange(newest, newest->older);
}

// Frames that own one another are destroyed one inside the other, in the order of any nested
// objects, down to this depth; what is deeper goes once those around it are gone.
constexpr int deepest = 256;
constinit thread_local int depth = 0;
constinit thread_local frame* deeper = nullptr;

void destroy(frame& f) noexcept {
  ++depth;
  f.handle().destroy();
  --depth;
}

}  // namespace

void adoption::open(loop& home, task_record& record) noexcept {
  home_ = &home;
  record_ = &record;
  outer_ = std::exchange(record.adopted, this);
}

void adoption::close() noexcept {
  adoption** at = &record_->adopted;
  while (*at != this) at = &(*at)->outer_;
  *at = outer_;
}

void adoption::add(cleanup_block& newest) noexcept {
  *end_ = &newest;
  while (*end_ != nullptr) end_ = &(*end_)->older;
  // Not here: its function may do anything, and a destructor called us.
  if (!std::exchange(begun_, true)) home_->bury(*this);
}

void adoption::advance() noexcept {
  home_->enter(*record_);
  if (first_ == nullptr) return settled();
  cleanup_block& next = *first_;
  first_ = std::exchange(next.older, nullptr);
  if (first_ == nullptr) end_ = &first_;
  cleanup_block::run(next, *this, nullptr, *home_, record_, slot_.asked_hard());
}

void adoption::cancel_hard() noexcept {
  for (adoption* each = this; each != nullptr; each = each->outer_) each->slot_.cancel(true);
}

void closing::begin(frame& owner) noexcept {
  owner_ = &owner;
  open(*owner.home, *owner.record);
}

bool closing::wait() noexcept {
  if (!begun()) {
    close();
    return false;
  }
  owner_->child = this;
  if (owner_->bits & frame_bit::cancel_hard) cancel_hard();
  return true;
}

void closing::settled() noexcept {
  close();
  owner_->child = nullptr;
  home_->push(*owner_);
}

void leave_to_task(cleanup_block& newest) noexcept {
  loop* const home = loop::current();
  if (home == nullptr) return discard(&newest, "its loop has ended; close() it before that");
  try {
    task_record* const record = home->current_task();
    if (record == nullptr) return spawn_clean_up(*home, newest);
    if (record->adopted == nullptr) new task_adoption(*home, *record);
    record->adopted->add(newest);
  } catch (const std::bad_alloc&) {
    discard(&newest, "out of memory");
  }
}

void abandon(frame& f) noexcept {
  f.bits |= dying;
  // Before what the frame owns leaves its own: downstream first.
  if (cleanup_block* newest = std::exchange(f.deferred, nullptr)) leave_to_task(*newest);
  if (depth == deepest) {
    f.next = std::exchange(deeper, &f);
    return;
  }
  destroy(f);
  while (depth == 0 && deeper != nullptr) {
    frame& next = *deeper;
    deeper = next.next;
    destroy(next);
  }
}

}  // namespace eddy::detail
