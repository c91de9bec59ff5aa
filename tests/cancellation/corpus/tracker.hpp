// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace eddy::cancellation {

/// What the run that is under way has done so far.
struct ledger {
  std::set<const void*> alive;  // every tracked object
  int bodies_begun = 0;         // bodies that have clean-up of their own
  int cleanups_begun = 0;
  int cleanups_ended = 0;

  void clear() { *this = ledger(); }
};
extern ledger book;

/// Reports a broken rule, with the shape and the way it was cancelled.
void problem(std::string_view what);

/// Every catch (...) of a shape says so: no cancel may ever get there.
void entered_catch();

/// An object whose life is watched: built once, destroyed once, and it owns memory in between.
struct tracked {
  std::string text = "a text too long for the small buffer of a string";
  int value = 0;

  tracked() { built(); }
  explicit tracked(int v) : value(v) { built(); }
  tracked(const tracked& other) : text(other.text), value(other.value) { built(); }
  tracked(tracked&& other) noexcept : text(std::move(other.text)), value(other.value) { built(); }
  tracked& operator=(const tracked&) = default;
  tracked& operator=(tracked&&) noexcept = default;
  ~tracked() {
    if (book.alive.erase(this) == 0) problem("an object was destroyed that is not alive");
  }
  explicit operator bool() const { return true; }

 private:
  void built() noexcept {
    if (!book.alive.insert(this).second) problem("an object was built over a living one");
  }
};

/// For designated initialisers: members with and without destructors.
struct request {
  tracked body{};
  std::string host = "a host name that is rather long to be one";
  int number = 0;
};

}  // namespace eddy::cancellation
