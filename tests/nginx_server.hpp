// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/io/tcp.hpp>
#include <real_peers.hpp>
#include <temporary_folder.hpp>

namespace eddy::testing {

/// Where nobody listens now.
inline endpoint free_endpoint() {
  return tcp::listen({ip_address::loopback_v4(), 0}).local_endpoint();
}

/// To a server that is still starting.
inline task<tcp::socket> connect_when_ready(endpoint where) {
  for (;;) {
    try {
      co_return co_await tcp::connect(where);
    } catch (const io_error&) {
    }
    co_await sleep(std::chrono::milliseconds(1));  // it is another process that has to run
  }
}
inline task<> wait_for_server(endpoint where) { (void)co_await connect_when_ready(where); }

/// What an `nginx_server` is to do, in nginx's words.
struct nginx_config {
  std::string server;             ///< inside `server { … }`
  std::string http = {};          ///< inside `http { … }`, before the server
  std::string listen_flags = {};  ///< such as `ssl`
};

/// An nginx with one worker on a free port, in a folder of its own, until this is destroyed.
class nginx_server {
 public:
  explicit nginx_server(const nginx_config& config) : process_(command(config)) {}

  [[nodiscard]] const endpoint& where() const noexcept { return where_; }
  task<> wait_until_ready() const { co_await wait_for_server(where_); }

 private:
  std::vector<std::string> command(const nginx_config& asked) {
    const std::string folder = folder_.path();
    std::ofstream config(folder + "/nginx.conf");
    config << "daemon off; pid " << folder << "/pid; error_log stderr crit;\n"
           << "events {}\nhttp {\n  access_log off;\n";
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
      config << "  " << kind << "_temp_path " << folder << "/" << kind << ";\n";
    }
    config << asked.http << "\n  server {\n    listen " << where_.to_string() << " "
           << asked.listen_flags << ";\n"
           << asked.server << "\n  }\n}\n";
    return {find_program("nginx"), "-p", folder, "-c", folder + "/nginx.conf", "-e", "stderr"};
  }

  temporary_folder folder_;
  endpoint where_ = free_endpoint();
  child_process process_;
};

}  // namespace eddy::testing
