// SPDX-License-Identifier: MIT
#include <eddy/io/detail/stream_listener.hpp>

#include <cerrno>
#include <chrono>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/core/error.hpp>

namespace eddy::detail {
namespace {

constexpr auto pause = std::chrono::milliseconds(50);

// Descriptors or memory have run out, or a firewall refuses: asking again at once would only spin.
bool may_pass(int error) noexcept {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM ||
         error == EPERM;
}

// What befell the one connection and says nothing about the listener: Linux passes on errors that
// were already pending on the new socket.
bool is_of_one_connection(int error) noexcept {
  switch (error) {
    case ECONNABORTED:
    case EPROTO:
    case ENOPROTOOPT:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
      return true;
    default:
      return false;
  }
}

}  // namespace

void stream_listener::close() {
  if (accepting_.taken()) {
    throw std::logic_error("eddy: listener close while a task accepts: cancel that task first");
  }
  fd_.close();
}

duration accept_failures::pause_after(int error, const std::string& where) {
  if (is_of_one_connection(error)) return duration::zero();
  const io_error failure(error, fmt::format("accept {}", where));
  if (!may_pass(error)) throw failure;
  if (!told_) report(fmt::format("{}; trying again every {} ms", failure.what(), pause.count()));
  told_ = true;
  return pause;
}

}  // namespace eddy::detail
