// SPDX-License-Identifier: MIT
#include <eddy/core/introspect.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <vector>

#include <fmt/format.h>

#include <eddy/core/loop.hpp>

#include "await_stack.hpp"

namespace eddy {
namespace {

using detail::frame;
using detail::task_record;
using children_of = std::map<std::uint64_t, std::vector<const task_record*>>;

struct waiting {
  std::string what = "running";
  bool being_cancelled = false;
};

waiting look_into(const task_record& task) {
  waiting seen;
  const frame* f = task.root;
  while (f != nullptr) {
    seen.being_cancelled |= (f->bits & detail::cancel_bits) != 0;
    if (f->bits & detail::queued) {
      seen.what = "ready to run";
      return seen;
    }
    if (f->child == nullptr) return seen;
    const detail::child_frame* below = f->child->running();
    if (below == nullptr || below->get() == nullptr) {
      seen.what = std::string("waits: ") + f->child->describe();
      return seen;
    }
    f = below->get();
  }
  seen.what = "being cancelled";
  return seen;
}

std::string age(duration span) {
  const double seconds = std::chrono::duration<double>(span).count();
  return seconds < 1 ? fmt::format("{:.0f} ms", seconds * 1e3) : fmt::format("{:.1f} s", seconds);
}

void write_task(std::string& out, const task_record& task, time_point now) {
  const waiting seen = look_into(task);
  fmt::format_to(std::back_inserter(out), "{}  {} {}", detail::label(task), seen.what,
                 age(now - task.since));
  if (const auto stack = detail::await_stack(task); !stack.empty()) {
    out += "  " + detail::to_string(stack);
  }
  if (seen.being_cancelled) {
    fmt::format_to(std::back_inserter(out), "  [{}]", to_string(task.asked()));
  }
  out += '\n';
}

// An explicit stack: a tree may be as deep as there are tasks.
void write_tree(std::string& out, const children_of& children, time_point now) {
  struct entry {
    const task_record* task;
    int depth;
  };
  std::vector<entry> todo;
  const auto add_children = [&](std::uint64_t parent, int depth) {
    const auto found = children.find(parent);
    if (found == children.end()) return;
    for (auto t = found->second.rbegin(); t != found->second.rend(); ++t)
      todo.push_back({*t, depth});
  };
  add_children(0, 0);
  while (!todo.empty()) {
    const entry next = todo.back();
    todo.pop_back();
    for (int level = 1; level < next.depth; ++level) out += "│  ";
    if (next.depth > 0) out += "├─ ";
    write_task(out, *next.task, now);
    add_children(next.task->id, next.depth + 1);
  }
}

}  // namespace

std::string task_tree(const loop& home) {
  std::vector<const task_record*> tasks;
  for (const task_record* t = home.live_tasks(); t != nullptr; t = t->next) tasks.push_back(t);
  std::ranges::sort(tasks, {}, &task_record::id);

  children_of children;
  for (const task_record* t : tasks) {
    // The task that started it may be gone already: then it stands at the top.
    const bool orphan = !std::ranges::binary_search(tasks, t->parent, {}, &task_record::id);
    children[orphan ? 0 : t->parent].push_back(t);
  }
  std::string out;
  write_tree(out, children, home.tick());
  return out;
}

std::string detail::to_string(const pending_work& work) {
  std::string text;
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count == 0) return;
    fmt::format_to(std::back_inserter(text), "{}{} {}{}", text.empty() ? "" : ", ", count, what,
                   count == 1 ? "" : "s");
  };
  add(work.tasks, "task");
  add(work.timers, "timer");
  add(work.operations, "operation");
  add(work.remote, "thread job");
  return text.empty() ? "nothing" : text;
}

void dump_tasks() {
  if (const loop* home = loop::current()) std::fputs(task_tree(*home).c_str(), stderr);
}

}  // namespace eddy
