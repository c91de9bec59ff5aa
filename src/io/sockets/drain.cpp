// SPDX-License-Identifier: MIT
//
// A cancel must end the accepting at once but let the connections finish, so it may not reach them
// as it comes. They are shielded from it; a task beside them takes it and says `stop_`.
#include <eddy/io/detail/drain.hpp>

#include <eddy/core/gather.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/wait_for.hpp>

namespace eddy::detail {

task<> drain::run(std::function<task<>(task_group&)> accept, std::function<void()> stopped,
                  duration limit) {
  co_await gather(shield(serve(std::move(accept), std::move(stopped), limit)),
                  stop_when_cancelled());
}

task<> drain::stop_when_cancelled() {
  struct stopper {
    event& stop;
    ~stopper() { stop.set(); }
  };
  const stopper when_unwound{stop_};
  event never;
  co_await never.wait();
}

task<> drain::serve(std::function<task<>(task_group&)> accept, std::function<void()> stopped,
                    duration limit) {
  co_await with_task_group([&](task_group& connections) -> task<> {
    co_await race(accept(connections), stop_.wait());
    if (stopped) stopped();
    gone_.clear();
    if (members_ == 0) co_return;
    if (limit > duration::zero() && co_await wait_for_optional(gone_.wait(), limit)) co_return;
    connections.cancel(cancel_kind::shutdown);
  });
}

}  // namespace eddy::detail
