// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include <eddy/core/time.hpp>
#include <eddy/http/server.hpp>

namespace eddy::app {

/// `500ms`, `2s`, `1m`. Errors: throws `usage_error` that names `option`.
[[nodiscard]] duration parse_duration(std::string_view option, std::string_view text);

/// Faults on purpose: of each kind a share of the requests, in the same order in every run.
class fault_plan {
 public:
  /// `503:5%,reset:1%,slow:2s:3%,stall:1%`: an answer of that status; no answer but a reset; an
  /// answer that comes later; none until the client gives up.
  ///
  /// Errors: throws `usage_error` that names the part which is none of these.
  explicit fault_plan(std::string_view spec);

  [[nodiscard]] http::middleware middleware() const;

 private:
  enum class kind : unsigned char { status, reset, slow, stall };
  struct fault {
    kind of;
    int status;
    duration delay;
    double percent;
  };
  struct state {
    std::vector<fault> faults;
    std::mt19937_64 random;
  };

  static fault parse(std::string_view text);
  static const fault* choose(state& from);

  std::shared_ptr<state> state_ = std::make_shared<state>();
};

}  // namespace eddy::app
