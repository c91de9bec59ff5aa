// SPDX-License-Identifier: MIT
#include <eddy/core/detail/backend.hpp>

#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

namespace eddy::detail {
namespace {

backend_kind kind_from_environment() {
  const char* value = std::getenv("EDDY_BACKEND");
  const std::string_view name = value != nullptr ? value : "";
  if (name.empty()) return backend_kind::automatic;
  if (name == "uring") return backend_kind::uring;
  if (name == "epoll") return backend_kind::epoll;
  throw std::runtime_error(fmt::format(
      "eddy: EDDY_BACKEND={}: no such backend; use uring, epoll, or leave it unset", name));
}

}  // namespace

std::unique_ptr<backend> make_backend(backend_kind kind) {
  if (kind == backend_kind::automatic) kind = kind_from_environment();
  if (kind == backend_kind::sim) return make_sim_backend();
  if (kind == backend_kind::epoll) return make_epoll_backend();

  int error = 0;
  if (auto uring = make_uring_backend(error)) return uring;
  if (kind == backend_kind::automatic) return make_epoll_backend();
  throw std::runtime_error(fmt::format(
      "eddy: io_uring was asked for, but the system refuses it: {}; it needs Linux 6.1, the "
      "sysctl "
      "kernel.io_uring_disabled=0 and no sandbox that blocks it. The epoll backend runs everywhere",
      std::generic_category().message(error)));
}

}  // namespace eddy::detail
