// SPDX-License-Identifier: MIT
#include <eddy/testing/tracked.hpp>

#include <set>

#include <gtest/gtest.h>

namespace eddy::testing {
namespace {

/// By address: an object that is gone cannot be asked whether it is.
std::set<const tracked*>& living() {
  static std::set<const tracked*> all;
  return all;
}

void born(const tracked* object) {
  ++tracked::alive;
  if (!living().insert(object).second) {
    ADD_FAILURE() << "a tracked value was constructed over one that is alive";
  }
}

}  // namespace

tracked::tracked(int value) : value_(value) {
  born(this);
  ++constructed;
}

tracked::tracked(const tracked& other) : value_(other.value()) {
  born(this);
  ++copied;
}

tracked::tracked(tracked&& other) noexcept : value_(other.value()) {
  born(this);
  other.moved_from_ = true;
  ++moved;
}

tracked& tracked::operator=(const tracked& other) {
  value_ = other.value();
  moved_from_ = false;
  ++copied;
  return *this;
}

tracked& tracked::operator=(tracked&& other) noexcept {
  value_ = other.value();
  if (this != &other) other.moved_from_ = true;
  moved_from_ = false;
  ++moved;
  return *this;
}

tracked::~tracked() {
  if (living().erase(this) == 0) {
    ADD_FAILURE() << "a tracked value was destroyed that is not alive";
    return;
  }
  --alive;
  ++destroyed;
}

int tracked::value() const {
  expect_usable();
  return value_;
}

void tracked::expect_usable() const {
  if (!living().contains(this)) {
    ADD_FAILURE() << "a tracked value was used that is not alive";
  } else if (moved_from_) {
    ADD_FAILURE() << "a tracked value was used after it was moved from";
  }
}

}  // namespace eddy::testing
