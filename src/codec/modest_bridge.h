// SPDX-License-Identifier: MIT
#pragma once

// Modest's HTML parser, whose headers do not compile as C++, reduced to what eddy needs: parse a
// page, then visit its nodes once. Nothing here recurses, whatever the page.

#ifdef __cplusplus
#include <cstddef>
extern "C" {
#else
#include <stdbool.h>
#include <stddef.h>
#endif

// NOLINTBEGIN(modernize-use-using): this is also C
typedef struct modest_page modest_page;

typedef struct modest_limits {
  size_t depth;
  size_t nodes;
  size_t attribute_bytes;
  size_t unknown_names;  // different names of elements that HTML does not have
} modest_limits;

typedef enum modest_status {
  modest_ok,
  modest_too_deep,
  modest_too_many_nodes,
  modest_too_many_attributes,
  modest_too_many_names,
  modest_no_memory
} modest_status;

typedef struct modest_text {
  const char* data;  // may be null where size is 0
  size_t size;
} modest_text;

typedef struct modest_node {
  bool is_text;      // else it is an element
  bool is_html;      // an element of HTML itself, not of SVG or MathML
  size_t depth;      // the element `html` has 1
  modest_text text;  // of a text node; an element's name
} modest_node;
// NOLINTEND(modernize-use-using)

// The bytes must outlive the page. On any status but modest_ok the page is null.
modest_status modest_parse(const char* bytes, size_t size, const modest_limits* limits,
                           modest_page** page);
void modest_destroy(modest_page* page);

// Goes to the next element or text in the order of the document; false after the last one.
bool modest_next(modest_page* page, modest_node* node);

// Goes to the next attribute of the element that modest_next went to; false after the last one.
bool modest_next_attribute(modest_page* page, modest_text* name, modest_text* value);

#ifdef __cplusplus
}
#endif
