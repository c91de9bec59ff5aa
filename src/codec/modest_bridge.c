// SPDX-License-Identifier: MIT
#include "modest_bridge.h"

#include <stdlib.h>
#include <string.h>

#include <myhtml/myhtml.h>
#include <myhtml/tree.h>

// A page is fed in pieces of about this size, so that one beyond its limits is given up soon.
static const size_t piece_size = 32 * 1024;

struct modest_page {
  myhtml_t* parser;
  myhtml_tree_t* tree;
  modest_limits limits;
  modest_status status;
  size_t nodes;
  size_t attribute_bytes;
  myhtml_tree_node_t* node;        // where the visit is
  size_t depth;                    // of node; the document itself has 0
  myhtml_token_attr_t* attribute;  // the next one to be handed out
};

static void give_up(modest_page* page, modest_status why) {
  if (page->status != modest_ok) return;
  page->status = why;
  // The parser cannot be stopped inside a piece, but it can be told to build nothing more.
  myhtml_tree_parse_flags_set(page->tree, MyHTML_TREE_PARSE_FLAGS_WITHOUT_PROCESS_TOKEN);
}

static size_t attribute_bytes_of(const myhtml_token_node_t* token) {
  size_t bytes = 0;
  if (token == NULL) return bytes;
  for (const myhtml_token_attr_t* a = token->attr_first; a != NULL; a = a->next) {
    bytes += a->key.length + a->value.length + sizeof *a;
  }
  return bytes;
}

// Called for each node that enters the tree. Counting what the page says would not do: the parser
// copies the formatting elements that are open, attributes and all, into each new paragraph.
static void count_node(myhtml_tree_t* tree, myhtml_tree_node_t* node, void* context) {
  modest_page* page = context;
  page->nodes += 1;
  page->attribute_bytes += attribute_bytes_of(node->token);
  // Where the parser has cut blanks from the front of a text, the size it notes is too large by as
  // much, and it would append beyond the end.
  if (node->tag_id == MyHTML_TAG__TEXT && node->token != NULL) {
    node->token->str.size = node->token->str.length + 1;
  }
  if (tree->open_elements->length > page->limits.depth) give_up(page, modest_too_deep);
  if (page->nodes > page->limits.nodes) give_up(page, modest_too_many_nodes);
  if (page->attribute_bytes > page->limits.attribute_bytes) {
    give_up(page, modest_too_many_attributes);
  }
}

static modest_status start(modest_page* page) {
  page->parser = myhtml_create();
  if (page->parser == NULL) return modest_no_memory;
  if (myhtml_init(page->parser, MyHTML_OPTIONS_PARSE_MODE_SINGLE, 1, 0)) return modest_no_memory;
  page->tree = myhtml_tree_create();
  if (page->tree == NULL) return modest_no_memory;
  if (myhtml_tree_init(page->tree, page->parser)) return modest_no_memory;
  myhtml_callback_tree_node_insert_set(page->tree, count_node, page);
  myhtml_encoding_set(page->tree, MyENCODING_UTF_8);
  return modest_ok;
}

// The parser loses its place where the first characters of a `<!--`, `<!doctype` or `<![CDATA[`
// come in two pieces; the end of a character reference should not be missing either.
static bool may_cut_after(const char* bytes, size_t size) {
  const size_t longest = 12;
  const char last = bytes[size - 1];
  return (last == '>' || last == ' ' || last == '\n') && size > longest &&
         memchr(bytes + size - longest, '!', longest) == NULL;
}

static size_t first_piece(const char* bytes, size_t size) {
  if (size <= piece_size) return size;
  for (size_t piece = piece_size; piece > 0; --piece) {
    if (may_cut_after(bytes, piece)) return piece;
  }
  for (size_t piece = piece_size + 1; piece < size; ++piece) {
    if (may_cut_after(bytes, piece)) return piece;
  }
  return size;
}

static modest_status feed(modest_page* page, const char* bytes, size_t size) {
  // Once at least: a parser that was never fed cannot be told that the page ends.
  do {
    const size_t piece = first_piece(bytes, size);
    if (myhtml_parse_chunk_single(page->tree, bytes, piece)) return modest_no_memory;
    // Names are entered before their elements, and a tag that goes on and on is not in the tree
    // yet.
    if (page->tree->tags->tags_count - MyHTML_TAG_LAST_ENTRY > page->limits.unknown_names) {
      give_up(page, modest_too_many_names);
    }
    if (attribute_bytes_of(page->tree->current_token_node) > page->limits.attribute_bytes) {
      give_up(page, modest_too_many_attributes);
    }
    if (page->status != modest_ok) return page->status;
    bytes += piece;
    size -= piece;
  } while (size > 0);
  if (myhtml_parse_chunk_end(page->tree)) return modest_no_memory;
  return page->status;
}

modest_status modest_parse(const char* bytes, size_t size, const modest_limits* limits,
                           modest_page** page) {
  *page = NULL;
  modest_page* made = calloc(1, sizeof *made);
  if (made == NULL) return modest_no_memory;
  made->limits = *limits;
  modest_status status = start(made);
  if (status == modest_ok) status = feed(made, bytes, size);
  if (status != modest_ok) {
    modest_destroy(made);
    return status;
  }
  made->node = myhtml_tree_get_document(made->tree);
  *page = made;
  return modest_ok;
}

void modest_destroy(modest_page* page) {
  if (page == NULL) return;
  myhtml_tree_destroy(page->tree);
  myhtml_destroy(page->parser);
  free(page);
}

// The next node in the order of the document: first inside, then beside, then beside what is
// around.
static void step(modest_page* page) {
  if (page->node->child != NULL) {
    page->node = page->node->child;
    page->depth += 1;
    return;
  }
  while (page->node != NULL && page->node->next == NULL) {
    page->node = page->node->parent;
    page->depth -= 1;
  }
  if (page->node != NULL) page->node = page->node->next;
}

static modest_text text_of(const mycore_string_t* string) {
  return (modest_text){string->data, string->length};
}

bool modest_next(modest_page* page, modest_node* node) {
  while (page->node != NULL) {
    step(page);
    if (page->node == NULL) break;
    const myhtml_tree_node_t* here = page->node;
    if (here->tag_id == MyHTML_TAG__COMMENT || here->tag_id == MyHTML_TAG__DOCTYPE) continue;
    node->is_text = here->tag_id == MyHTML_TAG__TEXT;
    node->is_html = here->ns == MyHTML_NAMESPACE_HTML;
    node->depth = page->depth;
    if (node->is_text) {
      node->text = here->token == NULL ? (modest_text){NULL, 0} : text_of(&here->token->str);
      page->attribute = NULL;
    } else {
      node->text.data = myhtml_tag_name_by_id(page->tree, here->tag_id, &node->text.size);
      page->attribute = here->token == NULL ? NULL : here->token->attr_first;
    }
    return true;
  }
  return false;
}

bool modest_next_attribute(modest_page* page, modest_text* name, modest_text* value) {
  if (page->attribute == NULL) return false;
  *name = text_of(&page->attribute->key);
  *value = text_of(&page->attribute->value);
  page->attribute = page->attribute->next;
  return true;
}
