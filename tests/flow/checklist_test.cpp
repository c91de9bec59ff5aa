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
#include <eddy/flow/channel.hpp>
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
  task<> wait() override { const auto guard = co_await m.lock(); }
  task<> let_go() override {
    held.reset();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept override { return m.locked() == held.has_value(); }
};

struct a_shared_mutex_to_write : checklist_case {
  shared_mutex m;
  std::optional<shared_mutex::shared_guard> held = m.try_lock_shared();
  task<> wait() override { const auto guard = co_await m.lock(); }
  task<> let_go() override {
    held.reset();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept override {
    return !m.locked() && m.readers() == (held ? 1U : 0U);
  }
};

struct a_shared_mutex_to_read : checklist_case {
  shared_mutex m;
  std::optional<shared_mutex::guard> held = m.try_lock();
  task<> wait() override { const auto guard = co_await m.lock_shared(); }
  task<> let_go() override {
    held.reset();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept override {
    return m.locked() == held.has_value() && m.readers() == 0;
  }
};

struct a_semaphore : checklist_case {
  semaphore s{1};
  std::optional<semaphore::permit> held = s.try_acquire();
  task<> wait() override { const auto permit = co_await s.acquire(); }
  task<> let_go() override {
    held.reset();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept override { return s.available() == (held ? 0U : 1U); }
};

struct a_bounded_semaphore : checklist_case {
  bounded_semaphore s{1};
  bool held = s.try_acquire();
  task<> wait() override {
    co_await s.acquire();
    s.release();
  }
  task<> let_go() override {
    held = false;
    s.release();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept override { return s.available() == (held ? 0U : 1U); }
};

// Signals.

struct an_event : checklist_case {
  event e;
  task<> wait() override { co_await e.wait(); }
  task<> let_go() override {
    e.set();
    co_return;
  }
};

struct a_latch : checklist_case {
  latch l{1};
  task<> wait() override { co_await l.wait(); }
  task<> let_go() override {
    l.count_down();
    co_return;
  }
};

struct a_barrier : checklist_case {
  [[nodiscard]] bool remembers() const noexcept override {
    return false;
  }  // the second party would wait for a third
  barrier b{2};
  task<> wait() override { co_await b.wait(); }
  task<> let_go() override {
    if (b.n_waiting() == 1) co_await b.wait();
  }
  [[nodiscard]] bool at_rest() const noexcept override { return b.n_waiting() == 0; }
};

struct a_condition : checklist_case {
  [[nodiscard]] bool remembers() const noexcept override { return false; }
  mutex m;
  condition c{m};
  task<> wait() override {
    auto guard = co_await m.lock();
    co_await c.wait(guard);
    EXPECT_TRUE(m.locked());
  }
  task<> let_go() override {
    c.notify_one();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept override { return !m.locked(); }
};

struct a_condition_with_a_predicate : checklist_case {
  mutex m;
  condition c{m};
  bool happened = false;
  task<> wait() override {
    auto guard = co_await m.lock();
    co_await c.wait(guard, [this] { return happened; });
    EXPECT_TRUE(m.locked());
  }
  task<> let_go() override {
    happened = true;
    c.notify_one();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept override { return !m.locked(); }
};

// Items from task to task. Each item let go is one that must be got.

template <class Queue>
struct a_queue_to_get_from : checklist_case {
  Queue q;
  std::size_t put = 0;
  std::size_t got = 0;
  task<> wait() override {
    co_await q.get();
    ++got;
    q.task_done();
  }
  task<> let_go() override {
    ++put;
    co_await q.put(1);
  }
  [[nodiscard]] bool at_rest() const noexcept override {
    return q.size() == put - got && q.unfinished() == put - got;
  }
};

struct a_full_queue_to_put_to : checklist_case {
  queue<int> q{1};
  std::size_t room_made = 0;
  std::size_t put = 0;
  a_full_queue_to_put_to() { q.try_put(1); }
  task<> wait() override {
    co_await q.put(2);
    ++put;
  }
  task<> let_go() override {
    ++room_made;
    co_await q.get();
  }
  [[nodiscard]] bool at_rest() const noexcept override { return q.size() == 1 + put - room_made; }
};

struct a_queue_full_of_bytes : checklist_case {
  static std::size_t size_of(const std::string& item) { return item.size(); }
  queue<std::string> q{{.bytes = 4}, size_of};
  a_queue_full_of_bytes() { q.try_put("long"); }
  task<> wait() override { co_await q.put("x"); }
  task<> let_go() override { co_await q.get(); }
  [[nodiscard]] bool at_rest() const noexcept override {
    return q.bytes() == (q.empty() ? 0U : q.size() * (q.bytes() == 4 ? 4 : 1));
  }
};

struct the_join_of_a_queue : checklist_case {
  queue<int> q;
  the_join_of_a_queue() {
    q.try_put(1);
    (void)q.try_get();
  }
  task<> wait() override { co_await q.join(); }
  task<> let_go() override {
    q.task_done();
    co_return;
  }
};

struct a_broadcast_to_read : checklist_case {
  broadcast<int> b;
  broadcast<int>::reader reader = b.subscribe();
  std::size_t sent = 0;
  std::size_t got = 0;
  task<> wait() override {
    EXPECT_TRUE(co_await reader.next());
    ++got;
  }
  task<> let_go() override {
    ++sent;
    co_await b.send(1);
  }
  [[nodiscard]] bool at_rest() const noexcept override { return reader.size() == sent - got; }
};

struct a_broadcast_with_a_slow_reader : checklist_case {
  broadcast<int> b;
  broadcast<int>::reader reader = b.subscribe({.capacity = 1});
  std::size_t sent = 1;
  std::size_t got = 0;
  a_broadcast_with_a_slow_reader() { b.try_send(1); }
  task<> wait() override {
    co_await b.send(2);
    ++sent;
  }
  task<> let_go() override {
    ++got;
    EXPECT_TRUE(co_await reader.next());
  }
  [[nodiscard]] bool at_rest() const noexcept override { return reader.size() == sent - got; }
};

struct a_channel_to_receive_from : checklist_case {
  channel<int> c{4};
  std::size_t sent = 0;
  std::size_t got = 0;
  task<> wait() override {
    EXPECT_TRUE(co_await c.receive());
    ++got;
  }
  task<> let_go() override {
    ++sent;
    EXPECT_TRUE(co_await c.send(1));
  }
  [[nodiscard]] bool at_rest() const noexcept override { return c.size() == sent - got; }
};

struct a_full_channel_to_send_to : checklist_case {
  channel<int> c{1};
  std::size_t sent = 1;
  std::size_t got = 0;
  a_full_channel_to_send_to() { EXPECT_TRUE(c.try_send(1)); }
  task<> wait() override {
    EXPECT_TRUE(co_await c.send(2));
    ++sent;
  }
  task<> let_go() override {
    ++got;
    EXPECT_TRUE(co_await c.receive());
  }
  [[nodiscard]] bool at_rest() const noexcept override { return c.size() == sent - got; }
};

// Rates: the one token of a second is gone, the next comes when it is over.

struct a_rate : checklist_case {
  rate_limiter r{1, 1s};
  a_rate() { EXPECT_TRUE(r.try_acquire()); }
  task<> wait() override { co_await r.acquire(); }
  task<> let_go() override { co_await sleep_until(time_point(1s)); }
};

struct a_rate_of_a_key : checklist_case {
  keyed_rate_limiter<std::string> r{1, 1s};
  a_rate_of_a_key() { EXPECT_TRUE(r.try_acquire("key")); }
  task<> wait() override { co_await r.acquire("key"); }
  task<> let_go() override { co_await sleep_until(time_point(1s)); }
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
  task<> wait() override {
    EXPECT_TRUE(co_await s.next());
    ++got;
  }
  task<> let_go() override {
    ++put;
    co_await q.put(1);
  }
  [[nodiscard]] bool at_rest() const noexcept override { return q.size() == put - got; }
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
  [[nodiscard]] bool is_used_up() const noexcept override { return true; }
  queue<int> q;
  async_generator<int> g = generated(q);
  task<> wait() override { EXPECT_NE(co_await g.next(), nullptr); }
  task<> let_go() override { co_await q.put(1); }
};

struct a_sink : checklist_case {
  queue<int> q;
  int seen = 0;
  task<> wait() override {
    co_await (items{&q} | take(1) | for_each([this](int) -> task<> {
                ++seen;
                co_return;
              }));
  }
  task<> let_go() override { co_await q.put(1); }
};

INSTANTIATE_TEST_SUITE_P(
    locks, checklist,
    ::testing::Values(checked<a_mutex>("a_mutex"),
                      checked<a_shared_mutex_to_write>("a_shared_mutex_to_write"),
                      checked<a_shared_mutex_to_read>("a_shared_mutex_to_read"),
                      checked<a_semaphore>("a_semaphore"),
                      checked<a_bounded_semaphore>("a_bounded_semaphore")),
    checked_name);
INSTANTIATE_TEST_SUITE_P(
    signals, checklist,
    ::testing::Values(checked<an_event>("an_event"), checked<a_latch>("a_latch"),
                      checked<a_barrier>("a_barrier"), checked<a_condition>("a_condition"),
                      checked<a_condition_with_a_predicate>("a_condition_with_a_predicate"),
                      checked<a_rate>("a_rate"), checked<a_rate_of_a_key>("a_rate_of_a_key")),
    checked_name);
INSTANTIATE_TEST_SUITE_P(
    queues, checklist,
    ::testing::Values(
        checked<a_queue_to_get_from<queue<int>>>("a_queue_to_get_from"),
        checked<a_queue_to_get_from<lifo_queue<int>>>("a_lifo_queue_to_get_from"),
        checked<a_queue_to_get_from<priority_queue<int>>>("a_priority_queue_to_get_from"),
        checked<a_full_queue_to_put_to>("a_full_queue_to_put_to"),
        checked<a_queue_full_of_bytes>("a_queue_full_of_bytes"),
        checked<the_join_of_a_queue>("the_join_of_a_queue"),
        checked<a_channel_to_receive_from>("a_channel_to_receive_from"),
        checked<a_full_channel_to_send_to>("a_full_channel_to_send_to"),
        checked<a_broadcast_to_read>("a_broadcast_to_read"),
        checked<a_broadcast_with_a_slow_reader>("a_broadcast_with_a_slow_reader")),
    checked_name);
INSTANTIATE_TEST_SUITE_P(
    streams, checklist,
    ::testing::Values(checked<a_stream<filtered>>("a_stream_of_filtered"),
                      checked<a_stream<transformed>>("a_stream_of_transformed"),
                      checked<a_stream<transformed_by_a_task>>("a_stream_of_transformed_by_a_task"),
                      checked<a_stream<flat_mapped>>("a_stream_of_flat_mapped"),
                      checked<a_stream<nested_in_flat_map>>("a_stream_of_nested_in_flat_map"),
                      checked<a_stream<chained>>("a_stream_of_chained"),
                      checked<a_stream<zipped>>("a_stream_of_zipped"),
                      checked<a_generator>("a_generator"), checked<a_sink>("a_sink")),
    checked_name);

}  // namespace
}  // namespace eddy
