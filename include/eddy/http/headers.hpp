// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eddy::http {

namespace detail {
struct parsed_field;
}

/// One header field: a name and its value.
struct field {
  std::string_view name;
  std::string_view value;

  friend bool operator==(const field&, const field&) = default;
};

/// The fields of a message, in order; names compare without regard to case.
///
/// Nothing that could break a message apart gets in: a name is a token and a value has no control
/// bytes but tabs. White space around a value is dropped.
///
/// Lifetime: a view or iterator from here is valid until a field is added or set, or the headers
/// are moved or destroyed.
class headers {
 public:
  class const_iterator;

  headers() = default;
  headers(std::initializer_list<field> fields);

  /// The value of the first field of that name.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const noexcept;

  /// The values of all fields of that name.
  [[nodiscard]] std::vector<std::string_view> get_all(std::string_view name) const;

  [[nodiscard]] bool contains(std::string_view name) const noexcept;

  /// Whether `token` is an element of the comma-separated list in the fields of that name, without
  /// regard to case.
  ///
  /// Example: `message.headers.has_token("Connection", "close")`.
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const noexcept;

  /// Adds a field after the others.
  ///
  /// Errors: `std::invalid_argument` names the field and the byte that is not allowed.
  void add(std::string_view name, std::string_view value);

  /// Makes this the only field of its name, in the place of the first one.
  ///
  /// Errors: as `add`; the fields are then unchanged.
  void set(std::string_view name, std::string_view value);

  /// Removes all fields of that name; returns how many there were.
  std::size_t erase(std::string_view name) noexcept;

  void clear() noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] field operator[](std::size_t index) const noexcept { return at(entries_[index]); }
  [[nodiscard]] const_iterator begin() const noexcept;
  [[nodiscard]] const_iterator end() const noexcept;

  /// Whether the same fields stand in the same order, spelled the same.
  friend bool operator==(const headers& left, const headers& right) noexcept;

 private:
  // A name and, right after it, its value in text_.
  struct entry {
    std::size_t offset;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };

  [[nodiscard]] field at(const entry& e) const noexcept;
  [[nodiscard]] std::size_t find(std::string_view name, std::size_t from = 0) const noexcept;
  [[nodiscard]] entry store(std::string_view name, std::string_view value);
  void append(std::string_view name, std::string_view value);

  friend struct detail::parsed_field;

  std::string text_;  // what erase() and set() leave unused is dropped when it next grows
  std::vector<entry> entries_;
};

class headers::const_iterator {
 public:
  using value_type = field;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::input_iterator_tag;
  using iterator_concept = std::forward_iterator_tag;
  using reference = field;
  using pointer = void;

  const_iterator() = default;

  field operator*() const noexcept { return (*owner_)[index_]; }
  const_iterator& operator++() noexcept {
    ++index_;
    return *this;
  }
  const_iterator operator++(int) noexcept {
    const_iterator before = *this;
    ++index_;
    return before;
  }
  friend bool operator==(const const_iterator&, const const_iterator&) = default;

 private:
  friend class headers;
  const_iterator(const headers* owner, std::size_t index) noexcept : owner_(owner), index_(index) {}

  const headers* owner_ = nullptr;
  std::size_t index_ = 0;
};

inline headers::const_iterator headers::begin() const noexcept { return {this, 0}; }
inline headers::const_iterator headers::end() const noexcept { return {this, size()}; }

}  // namespace eddy::http
