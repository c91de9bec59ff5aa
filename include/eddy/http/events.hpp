// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/core/time.hpp>
#include <eddy/flow/async_generator.hpp>
#include <eddy/http/incoming_body.hpp>
#include <eddy/http/server_message.hpp>

namespace eddy::http {

/// One message of an event stream, as a browser's `EventSource` hears it.
struct server_sent_event {
  std::string data = {};  ///< any text, of any number of lines
  std::string name = {};  ///< what listeners are registered for; empty: `message`
  std::string id = {};    ///< comes back as Last-Event-ID when the client connects again
  /// How long a client is to wait before it connects again, from now on.
  std::optional<std::chrono::milliseconds> retry = {};

  friend bool operator==(const server_sent_event&, const server_sent_event&) = default;
};

/// Appends the event as it goes over the wire.
///
/// Errors: throws `std::invalid_argument` for a name or an id of more than a line; `out` is then
/// unchanged.
void append_to(std::string& out, const server_sent_event& event);

/// What happens to events that a client does not take. A client that takes none for
/// `server_options::keep_alive` is given up in any case.
enum class slow_client : std::uint8_t {
  /// The next event is not asked for until there is room. The default, as a generator serves one
  /// client and waits for nobody's sake; where one source feeds many, it is that which has to
  /// choose.
  wait,
  drop_oldest,  ///< the oldest events that were not sent yet are left out
  close,        ///< the stream ends; a browser connects again, and says which event it had last
};

/// How an event stream is kept alive, and how much of it may wait.
struct event_stream_options {
  /// After so much silence a comment is sent, so that nothing on the way takes the stream for dead.
  duration comment_after = std::chrono::seconds(15);
  std::size_t max_waiting = std::size_t{256} * 1024;  ///< bytes of events made and not sent yet
  slow_client when_full = slow_client::wait;
};

/// An answer that goes on: each event is sent when `events` yields it, and the answer ends when
/// that does.
///
/// The generator is asked from a task of its own, so that the stream stays alive while it waits;
/// when the client leaves, or the server stops, it is cancelled, and has ended before the
/// connection has. If it throws, the connection is cut.
///
/// Lifetime: what `events` refers to outlives the answer: the handler has returned long before.
///
/// Example: `co_return http::event_stream(ticks());`
[[nodiscard]] server_reply event_stream(async_generator<server_sent_event> events,
                                        event_stream_options options = {});

/// Reads an event stream from bytes, however they were cut into pieces.
class event_parser {
 public:
  explicit event_parser(std::size_t max_event = std::size_t{1024} * 1024) noexcept
      : max_event_(max_event) {}

  /// Appends the events that `piece` completes; each has the last id that was said, and a comment
  /// or an event without data is none.
  ///
  /// Errors: throws `protocol_error` (`body_too_large`) for an event of more than `max_event`
  /// bytes.
  void push(std::string_view piece, std::vector<server_sent_event>& events);

 private:
  void take_line(std::vector<server_sent_event>& events);

  std::size_t max_event_;
  std::string line_;
  server_sent_event event_;
  bool has_data_ = false;
  bool first_line_ = true;
  bool after_cr_ = false;
};

/// The events in an answer, as they come. What was begun when it ends is no event.
///
/// Errors: as `incoming_body::next`; as `event_parser::push`.
/// Lifetime: `answer` outlives it.
/// Example: `EDDY_FOR (auto& e, http::events(answer)) use(e.data);`
[[nodiscard]] async_generator<server_sent_event> events(incoming_body& answer,
                                                        std::size_t max_event = std::size_t{1024} *
                                                                                1024);

}  // namespace eddy::http
