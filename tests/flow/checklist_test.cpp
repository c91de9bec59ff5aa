// SPDX-License-Identifier: MIT
// The cancellation checklist for all that tasks wait for on one loop. The primitives that are left
// with waiters when they go say so in one place, see wait_queue_death.
#include "core/checklist.hpp"

#include <optional>
#include <string>
#include <utility>

#include <eddy/flow/async_generator.hpp>
#include <eddy/flow/barrier.hpp>
#include <eddy/flow/bounded_semaphore.hpp>
#include <eddy/flow/broadcast.hpp>
#include <eddy/flow/condition.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/flow/keyed_rate_limiter.hpp>
#include <eddy/flow/latch.hpp>
#include <eddy/flow/lifo_queue.hpp>
#include <eddy/flow/mutex.hpp>
#include <eddy/flow/priority_queue.hpp>
#include <eddy/flow/queue.hpp>
#include <eddy/flow/rate_limiter.hpp>
#include <eddy/flow/semaphore.hpp>
#include <eddy/flow/shared_mutex.hpp>
#include <eddy/flow/stream.hpp>

namespace eddy {
namespace {

using namespace eddy::testing;

// Locks, held by the case until it lets go.

struct a_mutex : checklist_case {
  mutex m;
  std::optional<mutex::guard> held = m.try_lock();
  task<> wait() { const auto guard = co_await m.lock(); }
  task<> let_go() {
    held.reset();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept { return m.locked() == held.has_value(); }
};

struct a_shared_mutex_to_write : checklist_case {
  shared_mutex m;
  std::optional<shared_mutex::shared_guard> held = m.try_lock_shared();
  task<> wait() { const auto guard = co_await m.lock(); }
  task<> let_go() {
    held.reset();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept {
    return !m.locked() && m.readers() == (held ? 1U : 0U);
  }
};

struct a_shared_mutex_to_read : checklist_case {
  shared_mutex m;
  std::optional<shared_mutex::guard> held = m.try_lock();
  task<> wait() { const auto guard = co_await m.lock_shared(); }
  task<> let_go() {
    held.reset();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept {
    return m.locked() == held.has_value() && m.readers() == 0;
  }
};

struct a_semaphore : checklist_case {
  semaphore s{1};
  std::optional<semaphore::permit> held = s.try_acquire();
  task<> wait() { const auto permit = co_await s.acquire(); }
  task<> let_go() {
    held.reset();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept { return s.available() == (held ? 0U : 1U); }
};

struct a_bounded_semaphore : checklist_case {
  bounded_semaphore s{1};
  bool held = s.try_acquire();
  task<> wait() {
    co_await s.acquire();
    s.release();
  }
  task<> let_go() {
    held = false;
    s.release();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept { return s.available() == (held ? 0U : 1U); }
};

// Signals.

struct an_event : checklist_case {
  event e;
  task<> wait() { co_await e.wait(); }
  task<> let_go() {
    e.set();
    co_return;
  }
};

struct a_latch : checklist_case {
  latch l{1};
  task<> wait() { co_await l.wait(); }
  task<> let_go() {
    l.count_down();
    co_return;
  }
};

struct a_barrier : checklist_case {
  static constexpr bool remembers = false;  // the second party would wait for a third
  barrier b{2};
  task<> wait() { co_await b.wait(); }
  task<> let_go() {
    if (b.n_waiting() == 1) co_await b.wait();
  }
  [[nodiscard]] bool at_rest() const noexcept { return b.n_waiting() == 0; }
};

struct a_condition : checklist_case {
  static constexpr bool remembers = false;
  mutex m;
  condition c{m};
  task<> wait() {
    auto guard = co_await m.lock();
    co_await c.wait(guard);
    EXPECT_TRUE(m.locked());
  }
  task<> let_go() {
    c.notify_one();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept { return !m.locked(); }
};

struct a_condition_with_a_predicate : checklist_case {
  mutex m;
  condition c{m};
  bool happened = false;
  task<> wait() {
    auto guard = co_await m.lock();
    co_await c.wait(guard, [this] { return happened; });
    EXPECT_TRUE(m.locked());
  }
  task<> let_go() {
    happened = true;
    c.notify_one();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept { return !m.locked(); }
};

// Items from task to task. Each item let go is one that must be got.

template <class Queue>
struct a_queue_to_get_from : checklist_case {
  Queue q;
  std::size_t put = 0;
  std::size_t got = 0;
  task<> wait() {
    co_await q.get();
    ++got;
    q.task_done();
  }
  task<> let_go() {
    ++put;
    co_await q.put(1);
  }
  [[nodiscard]] bool at_rest() const noexcept {
    return q.size() == put - got && q.unfinished() == put - got;
  }
};

struct a_full_queue_to_put_to : checklist_case {
  queue<int> q{1};
  std::size_t room_made = 0;
  std::size_t put = 0;
  a_full_queue_to_put_to() { q.try_put(1); }
  task<> wait() {
    co_await q.put(2);
    ++put;
  }
  task<> let_go() {
    ++room_made;
    co_await q.get();
  }
  [[nodiscard]] bool at_rest() const noexcept { return q.size() == 1 + put - room_made; }
};

struct a_queue_full_of_bytes : checklist_case {
  static std::size_t size_of(const std::string& item) { return item.size(); }
  queue<std::string> q{{.bytes = 4}, size_of};
  a_queue_full_of_bytes() { q.try_put("long"); }
  task<> wait() { co_await q.put("x"); }
  task<> let_go() { co_await q.get(); }
  [[nodiscard]] bool at_rest() const noexcept {
    return q.bytes() == (q.empty() ? 0U : q.size() * (q.bytes() == 4 ? 4 : 1));
  }
};

struct the_join_of_a_queue : checklist_case {
  queue<int> q;
  the_join_of_a_queue() {
    q.try_put(1);
    (void)q.try_get();
  }
  task<> wait() { co_await q.join(); }
  task<> let_go() {
    q.task_done();
    co_return;
  }
};

struct a_broadcast_to_read : checklist_case {
  broadcast<int> b;
  broadcast<int>::reader reader = b.subscribe();
  std::size_t sent = 0;
  std::size_t got = 0;
  task<> wait() {
    EXPECT_TRUE(co_await reader.next());
    ++got;
  }
  task<> let_go() {
    ++sent;
    co_await b.send(1);
  }
  [[nodiscard]] bool at_rest() const noexcept { return reader.size() == sent - got; }
};

struct a_broadcast_with_a_slow_reader : checklist_case {
  broadcast<int> b;
  broadcast<int>::reader reader = b.subscribe({.capacity = 1});
  std::size_t sent = 1;
  std::size_t got = 0;
  a_broadcast_with_a_slow_reader() { b.try_send(1); }
  task<> wait() {
    co_await b.send(2);
    ++sent;
  }
  task<> let_go() {
    ++got;
    EXPECT_TRUE(co_await reader.next());
  }
  [[nodiscard]] bool at_rest() const noexcept { return reader.size() == sent - got; }
};

// Rates: the one token of a second is gone, the next comes when it is over.

struct a_rate : checklist_case {
  rate_limiter r{1, 1s};
  a_rate() { EXPECT_TRUE(r.try_acquire()); }
  task<> wait() { co_await r.acquire(); }
  task<> let_go() { co_await sleep_until(time_point(1s)); }
};

struct a_rate_of_a_key : checklist_case {
  keyed_rate_limiter<std::string> r{1, 1s};
  a_rate_of_a_key() { EXPECT_TRUE(r.try_acquire("key")); }
  task<> wait() { co_await r.acquire("key"); }
  task<> let_go() { co_await sleep_until(time_point(1s)); }
};

// Streams, over a source that gives its items in turn and loses none.

struct items {
  queue<int>* from;
  task<std::optional<int>> next() { co_return co_await from->get(); }
};

template <class Make>
struct a_stream : checklist_case {
  queue<int> q;
  using stream = decltype(Make()(std::declval<queue<int>&>()));
  stream s = Make()(q);
  std::size_t put = 0;
  std::size_t got = 0;
  task<> wait() {
    EXPECT_TRUE(co_await s.next());
    ++got;
  }
  task<> let_go() {
    ++put;
    co_await q.put(1);
  }
  [[nodiscard]] bool at_rest() const noexcept { return q.size() == put - got; }
};

struct filtered {
  auto operator()(queue<int>& q) const {
    return items{&q} | filter([](int x) { return x == 1; }) | take(100);
  }
};
struct transformed {
  auto operator()(queue<int>& q) const {
    return items{&q} | transform([](int x) { return 2 * x; }) | enumerate();
  }
};
struct transformed_by_a_task {
  auto operator()(queue<int>& q) const {
    return items{&q} | transform([](int x) -> task<int> { co_return 2 * x; });
  }
};
struct flat_mapped {
  auto operator()(queue<int>& q) const {
    return items{&q} | flat_map([](int x) { return repeat(x, 1); });
  }
};
struct nested_in_flat_map {
  auto operator()(queue<int>& q) const {
    return iota(0) | flat_map([&q](int) { return items{&q} | take(1); });
  }
};
struct chained {
  auto operator()(queue<int>& q) const { return chain(items{&q} | take(1), items{&q}); }
};
struct zipped {
  auto operator()(queue<int>& q) const { return zip(iota(0), items{&q}); }
};

async_generator<int> generated(queue<int>& q) {
  const counted local;
  for (;;) co_yield co_await q.get();
}

struct a_generator : checklist_case {
  static constexpr bool is_used_up = true;
  queue<int> q;
  async_generator<int> g = generated(q);
  task<> wait() { EXPECT_NE(co_await g.next(), nullptr); }
  task<> let_go() { co_await q.put(1); }
};

struct a_sink : checklist_case {
  queue<int> q;
  int seen = 0;
  task<> wait() {
    co_await (items{&q} | take(1) | for_each([this](int) -> task<> {
                ++seen;
                co_return;
              }));
  }
  task<> let_go() { co_await q.put(1); }
};

using locks = ::testing::Types<a_mutex, a_shared_mutex_to_write, a_shared_mutex_to_read,
                               a_semaphore, a_bounded_semaphore>;
EDDY_CANCELLATION_CHECKLIST(lock_checklist, locks)

using signals = ::testing::Types<an_event, a_latch, a_barrier, a_condition,
                                 a_condition_with_a_predicate, a_rate, a_rate_of_a_key>;
EDDY_CANCELLATION_CHECKLIST(signal_checklist, signals)

using queues =
    ::testing::Types<a_queue_to_get_from<queue<int>>, a_queue_to_get_from<lifo_queue<int>>,
                     a_queue_to_get_from<priority_queue<int>>, a_full_queue_to_put_to,
                     a_queue_full_of_bytes, the_join_of_a_queue, a_broadcast_to_read,
                     a_broadcast_with_a_slow_reader>;
EDDY_CANCELLATION_CHECKLIST(queue_checklist, queues)

using streams =
    ::testing::Types<a_stream<filtered>, a_stream<transformed>, a_stream<transformed_by_a_task>,
                     a_stream<flat_mapped>, a_stream<nested_in_flat_map>, a_stream<chained>,
                     a_stream<zipped>, a_generator, a_sink>;
EDDY_CANCELLATION_CHECKLIST(stream_checklist, streams)

}  // namespace
}  // namespace eddy
