// SPDX-License-Identifier: MIT
#include <eddy/http/headers.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <fmt/core.h>

#include <http/message/text.hpp>

namespace eddy::http {
namespace {

constexpr std::size_t not_found = std::numeric_limits<std::size_t>::max();

void check_name(std::string_view name) {
  if (name.empty()) throw std::invalid_argument("header field: its name is empty");
  const auto bad = std::ranges::find_if_not(name, detail::is_token_char);
  if (bad == name.end()) return;
  throw std::invalid_argument(fmt::format("header field {}: {} at byte {} is not allowed in a name",
                                          detail::quoted(name), detail::byte_name(*bad),
                                          bad - name.begin()));
}

void check_value(std::string_view name, std::string_view value) {
  if (!detail::has_control(value)) return;
  const auto bad = std::ranges::find_if(value, detail::is_control);
  throw std::invalid_argument(
      fmt::format("header field {}: {} at byte {} is not allowed in a value", name,
                  detail::byte_name(*bad), bad - value.begin()));
}

// The largest name or value that an entry can describe.
void check_size(std::string_view name, std::string_view value) {
  constexpr auto largest = std::numeric_limits<std::uint32_t>::max();
  if (name.size() <= largest && value.size() <= largest) return;
  throw std::invalid_argument(
      fmt::format("header field {}: longer than {} bytes", detail::quoted(name), largest));
}

}  // namespace

headers::headers(std::initializer_list<field> fields) {
  for (const auto& [name, value] : fields) add(name, value);
}

std::optional<std::string_view> headers::get(std::string_view name) const noexcept {
  const std::size_t index = find(name);
  if (index == not_found) return std::nullopt;
  return (*this)[index].value;
}

std::vector<std::string_view> headers::get_all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (auto i = find(name); i != not_found; i = find(name, i + 1)) {
    values.push_back((*this)[i].value);
  }
  return values;
}

bool headers::contains(std::string_view name) const noexcept { return find(name) != not_found; }

bool headers::has_token(std::string_view name, std::string_view token) const noexcept {
  for (auto i = find(name); i != not_found; i = find(name, i + 1)) {
    std::string_view rest = (*this)[i].value;
    for (;;) {
      const auto comma = rest.find(',');
      if (detail::equal_ignoring_case(detail::trim(rest.substr(0, comma)), token)) return true;
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

void headers::add(std::string_view name, std::string_view value) {
  check_name(name);
  check_value(name, value);
  check_size(name, value);
  append(name, detail::trim(value));
}

void headers::set(std::string_view name, std::string_view value) {
  const std::size_t first = find(name);
  if (first == not_found) return add(name, value);

  check_name(name);
  check_value(name, value);
  check_size(name, value);
  entries_[first] = store(name, detail::trim(value));
  const std::string_view stored = (*this)[first].name;  // `name` may have pointed into text_
  for (auto i = find(stored, first + 1); i != not_found; i = find(stored, i)) {
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

std::size_t headers::erase(std::string_view name) noexcept {
  return std::erase_if(
      entries_, [&](const entry& e) { return detail::equal_ignoring_case(at(e).name, name); });
}

void headers::clear() noexcept {
  entries_.clear();
  text_.clear();
}

bool operator==(const headers& left, const headers& right) noexcept {
  return std::ranges::equal(left, right);
}

field headers::at(const entry& e) const noexcept {
  const std::string_view text = text_;
  return {.name = text.substr(e.offset, e.name_size),
          .value = text.substr(e.offset + e.name_size, e.value_size)};
}

std::size_t headers::find(std::string_view name, std::size_t from) const noexcept {
  for (; from < entries_.size(); ++from) {
    if (detail::equal_ignoring_case((*this)[from].name, name)) return from;
  }
  return not_found;
}

void headers::append(std::string_view name, std::string_view value) {
  if (entries_.empty()) entries_.reserve(16);
  entries_.push_back(store(name, value));
}

headers::entry headers::store(std::string_view name, std::string_view value) {
  const std::size_t needed = name.size() + value.size();
  if (text_.capacity() - text_.size() < needed) {
    std::size_t live = 0;
    for (const entry& e : entries_) live += e.name_size + e.value_size;

    // `name` and `value` may point into text_ (`h.add("b", *h.get("a"))`): it stays as it is until
    // they are copied.
    std::string grown;
    grown.reserve(std::max(2 * live, live + needed + 256));
    for (entry& e : entries_) {
      const auto [old_name, old_value] = at(e);
      e.offset = grown.size();
      grown.append(old_name).append(old_value);
    }
    grown.append(name).append(value);
    text_ = std::move(grown);
  } else {
    text_.append(name).append(value);
  }
  return {.offset = text_.size() - needed,
          .name_size = static_cast<std::uint32_t>(name.size()),
          .value_size = static_cast<std::uint32_t>(value.size())};
}

}  // namespace eddy::http
