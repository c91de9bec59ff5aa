// SPDX-License-Identifier: MIT
#pragma once

// A disk that answers when the test says so: this program's own pread, copy_file_range and others
// hide the system's. Only what worker threads do is held up; io_uring does not come this way.

namespace eddy::testing {

/// While it lives nothing is read in place, and workers that read, write, copy or remove wait.
class slow_disk {
 public:
  slow_disk();
  slow_disk(const slow_disk&) = delete;
  slow_disk& operator=(const slow_disk&) = delete;
  ~slow_disk();
  /// Lets all of them go on, now and from here on.
  void answer();
  /// How many calls have got as far as the disk.
  [[nodiscard]] int calls() const;
};

}  // namespace eddy::testing
