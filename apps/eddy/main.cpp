// SPDX-License-Identifier: MIT
// The program `eddy`: reads the command line, runs one command, turns its errors into one line and
// an exit status. The only file that includes CLI11, which is slow to compile.

#include <cstdio>
#include <exception>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <eddy/core/version.hpp>

#include "errors.hpp"
#include "scrape/run_scrape.hpp"
#include "serve/run_serve.hpp"

namespace {

using namespace eddy::app;

constexpr auto scrape_examples =
    "Examples:\n"
    "  eddy scrape\n"
    "      a demo: serves a small shop on this machine and scrapes it to demo-shop.csv\n"
    "  eddy scrape http://shop.example/ --follow 'a.next, .product a' \\\n"
    "      --row article.product name=h1 price='.price|number' image=img@src -o shop.csv\n"
    "\n"
    "Rows go to -o, one for each match of --row; messages go to stderr. robots.txt is obeyed.\n"
    "Exit status: 0 all good, 1 some pages failed, 2 wrong use, 3 nothing useful, 4 internal "
    "error,\n"
    "130 or 143 stopped by a signal.\n";

constexpr auto serve_examples =
    "Examples:\n"
    "  eddy serve .\n"
    "      the files of this directory, at http://127.0.0.1:8000/\n"
    "  eddy serve --demo --port 0 --fault '503:5%,reset:1%,slow:2s:3%'\n"
    "      a site to try clients on: a shop, /api/products, /sse/ticks, /ws/echo, /slow,\n"
    "      /redirect-loop, /gzip-bomb, /stats, /healthz, /metrics; some answers fail on purpose\n"
    "  eddy serve --mock routes.json\n"
    "      answers as a file says: [{\"path\": \"/users/{id}\", \"json\": {\"id\": 7}}]\n"
    "\n"
    "The first line on stdout is the URL; the access log goes to stderr. SIGTERM lets requests "
    "that\n"
    "have begun go on for 10 s.\n";

struct scrape_line {
  scrape_job job;
  int demo = 0;
  double timeout = 30;
};

/// `20`, `20/s` or `100/m`, in requests a second.
double parse_rate(const std::string& text) {
  std::size_t used = 0;
  double count = 0;
  try {
    count = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  const std::string unit = text.substr(used);
  if (used == 0 || count <= 0 || (!unit.empty() && unit != "/s" && unit != "/m")) {
    throw usage_error(
        fmt::format("--rate {}: expected requests a second or a minute, as in 2/s or 100/m", text));
  }
  return unit == "/m" ? count / 60 : count;
}

CLI::App* add_scrape(CLI::App& program, scrape_line& line) {
  CLI::App* command = program.add_subcommand("scrape", "Crawl a site into rows");
  command->footer(scrape_examples);
  scrape_job& job = line.job;
  command->add_option("url", job.start, "Where to start; without it the demo runs");
  command->add_option("fields", job.fields, "name=CSS[@attribute][|trim][|number], a column each");
  command->add_option("--follow", job.follow, "CSS selectors of links to follow")
      ->expected(1)
      ->allow_extra_args(false);
  command->add_option("--row", job.row, "CSS selector of what makes a row; without it, the page");
  command->add_option("-o,--output", job.output, "FILE.csv, FILE.jsonl, or - for stdout");
  command->add_flag("--overwrite", job.overwrite, "Replace the output file if it exists");
  command->add_option("-c,--parallel", job.parallel, "Requests at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option_function<std::string>(
      "--rate", [&job](const std::string& text) { job.rate = parse_rate(text); },
      "Requests a second: 2/s, 100/m");
  command->add_option("--max-pages", job.max_pages, "Pages at most; 0: no limit")
      ->capture_default_str();
  command->add_option("--timeout", line.timeout, "Seconds a page may take")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--demo", line.demo,
                   "Scrape a demo shop of that many products, as fast as it goes")
      ->check(CLI::Range(1, 1'000'000));
  return command;
}

CLI::App* add_serve(CLI::App& program, serve_job& job) {
  CLI::App* command = program.add_subcommand("serve", "Serve files, a demo or a mock over HTTP");
  command->footer(serve_examples);
  command->add_option("directory", job.directory, "Whose files are served");
  command->add_flag("--demo", job.demo, "A site to try clients on");
  command->add_option("--mock", job.mock, "A JSON file of routes and their answers");
  command->add_option("--fault", job.fault,
                      "Faults on purpose: 503:5%,reset:1%,slow:2s:3%,stall:1%");
  command->add_option("--host", job.host, "The address to listen on; 0.0.0.0 or :: for all")
      ->capture_default_str();
  command->add_option("--port", job.port, "0: any that is free")->capture_default_str();
  command->add_option("--tls-cert", job.tls_cert, "Certificate chain in PEM: serves https");
  command->add_option("--tls-key", job.tls_key, "Its key in PEM");
  command->add_flag("-q,--quiet", job.quiet, "No access log");
  return command;
}

int scrape(scrape_line line) {
  scrape_job& job = line.job;
  if (job.start.empty()) return run_demo_scrape(line.demo);
  if (line.demo > 0) throw usage_error("--demo scrapes its own shop: give it no URL");
  job.page_timeout =
      std::chrono::duration_cast<eddy::duration>(std::chrono::duration<double>(line.timeout));
  if (job.output.empty()) job.output = "-";
  return run_scrape(job);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("eddy: asyncio for C++, finished");
  program.set_version_flag("--version", std::string(eddy::version));
  program.require_subcommand(1);
  scrape_line scrape_options;
  const CLI::App* scrape_command = add_scrape(program, scrape_options);
  serve_job serve_options;
  const CLI::App* serve_command = add_serve(program, serve_options);
  try {
    program.parse(argc, argv);
    if (scrape_command->parsed()) return scrape(std::move(scrape_options));
    if (serve_command->parsed()) return run_serve(serve_options);
    return exit_usage;
  } catch (const CLI::ParseError& e) {
    return program.exit(e) == 0 ? exit_ok : exit_usage;
  } catch (const usage_error& e) {
    fmt::print(stderr, "eddy: {}\n", e.what());
    return exit_usage;
  } catch (const unreachable_site& e) {
    fmt::print(stderr, "eddy: {}\n", e.what());
    return exit_nothing_useful;
  } catch (const std::exception& e) {
    fmt::print(stderr, "eddy: {}\n", e.what());
    return exit_internal;
  }
}
