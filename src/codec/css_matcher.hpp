// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "css_selector.hpp"
#include "html_tree.hpp"

namespace eddy::html::detail {

/// In the order of the document, none twice.
[[nodiscard]] std::vector<element_index> matches_in_document(const tree& page,
                                                             const selector_list& selectors);

/// The same among what is inside the element, which itself is found only as `:scope`.
[[nodiscard]] std::vector<element_index> matches_inside(const tree& page, element_index scope,
                                                        const selector_list& selectors);

}  // namespace eddy::html::detail
