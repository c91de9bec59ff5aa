// SPDX-License-Identifier: MIT
#include <eddy/codec/json_value.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <ranges>

#include <fmt/format.h>

#include <eddy/codec/json.hpp>

namespace eddy::json {
namespace {

std::string_view words_for(kind k) noexcept {
  switch (k) {
    case kind::null:
      return "null";
    case kind::boolean:
      return "a boolean";
    case kind::integer:
    case kind::unsigned_integer:
    case kind::real:
      return "a number";
    case kind::string:
      return "a string";
    case kind::array:
      return "an array";
    case kind::object:
      return "an object";
  }
  return "nothing";
}

// The value itself where it is short, for a message.
std::string describe(const value& v) {
  constexpr std::size_t longest = 40;
  if (v.kind() == kind::boolean || v.is_number()) return fmt::format("{}", write(v));
  if (v.is_string() && v.as_string().size() <= longest) {
    return fmt::format("the string {}", write(v));
  }
  return std::string(words_for(v.kind()));
}

[[noreturn]] void refuse(const value& v, std::string_view wanted) {
  throw access_error(fmt::format("JSON: {} was asked for, and this is {}", wanted, describe(v)));
}

[[noreturn]] void refuse_number(const value& v) {
  throw access_error(
      fmt::format("JSON: {} is not an integer of the type that was asked for", write(v)));
}

// The integer that a double stands for exactly; false if it stands for none.
template <class Int>
bool holds(double number, Int& integer) noexcept {
  // 2^63 or 2^64: the first double beyond Int, whose own maximum no double is.
  const double beyond = std::ldexp(1.0, std::numeric_limits<Int>::digits);
  const double least = std::is_signed_v<Int> ? -beyond : 0.0;
  if (!(number >= least && number < beyond) || std::trunc(number) != number) return false;
  integer = static_cast<Int>(number);
  return true;
}

auto find_member(auto& members, std::string_view name) noexcept {
  auto reversed = std::views::reverse(members);
  const auto found =
      std::ranges::find_if(reversed, [&](const object::member& m) { return m.first == name; });
  return found == reversed.end() ? nullptr : &found->second;
}

}  // namespace

object::object() noexcept = default;
object::object(std::initializer_list<member> members) : members_(members) {}
object::object(const object&) = default;
object::object(object&&) noexcept = default;
object& object::operator=(const object&) = default;
object& object::operator=(object&&) noexcept = default;
object::~object() = default;

const value* object::find(std::string_view name) const noexcept {
  return find_member(members_, name);
}
value* object::find(std::string_view name) noexcept { return find_member(members_, name); }

void object::set(std::string_view name, value v) {
  if (value* found = find(name)) {
    *found = std::move(v);
  } else {
    append(std::string(name), std::move(v));
  }
}

void object::append(std::string name, value v) {
  members_.emplace_back(std::move(name), std::move(v));
}

void object::reserve(std::size_t members) { members_.reserve(members); }

bool object::erase(std::string_view name) noexcept {
  return std::erase_if(members_, [&](const member& m) { return m.first == name; }) > 0;
}

std::size_t object::size() const noexcept { return members_.size(); }
object::iterator object::begin() noexcept { return members_.begin(); }
object::iterator object::end() noexcept { return members_.end(); }
object::const_iterator object::begin() const noexcept { return members_.begin(); }
object::const_iterator object::end() const noexcept { return members_.end(); }

bool operator==(const object& left, const object& right) noexcept {
  return left.members_ == right.members_;
}

const std::string& value::as_string() const {
  if (const auto* text = std::get_if<std::string>(&data_)) return *text;
  refuse(*this, "a string");
}

const array& value::as_array() const {
  if (const auto* elements = std::get_if<json::array>(&data_)) return *elements;
  refuse(*this, "an array");
}

array& value::as_array() { return const_cast<json::array&>(std::as_const(*this).as_array()); }

const object& value::as_object() const {
  if (const auto* members = std::get_if<json::object>(&data_)) return *members;
  refuse(*this, "an object");
}

object& value::as_object() { return const_cast<json::object&>(std::as_const(*this).as_object()); }

const value& value::operator[](std::string_view name) const {
  if (!is_object()) refuse(*this, fmt::format("the member \"{}\" of an object", name));
  if (const value* found = as_object().find(name)) return *found;
  throw access_error(fmt::format("JSON: the object has no member \"{}\"", name));
}

value& value::operator[](std::string_view name) {
  return const_cast<value&>(std::as_const(*this)[name]);
}

const value& value::operator[](std::size_t index) const {
  if (!is_array()) refuse(*this, fmt::format("the element {} of an array", index));
  const json::array& elements = as_array();
  if (index < elements.size()) return elements[index];
  throw access_error(
      fmt::format("JSON: the array has no element {}, its size is {}", index, elements.size()));
}

value& value::operator[](std::size_t index) {
  return const_cast<value&>(std::as_const(*this)[index]);
}

const value* value::find(std::string_view name) const noexcept {
  const auto* members = std::get_if<json::object>(&data_);
  return members == nullptr ? nullptr : members->find(name);
}

void value::set(std::string_view name, value v) {
  if (is_null()) data_ = json::object();
  as_object().set(name, std::move(v));
}

void value::push_back(value v) {
  if (is_null()) data_ = json::array();
  as_array().push_back(std::move(v));
}

bool value::to_bool() const {
  if (const bool* b = std::get_if<bool>(&data_)) return *b;
  refuse(*this, "a boolean");
}

std::int64_t value::to_signed(std::int64_t least, std::int64_t most) const {
  if (!is_number()) refuse(*this, "an integer");
  std::int64_t integer = 0;
  if (const auto* held = std::get_if<std::int64_t>(&data_)) {
    integer = *held;
  } else if (const auto* real = std::get_if<double>(&data_); !real || !holds(*real, integer)) {
    refuse_number(*this);
  }
  if (integer < least || integer > most) refuse_number(*this);
  return integer;
}

std::uint64_t value::to_unsigned(std::uint64_t most) const {
  if (!is_number()) refuse(*this, "an integer");
  std::uint64_t integer = 0;
  if (const auto* held = std::get_if<std::int64_t>(&data_)) {
    if (*held < 0) refuse_number(*this);
    integer = static_cast<std::uint64_t>(*held);
  } else if (const auto* large = std::get_if<std::uint64_t>(&data_)) {
    integer = *large;
  } else if (!holds(std::get<double>(data_), integer)) {
    refuse_number(*this);
  }
  if (integer > most) refuse_number(*this);
  return integer;
}

double value::to_real() const {
  if (const auto* integer = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*integer);
  if (const auto* large = std::get_if<std::uint64_t>(&data_)) return static_cast<double>(*large);
  if (const auto* real = std::get_if<double>(&data_)) return *real;
  refuse(*this, "a number");
}

}  // namespace eddy::json
