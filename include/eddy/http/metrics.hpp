// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/core/time.hpp>
#include <eddy/http/access_record.hpp>
#include <eddy/http/server.hpp>

namespace eddy::http {

/// Goes up and never down. Thread safety: any number of threads.
class counter {
 public:
  void add(double amount = 1) noexcept { value_.fetch_add(amount, std::memory_order_relaxed); }
  [[nodiscard]] double value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_ = 0;
};

/// Goes up and down. Thread safety: any number of threads.
class gauge {
 public:
  void set(double value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(double amount) noexcept { value_.fetch_add(amount, std::memory_order_relaxed); }
  [[nodiscard]] double value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_ = 0;
};

/// How values are distributed. Thread safety: any number of threads.
class histogram {
 public:
  /// `bounds`: the largest values of the buckets, ascending; one for all the rest is added.
  explicit histogram(std::vector<double> bounds);

  void observe(double value) noexcept;
  void observe(duration value) noexcept;

 private:
  friend class metrics;
  std::vector<double> bounds_;
  std::vector<std::atomic<std::uint64_t>> counts_;  // one a bucket, each without the ones before
  std::atomic<double> sum_ = 0;
};

/// What tells figures of one name apart: `{{"shop", "berlin"}}`.
using metric_labels = std::vector<std::pair<std::string, std::string>>;

/// Figures of a program, and the page from which Prometheus fetches them.
///
/// The same name and labels are the same figure, wherever it is asked for. Keep what is given out:
/// to find it takes a look-up under a lock. Labels must have few values: never a path or a name
/// that a client chooses.
///
/// Errors: what makes figures throws `std::invalid_argument` for a name that Prometheus would
/// refuse, and `std::logic_error` for a name that is taken by another kind.
/// Lifetime: outlives what it gives out, and its page.
/// Thread safety: any number of threads; servers of several loops share one.
class metrics {
 public:
  [[nodiscard]] http::counter& counter(std::string_view name, std::string_view help,
                                       const metric_labels& labels = {});
  [[nodiscard]] http::gauge& gauge(std::string_view name, std::string_view help,
                                   const metric_labels& labels = {});
  /// Without `bounds` those of response times: 5 ms to 10 s.
  [[nodiscard]] http::histogram& histogram(std::string_view name, std::string_view help,
                                           const metric_labels& labels = {},
                                           std::vector<double> bounds = {});

  /// All of them as text, in Prometheus's format.
  [[nodiscard]] std::string text() const;

  /// Example: `server.route("GET", "/metrics", figures.page())`
  [[nodiscard]] handler page();

  /// Counts what a server answers: `http_requests_total` by method and status (`none` where there
  /// was no answer), `http_response_bytes_total`, and `http_request_seconds` from the end of the
  /// request's head to the end of the answer.
  ///
  /// Example: `http::server server({.on_request = figures.count_requests()});`
  [[nodiscard]] std::function<void(const access_record&)> count_requests();

 private:
  enum class kind : unsigned char { counter, gauge, histogram };
  struct series {
    std::string labels;  // as they are written
    std::unique_ptr<http::counter> counter = {};
    std::unique_ptr<http::gauge> gauge = {};
    std::unique_ptr<http::histogram> histogram = {};
  };
  struct family {
    kind of;
    std::string help;
    std::map<std::string, series, std::less<>> members = {};
  };

  [[nodiscard]] series& find(kind of, std::string_view name, std::string_view help,
                             const metric_labels& labels);

  mutable std::mutex mutex_;  // of the table, not of the figures
  std::map<std::string, family, std::less<>> families_;
};

}  // namespace eddy::http
