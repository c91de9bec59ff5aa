// SPDX-License-Identifier: MIT
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/queue.hpp>
#include <eddy/http/events.hpp>

namespace eddy::http {
namespace {

/// Events on their way from the task that makes them to the connection that sends them.
struct pending_events {
  explicit pending_events(std::size_t max_bytes)
      : ready({.bytes = max_bytes}, [](const std::string& event) { return event.size(); }) {}

  queue<std::string> ready;
  std::exception_ptr failure;
  std::optional<task_handle<>> maker;
};

// False: no more of them are wanted.
task<bool> add(pending_events& to, std::string event, slow_client when_full) {
  while (!to.ready.try_put(std::move(event))) {
    switch (when_full) {
      case slow_client::wait:
        co_await to.ready.put(std::move(event));
        co_return true;
      case slow_client::drop_oldest:
        (void)to.ready.try_get();
        break;
      case slow_client::close:
        to.ready.shutdown(true);
        co_return false;
    }
  }
  co_return true;
}

task<> make_events(std::shared_ptr<pending_events> to, async_generator<server_sent_event> events,
                   slow_client when_full) {
  try {
    while (const auto* event = co_await events.next()) {
      std::string text;
      append_to(text, *event);
      if (!co_await add(*to, std::move(text), when_full)) co_return;
    }
  } catch (...) {
    to->failure = std::current_exception();
  }
  to->ready.shutdown();
}

task<> stop(std::shared_ptr<pending_events> of) {
  if (!of->maker) co_return;
  of->maker->cancel();
  (void)co_await eddy::outcome(*of->maker);
}

// As many as there are, at least one; nothing at the end.
task<std::optional<std::string>> take(pending_events& from) {
  try {
    std::string events = co_await from.ready.get();
    while (const auto more = from.ready.try_get()) events += *more;
    co_return events;
  } catch (const queue_shut_down&) {
    co_return std::nullopt;
  }
}

body_stream pieces_of(async_generator<server_sent_event> events, event_stream_options options) {
  const auto pending = std::make_shared<pending_events>(options.max_waiting);
  co_await defer(stop, pending);
  pending->maker.emplace(
      create_task({.name = "events"}, make_events, pending, std::move(events), options.when_full));
  for (;;) {
    auto next = co_await wait_for_optional(take(*pending), options.comment_after);
    std::string piece = ":\n\n";
    if (next) {
      if (!*next) break;
      piece = **std::move(next);
    }
    std::string_view sent = piece;
    co_yield sent;
  }
  if (pending->failure) std::rethrow_exception(pending->failure);
}

}  // namespace

server_reply event_stream(async_generator<server_sent_event> events, event_stream_options options) {
  return {.headers = {{"Content-Type", "text/event-stream"},
                      {"Cache-Control", "no-cache"},
                      {"X-Accel-Buffering", "no"}},  // nginx sends on what it has
          .body = body::stream(pieces_of(std::move(events), options)),
          .endless = true};
}

}  // namespace eddy::http
