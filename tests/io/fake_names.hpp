// SPDX-License-Identifier: MIT
#pragma once

namespace eddy {

// In this test program names that end in `.test` never reach the system's resolver:
//   one.test      127.0.0.1
//   three.test    127.0.0.3, 127.0.0.2 twice, 127.0.0.1, in this order
//   busy.test     the name server does not answer now
//   stuck.test    answers `one.test`, once `let_stuck_lookups_go` is called
//   others        unknown

/// How many look-ups of stuck.test hang at the moment.
[[nodiscard]] int stuck_lookups();
void let_stuck_lookups_go();

}  // namespace eddy
