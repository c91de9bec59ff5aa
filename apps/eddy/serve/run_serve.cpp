// SPDX-License-Identifier: MIT
#include "serve/run_serve.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/run.hpp>
#include <eddy/http/access_log.hpp>
#include <eddy/http/compression.hpp>
#include <eddy/http/health.hpp>
#include <eddy/http/metrics.hpp>
#include <eddy/http/server.hpp>
#include <eddy/http/static_files.hpp>
#include <eddy/io/tls/error.hpp>

#include "errors.hpp"
#include "serve/demo_site.hpp"
#include "serve/fault_plan.hpp"
#include "serve/mock_routes.hpp"

namespace eddy::app {
namespace {

endpoint address_of(const serve_job& job) {
  if (job.host == "localhost") return {ip_address::loopback_v4(), job.port};
  const auto address = ip_address::parse(job.host);
  if (!address) {
    throw usage_error(
        fmt::format("--host {}: expected an address, such as 0.0.0.0 or ::1", job.host));
  }
  return {*address, job.port};
}

std::optional<tls::context> tls_of(const serve_job& job) {
  if (job.tls_cert.empty() != job.tls_key.empty()) {
    throw usage_error("--tls-cert and --tls-key go together");
  }
  if (job.tls_cert.empty()) return std::nullopt;
  try {
    return tls::context::server(
        {.who_we_are = {.chain_file = job.tls_cert, .key_file = job.tls_key}});
  } catch (const tls::error& error) {
    throw usage_error(error.what());
  }
}

void check(const serve_job& job) {
  const int sources = !job.directory.empty() + job.demo + !job.mock.empty();
  if (sources != 1) throw usage_error("what is to be served? one of DIR, --demo and --mock FILE");
  std::error_code error;
  if (!job.directory.empty() && !std::filesystem::is_directory(job.directory, error)) {
    throw usage_error(
        fmt::format("{}: {}", job.directory, error ? error.message() : "not a directory"));
  }
}

task<> serve(const serve_job& job, http::server& server) {
  std::optional<tcp::listener> listener;
  try {
    listener.emplace(tcp::listen(address_of(job)));
  } catch (const io_error& error) {
    throw usage_error(error.code() == std::errc::address_in_use
                          ? fmt::format("{}; --port 0 takes one that is free", error.what())
                          : error.what());
  }
  fmt::print("{}://{}/\n", job.tls_cert.empty() ? "http" : "https",
             listener->local_endpoint().to_string());
  std::fflush(stdout);  // whoever started us reads it from a pipe
  co_await server.serve(*std::move(listener));
}

}  // namespace

int run_serve(const serve_job& job) {
  check(job);
  http::metrics figures;
  http::server server({.tls = tls_of(job),
                       .on_request = [count = figures.count_requests(),
                                      quiet = job.quiet](const http::access_record& record) {
                         count(record);
                         if (!quiet) fmt::print(stderr, "{}\n", http::access_log_line(record));
                       }});
  server.use(http::compression());
  if (!job.fault.empty()) server.use(fault_plan(job.fault).middleware());
  std::optional<demo_site> demo;
  if (job.demo) {
    server.route("GET", "/healthz", http::health());
    server.route("GET", "/metrics", figures.page());
    demo.emplace().install(server);
  } else if (!job.mock.empty()) {
    install_mock_routes(server, job.mock);
  } else {
    server.route("GET", "/*", http::static_files(job.directory, {.list_directories = true}));
  }
  // A signal is how a server ends; by then it has drained.
  (void)run([&] { return serve(job, server); });
  return exit_ok;
}

}  // namespace eddy::app
