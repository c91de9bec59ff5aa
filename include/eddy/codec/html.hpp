// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eddy::html {

namespace detail {
struct tree;
struct selector_list;
}  // namespace detail

/// How much of a page is taken before it is refused.
struct limits {
  std::size_t max_bytes = std::size_t{8} * 1024 * 1024;
  std::size_t max_depth = 512;        ///< elements inside one another, `html` counts as 1
  std::size_t max_nodes = 1'000'000;  ///< elements, texts and comments, implied ones included
};

/// A page that goes beyond a limit. Nothing else is an error: any bytes are some page.
class parse_error {
 public:
  explicit parse_error(std::string message) : message_(std::move(message)) {}

  /// Which limit, with the figures.
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

 private:
  std::string message_;
};

/// A text that is not a selector, or none that eddy knows.
class selector_error {
 public:
  selector_error(std::size_t position, std::string_view problem);

  /// What is wrong, and at which byte of the text.
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

  /// Where in the text: a byte offset, at most the text's size.
  [[nodiscard]] std::size_t position() const noexcept { return position_; }

 private:
  std::size_t position_;
  std::string message_;
};

/// A CSS selector, ready to be used on any number of documents.
///
/// Types, `*`, `#id`, `.class`, `[attribute]` with all operators and `i`; the combinators space,
/// `>`,
/// `+` and `~`; lists; `:not()` and `:is()` of simple selectors, `:first-child`, `:last-child`,
/// `:only-child`, `:nth-child()`, `:nth-last-child()`, the same with `-of-type`, `:empty`, `:root`
/// and
/// `:scope`.
///
/// Thread safety: const; one selector may be used by several threads.
class selector {
 public:
  [[nodiscard]] static std::expected<selector, selector_error> parse(std::string_view css);

 private:
  friend class document;
  friend class element;
  explicit selector(std::shared_ptr<const detail::selector_list> list) : list_(std::move(list)) {}

  std::shared_ptr<const detail::selector_list> list_;
};

/// One element of a document.
///
/// Lifetime: as long as its document; moving the document does no harm.
class element {
 public:
  /// In lower case, as HTML has it: `h1`.
  [[nodiscard]] std::string_view name() const;

  /// The text inside, each run of white space as one space, none at the ends.
  ///
  /// A line break and the border of a block, such as a paragraph or a table cell, count as white
  /// space. What is inside `script`, `style` and `template` is not text of the elements around
  /// them.
  [[nodiscard]] std::string text() const;

  /// The value of the attribute; the case of the name does not matter.
  [[nodiscard]] std::optional<std::string> attribute(std::string_view name) const;

  /// The elements inside this one that match, in the order of the document.
  ///
  /// The selector sees this element and what is inside it, and nothing further out; `:scope` is
  /// this element.
  [[nodiscard]] std::vector<element> select(const selector& what) const;

 private:
  friend class document;
  element(const detail::tree& tree, std::uint32_t index) : tree_(&tree), index_(index) {}

  const detail::tree* tree_;
  std::uint32_t index_;
};

/// A parsed page.
///
/// Thread safety: const; once parsed it may be read by several threads.
class document {
 public:
  /// Reads a page as browsers do: elements that it leaves out are there, and whatever the bytes
  /// are, there is an `html` around everything.
  ///
  /// Errors: a page beyond the limits. It is refused early, and safely.
  [[nodiscard]] static std::expected<document, parse_error> parse(std::string_view bytes,
                                                                  limits limits = {});

  document(document&&) noexcept;
  document& operator=(document&&) noexcept;
  ~document();

  /// The elements that match, `html` among them, in the order of the document.
  [[nodiscard]] std::vector<element> select(const selector& what) const;

  /// The text of the first `title`; empty without one.
  [[nodiscard]] std::string title() const;

 private:
  explicit document(std::unique_ptr<const detail::tree> tree);

  std::unique_ptr<const detail::tree> tree_;  // elements refer to what it points to
};

}  // namespace eddy::html
