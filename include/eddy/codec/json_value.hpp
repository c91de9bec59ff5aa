// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace eddy::json {

class value;

using array = std::vector<value>;

/// A document does not hold what was asked of it; `what()` says what it holds instead.
class access_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The members of an object, in the order in which they were written.
///
/// A name can stand twice in a text that was parsed; the last one counts, as in ECMAScript. Members
/// are found by looking at each: what looks up many names in a large object copies it to a map.
class object {
 public:
  using member = std::pair<std::string, value>;
  using iterator = std::vector<member>::iterator;
  using const_iterator = std::vector<member>::const_iterator;

  object() noexcept;
  object(std::initializer_list<member> members);
  object(const object&);
  object(object&&) noexcept;
  object& operator=(const object&);
  object& operator=(object&&) noexcept;
  ~object();

  /// The member's value; null if there is none.
  [[nodiscard]] const value* find(std::string_view name) const noexcept;
  [[nodiscard]] value* find(std::string_view name) noexcept;
  [[nodiscard]] bool contains(std::string_view name) const noexcept {
    return find(name) != nullptr;
  }

  /// Gives the member of that name a value; a new one stands behind the others.
  void set(std::string_view name, value v);
  /// Puts a member behind the others, without a look at their names.
  void append(std::string name, value v);
  /// Makes room for so many members.
  void reserve(std::size_t members);
  /// Whether there was one.
  bool erase(std::string_view name) noexcept;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] iterator begin() noexcept;
  [[nodiscard]] iterator end() noexcept;
  [[nodiscard]] const_iterator begin() const noexcept;
  [[nodiscard]] const_iterator end() const noexcept;

  /// Whether the same members stand in the same order.
  friend bool operator==(const object& left, const object& right) noexcept;

 private:
  std::vector<member> members_;
};

/// What a value is. Numbers written without a fraction or an exponent are integers, `unsigned` if
/// they are beyond an `int64_t`.
enum class kind : unsigned char {
  null,
  boolean,
  integer,
  unsigned_integer,
  real,
  string,
  array,
  object
};

/// A JSON document, or a part of one.
///
/// Example: `json::value order = json::object{{"id", 7}, {"tags", json::array{"new", "paid"}}};`
/// `order["tags"][0].as<std::string>()`
class value {
 public:
  value() noexcept = default;        ///< null
  value(std::nullptr_t) noexcept {}  // NOLINT: each of these is a JSON value
  template <std::same_as<bool> Bool>
  value(Bool b) noexcept : data_(b) {}  // NOLINT
  template <std::signed_integral Int>
  value(Int number) noexcept : data_(std::int64_t{number}) {}  // NOLINT
  template <std::unsigned_integral Int>
    requires(!std::same_as<Int, bool>)
  value(Int number) noexcept {  // NOLINT
    if (std::uint64_t{number} <= std::numeric_limits<std::int64_t>::max()) {
      data_ = static_cast<std::int64_t>(number);
    } else {
      data_ = std::uint64_t{number};
    }
  }
  value(double number) noexcept : data_(number) {}                      // NOLINT
  value(std::string text) noexcept : data_(std::move(text)) {}          // NOLINT
  value(std::string_view text) : data_(std::string(text)) {}            // NOLINT
  value(const char* text) : data_(std::string(text)) {}                 // NOLINT
  value(json::array elements) noexcept : data_(std::move(elements)) {}  // NOLINT
  value(json::object members) noexcept : data_(std::move(members)) {}   // NOLINT

  [[nodiscard]] json::kind kind() const noexcept { return static_cast<json::kind>(data_.index()); }
  [[nodiscard]] bool is_null() const noexcept { return kind() == json::kind::null; }
  [[nodiscard]] bool is_string() const noexcept { return kind() == json::kind::string; }
  [[nodiscard]] bool is_array() const noexcept { return kind() == json::kind::array; }
  [[nodiscard]] bool is_object() const noexcept { return kind() == json::kind::object; }
  [[nodiscard]] bool is_number() const noexcept {
    return kind() >= json::kind::integer && kind() <= json::kind::real;
  }

  /// As a `bool`, a number or a text. Any number is given as a floating one; as an integer only
  /// one that it can hold exactly.
  ///
  /// Errors: throws `access_error` for a value of another kind, or a number that does not fit.
  /// Lifetime: a `std::string_view` is valid as long as this.
  template <class T>
  [[nodiscard]] T as() const;

  /// Errors: each throws `access_error` for a value of another kind.
  [[nodiscard]] const std::string& as_string() const;
  [[nodiscard]] const json::array& as_array() const;
  [[nodiscard]] json::array& as_array();
  [[nodiscard]] const json::object& as_object() const;
  [[nodiscard]] json::object& as_object();

  /// A member of an object. Reading never makes one: see `set`.
  ///
  /// Errors: throws `access_error` if this is no object or has no such member.
  [[nodiscard]] const value& operator[](std::string_view name) const;
  [[nodiscard]] value& operator[](std::string_view name);

  /// An element of an array, the first being 0.
  ///
  /// Errors: throws `access_error` if this is no array or a shorter one.
  [[nodiscard]] const value& operator[](std::size_t index) const;
  [[nodiscard]] value& operator[](std::size_t index);

  /// A member of an object; null if this is no object or has no such member.
  [[nodiscard]] const value* find(std::string_view name) const noexcept;

  /// The member as a `T`, or `fallback` where there is none or it is null.
  ///
  /// Errors: throws `access_error` if it is of another kind.
  template <class T>
  [[nodiscard]] T get_or(std::string_view name, T fallback) const {
    const value* found = find(name);
    return found == nullptr || found->is_null() ? std::move(fallback) : found->as<T>();
  }

  /// Gives the member of that name a value; makes null an object first.
  ///
  /// Errors: throws `access_error` if this is anything else.
  void set(std::string_view name, value v);

  /// Puts a value behind the others; makes null an array first.
  ///
  /// Errors: throws `access_error` if this is anything else.
  void push_back(value v);

  /// Whether both are of one kind and equal.
  friend bool operator==(const value& left, const value& right) noexcept = default;

 private:
  [[nodiscard]] bool to_bool() const;
  [[nodiscard]] std::int64_t to_signed(std::int64_t least, std::int64_t most) const;
  [[nodiscard]] std::uint64_t to_unsigned(std::uint64_t most) const;
  [[nodiscard]] double to_real() const;

  // In the order of `kind`.
  std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, json::array,
               json::object>
      data_;
};

template <class T>
T value::as() const {
  using limits = std::numeric_limits<T>;
  if constexpr (std::same_as<T, bool>) {
    return to_bool();
  } else if constexpr (std::signed_integral<T>) {
    return static_cast<T>(to_signed(limits::min(), limits::max()));
  } else if constexpr (std::unsigned_integral<T>) {
    return static_cast<T>(to_unsigned(limits::max()));
  } else if constexpr (std::floating_point<T>) {
    return static_cast<T>(to_real());
  } else {
    static_assert(std::same_as<T, std::string> || std::same_as<T, std::string_view>,
                  "as<T>() gives bool, numbers, std::string and std::string_view; for the rest "
                  "there are as_array() and as_object()");
    return T(as_string());
  }
}

}  // namespace eddy::json
