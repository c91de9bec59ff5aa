// SPDX-License-Identifier: MIT
#include "fake_names.hpp"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace eddy {
namespace {

std::mutex mutex;
std::condition_variable changed;
int stuck = 0;
int generation = 0;

void hang() {
  std::unique_lock lock(mutex);
  ++stuck;
  changed.wait(lock, [mine = generation] { return generation != mine; });
  --stuck;
  changed.notify_all();
}

std::vector<const char*> addresses_of(std::string_view name) {
  if (name == "one.test" || name == "stuck.test") return {"127.0.0.1"};
  if (name == "three.test") return {"127.0.0.3", "127.0.0.2", "127.0.0.2", "127.0.0.1"};
  return {};
}

}  // namespace

int stuck_lookups() {
  const std::lock_guard lock(mutex);
  return stuck;
}

void let_stuck_lookups_go() {
  std::unique_lock lock(mutex);
  ++generation;
  changed.notify_all();
  changed.wait(lock, [] { return stuck == 0; });
}

}  // namespace eddy

// Takes the place of the C library's, for names in `.test` only. The real one makes each entry, so
// that its own freeaddrinfo may free it.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  static const auto real =
      reinterpret_cast<decltype(&::getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  const std::string_view name = node != nullptr ? node : "";
  if (!name.ends_with(".test")) return real(node, service, hints, found);
  if (name == "busy.test") return EAI_AGAIN;
  if (name == "stuck.test") eddy::hang();
  addrinfo** next = found;
  *next = nullptr;
  for (const char* address : eddy::addresses_of(name)) {
    if (const int error = real(address, service, hints, next); error != 0) return error;
    next = &(*next)->ai_next;
  }
  return *found != nullptr ? 0 : EAI_NONAME;
}
