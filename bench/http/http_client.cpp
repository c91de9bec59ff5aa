// SPDX-License-Identifier: MIT
// `http_client PORT TASKS`: so many tasks ask the server on that port through one client, again and
// again until killed. The pool, limits and time-outs are the client's defaults.
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/http/client.hpp>

namespace {

namespace http = eddy::http;

eddy::task<> ask(http::client& client, const std::string& url) {
  for (;;) {
    http::response answer = co_await client.get(url);
    const std::string text = co_await answer.text();
    if (!answer.ok() || text.empty()) throw std::runtime_error("not answered");
  }
}

eddy::task<> ask_at_once(std::string url, std::size_t tasks) {
  http::client client({.max_per_host = tasks});
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    for (std::size_t i = 0; i < tasks; ++i) {
      group.create_task(&ask, std::ref(client), url);
    }
    co_return;
  });
}

}  // namespace

int main(int, char** arguments) {
  const std::string url = std::string("http://127.0.0.1:") + arguments[1] + "/";
  eddy::run([&] { return ask_at_once(url, static_cast<std::size_t>(std::atol(arguments[2]))); });
}
