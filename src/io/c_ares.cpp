// SPDX-License-Identifier: MIT
#include "c_ares.hpp"

#include <mutex>
#include <new>
#include <stdexcept>
#include <string>

namespace eddy::detail {

void check_ares(int status) {
  if (status == ARES_SUCCESS) return;
  if (status == ARES_ENOMEM) throw std::bad_alloc();
  throw std::runtime_error(std::string("eddy: c-ares: ") + ::ares_strerror(status));
}

ares_owner new_ares(ares_options& options, int given) {
  static std::once_flag once;
  std::call_once(once, [] { check_ares(::ares_library_init(ARES_LIB_INIT_ALL)); });
  ares_channel made = nullptr;
  check_ares(::ares_init_options(&made, &options, given));
  return ares_owner(made);
}

}  // namespace eddy::detail
