// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>
#include <sys/types.h>

#include <chrono>
#include <vector>

/// Keeps this process and those it starts on one CPU.
void pin_to(int cpu);

/// Raises the limit of descriptors, for this process and those it starts, as far as allowed.
void allow_many_descriptors();

/// A server on loopback: a process of its own on a CPU of its own. Killed with this object, and
/// also if this process is.
class server_process {
 public:
  /// Runs `command PORT`.
  server_process(std::vector<char*> command, int cpu);
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;
  ~server_process();

  /// A connection, which blocks; Nagle's algorithm is off. Waits until the server listens.
  [[nodiscard]] int connect() const;

  /// User and system, of all its threads.
  [[nodiscard]] std::chrono::nanoseconds cpu_time() const;
  [[nodiscard]] long resident_bytes() const;
  [[nodiscard]] long descriptors() const;

 private:
  sockaddr_in address_;
  pid_t pid_;
};
