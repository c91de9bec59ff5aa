// SPDX-License-Identifier: MIT
//
// c-ares sends, sends again, changes servers and falls back to TCP; we tell it when a socket is
// ready and when time is over. Each question has a channel of its own, so that cancelling it leaves
// nothing behind, and each a port of its own, which makes its answer hard to forge. However many
// sockets c-ares has open, one epoll descriptor says when one of them is ready, and that is all the
// loop sees.
#include "dns_channel.hpp"

#include <ares.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <eddy/core/error.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy::detail {
namespace {

class becoming_readable final : public io_awaiter {
 public:
  becoming_readable(int fd, io_slot& direction) noexcept
      : io_awaiter({.code = io_code::poll_in, .fd = fd}, direction) {}
  void await_resume() {
    if (const int result = take_result(); result < 0)
      throw io_error(-result, "wait for a name server");
  }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "a name server"; }
};

[[noreturn]] void throw_no_means(int error, std::string_view name) {
  throw io_error(error, fmt::format("ask a name server for {}", name));
}

int new_epoll(std::string_view name) {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw_no_means(errno, name);
  return fd;
}

struct ares_deleter {
  void operator()(ares_channel channel) const noexcept { ::ares_destroy(channel); }
};
using ares_owner = std::unique_ptr<std::remove_pointer_t<ares_channel>, ares_deleter>;

// For what cannot go wrong but for want of memory.
void check(int status) {
  if (status == ARES_SUCCESS) return;
  if (status == ARES_ENOMEM) throw std::bad_alloc();
  throw std::runtime_error(fmt::format("eddy: c-ares: {}", ::ares_strerror(status)));
}

ares_owner new_ares(ares_options& options, int given) {
  static std::once_flag once;
  std::call_once(once, [] { check(::ares_library_init(ARES_LIB_INIT_ALL)); });
  ares_channel made = nullptr;
  check(::ares_init_options(&made, &options, given));
  return ares_owner(made);
}

class channel {
 public:
  channel(const dns_servers& servers, std::string name, dns_type type)
      : name_(std::move(name)), type_(type), epoll_(new_epoll(name_)) {
    ares_options options{};
    // With all of these given, none are looked for in files: that would block the loop.
    const int given = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
                      ARES_OPT_LOOKUPS | ARES_OPT_SERVERS | ARES_OPT_DOMAINS | ARES_OPT_SORTLIST |
                      ARES_OPT_SOCK_STATE_CB | ARES_OPT_NOROTATE;
    char lookups[] = "b";
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    options.timeout = servers.timeout_ms;
    options.tries = servers.tries;
    options.lookups = lookups;
    options.sock_state_cb = socket_changed;
    options.sock_state_cb_data = this;
    ares_ = new_ares(options, given);
    ::ares_set_socket_functions(ares_.get(), &socket_functions, this);
    check(::ares_set_servers_ports_csv(ares_.get(),
                                       fmt::format("{}", fmt::join(servers.list, ",")).c_str()));
  }

  void ask() {
    ::ares_query(ares_.get(), name_.c_str(), class_internet, static_cast<int>(type_), answered,
                 this);
  }
  [[nodiscard]] bool over() const noexcept { return answer_.has_value(); }
  /// Errors: throws `io_error` if there were no sockets to ask with.
  [[nodiscard]] dns_answer take_answer() {
    const bool none_left = socket_error_ == EMFILE || socket_error_ == ENFILE;
    if (none_left && answer_->failure == resolve_failure::no_answer)
      throw_no_means(socket_error_, name_);
    return std::move(*answer_);
  }

  /// Waits until a socket is ready or time is over, and lets c-ares act on it.
  task<> step() {
    timeval left{};
    if (::ares_timeout(ares_.get(), nullptr, &left) == nullptr) left.tv_sec = 1;
    // A millisecond more: in the last fraction of one c-ares would find that it is not time yet.
    const auto limit = std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec) +
                       std::chrono::milliseconds(1);
    if (co_await wait_for_optional(becoming_readable(epoll_.get(), waiting_), limit)) {
      process_ready();
    } else {
      ::ares_process_fd(ares_.get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    }
  }

 private:
  static constexpr int class_internet = 1;

  void process_ready() {
    std::array<epoll_event, 16> events;
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), 0);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const int fd = event.data.fd;
      // An error shows in both; c-ares ignores sockets that it has closed meanwhile.
      const bool in = (event.events & ~EPOLLOUT) != 0;
      const bool out = (event.events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0;
      ::ares_process_fd(ares_.get(), in ? fd : ARES_SOCKET_BAD, out ? fd : ARES_SOCKET_BAD);
    }
  }

  static void socket_changed(void* self, ares_socket_t fd, int readable, int writable) {
    const int epoll = static_cast<channel*>(self)->epoll_.get();
    epoll_event event{.events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U),
                      .data = {.fd = fd}};
    if (event.events == 0) {
      ::epoll_ctl(epoll, EPOLL_CTL_DEL, fd, nullptr);
    } else if (::epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) < 0 && errno == ENOENT) {
      ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
  }

  // The sockets are as c-ares would make them, but for SIGPIPE; they are ours because of what we
  // learn on the way.

  static ares_socket_t open_socket(int family, int type, int protocol, void* self) {
    const int fd = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (fd < 0) static_cast<channel*>(self)->socket_error_ = errno;
    return fd;
  }
  // c-ares asks the next server where one fails, and does not tell in the end that it was anything
  // but out of reach: so we listen in.
  static ares_ssize_t receive(ares_socket_t fd, void* into, std::size_t size, int flags,
                              sockaddr* from, socklen_t* from_size, void* self) {
    const ssize_t got = ::recvfrom(fd, into, size, flags, from, from_size);
    const bool by_udp = from != nullptr;
    if (by_udp && got > 3) {
      static_cast<channel*>(self)->last_code_ = static_cast<const std::uint8_t*>(into)[3] & 0xf;
    }
    return got;
  }
  static constexpr ares_socket_functions socket_functions{
      .asocket = open_socket,
      .aclose = [](ares_socket_t fd, void*) { return ::close(fd); },
      .aconnect = [](ares_socket_t fd, const sockaddr* to, socklen_t size,
                     void*) { return ::connect(fd, to, size); },
      .arecvfrom = receive,
      .asendv = [](ares_socket_t fd, const iovec* pieces, int count, void*) -> ares_ssize_t {
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(pieces);
        message.msg_iovlen = static_cast<std::size_t>(count);
        return ::sendmsg(fd, &message, MSG_NOSIGNAL);
      }};

  static void answered(void* self, int status, int, unsigned char* message, int size) {
    auto& c = *static_cast<channel*>(self);
    if (status == ARES_EDESTRUCTION) return;
    if (message != nullptr && size > 0) {
      const std::span whole(message, static_cast<std::size_t>(size));
      c.answer_ = parse_dns_answer(whole, c.name_, c.type_);
    }
    if (!c.answer_) c.answer_ = dns_answer{.failure = failure_of(status)};
    if (c.answer_->failure == resolve_failure::no_answer && c.last_code_ != 0)
      c.answer_->failure = dns_failure(c.last_code_);
  }

  static resolve_failure failure_of(int status) noexcept {
    switch (status) {
      case ARES_ENOTFOUND:
        return resolve_failure::no_such_name;
      case ARES_ENODATA:
        return resolve_failure::no_record;
      case ARES_EREFUSED:
        return resolve_failure::refused;
      case ARES_ETIMEOUT:
      case ARES_ECONNREFUSED:
        return resolve_failure::no_answer;
      case ARES_EBADNAME:
      case ARES_EBADQUERY:
      case ARES_EFORMERR:
        return resolve_failure::bad_name;
      default:
        return resolve_failure::server_failed;
    }
  }

  std::string name_;
  dns_type type_;
  std::optional<dns_answer> answer_;
  unsigned last_code_ = 0;  // of what servers have said
  int socket_error_ = 0;
  descriptor epoll_;
  io_slot waiting_;
  // Last, so that it goes first: closing its sockets takes them out of the epoll.
  ares_owner ares_;
};

}  // namespace

task<dns_answer> ask_dns(dns_servers servers, std::string name, dns_type type) {
  channel asked(servers, std::move(name), type);
  asked.ask();
  while (!asked.over()) co_await asked.step();
  co_return asked.take_answer();
}

}  // namespace eddy::detail
