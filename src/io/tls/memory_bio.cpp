// SPDX-License-Identifier: MIT
#include "memory_bio.hpp"

#include <algorithm>

namespace eddy::detail {
namespace {

memory_buffers& buffers_of(BIO* bio) noexcept {
  return *static_cast<memory_buffers*>(BIO_get_data(bio));
}

int read_bio(BIO* bio, char* into, std::size_t size, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  memory_buffers& buffers = buffers_of(bio);
  *count = buffers.read(std::as_writable_bytes(std::span(into, size)));
  if (*count > 0) return 1;
  if (!buffers.ended()) BIO_set_retry_read(bio);
  return 0;
}

int write_bio(BIO* bio, const char* from, std::size_t size, std::size_t* count) {
  buffers_of(bio).write(std::as_bytes(std::span(from, size)));
  *count = size;
  return 1;
}

long control_bio(BIO* bio, int what, long, void*) {
  if (what == BIO_CTRL_FLUSH) return 1;
  if (what == BIO_CTRL_EOF) return buffers_of(bio).ended() ? 1 : 0;
  return 0;
}

const BIO_METHOD* make_method() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "eddy");
  BIO_meth_set_read_ex(method, read_bio);
  BIO_meth_set_write_ex(method, write_bio);
  BIO_meth_set_ctrl(method, control_bio);
  return method;
}

}  // namespace

std::size_t memory_buffers::read(std::span<std::byte> into) noexcept {
  const std::size_t count = std::min(into.size(), input_.size());
  std::copy_n(input_.begin(), count, into.begin());
  input_ = input_.subspan(count);
  return count;
}

bio_ptr make_memory_bio(memory_buffers& buffers) {
  static const BIO_METHOD* const method = make_method();  // for the life of the process
  bio_ptr bio(BIO_new(method));
  BIO_set_data(bio.get(), &buffers);
  BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace eddy::detail
