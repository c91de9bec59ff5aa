// SPDX-License-Identifier: MIT
#include <eddy/core/introspect.hpp>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <eddy/core/loop.hpp>

namespace eddy {
namespace {

using detail::frame;
using detail::task_record;
using children_of = std::map<std::uint64_t, std::vector<const task_record*>>;

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

struct waiting {
  std::string what = "running";
  std::vector<const frame*> stack;  // outermost first
};

waiting look_into(const task_record& task) {
  waiting seen;
  const frame* f = task.root;
  while (f != nullptr) {
    seen.stack.push_back(f);
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
  fmt::format_to(std::back_inserter(out), "{}#{}  {} {}", task.name(), task.id, seen.what,
                 age(now - task.since));
  for (auto f = seen.stack.rbegin(); f != seen.stack.rend(); ++f) {
    const std::source_location& site = (*f)->site;
    if (site.line() == 0) continue;  // not yet at its first co_await
    if (f == seen.stack.rbegin()) {
      fmt::format_to(std::back_inserter(out), "  {}:{} {}", base_name(site.file_name()),
                     site.line(), short_function(site.function_name()));
    } else {
      fmt::format_to(std::back_inserter(out), " ← {}:{} {}", base_name(site.file_name()),
                     site.line(), short_function(site.function_name()));
    }
  }
  const bool being_cancelled = std::ranges::any_of(
      seen.stack, [](const frame* f) { return (f->bits & detail::cancel_bits) != 0; });
  if (being_cancelled) fmt::format_to(std::back_inserter(out), "  [{}]", to_string(task.asked()));
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

void dump_tasks() {
  if (const loop* home = loop::current()) std::fputs(task_tree(*home).c_str(), stderr);
}

}  // namespace eddy
