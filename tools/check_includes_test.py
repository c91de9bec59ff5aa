#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
import unittest

import cpp_source
from check_includes import problem


class Includes(unittest.TestCase):
    def refused(self, path, name, quote="<"):
        self.assertIsNotNone(problem(cpp_source.ROOT / path, quote, name), f"{path}: {name}")

    def fine(self, path, name, quote="<"):
        self.assertIsNone(problem(cpp_source.ROOT / path, quote, name), f"{path}: {name}")

    def test_down_and_sideways_only(self):
        self.fine("include/eddy/flow/queue.hpp", "eddy/core/task.hpp")
        self.fine("include/eddy/flow/queue.hpp", "eddy/flow/mutex.hpp")
        self.refused("include/eddy/core/task.hpp", "eddy/flow/mutex.hpp")
        self.refused("src/core/task.cpp", "eddy/flow/mutex.hpp")
        self.refused("src/codec/url.cpp", "eddy/core/task.hpp")
        self.refused("src/io/tcp.cpp", "eddy/http/client.hpp")

    def test_only_tests_use_the_test_tools(self):
        self.fine("tests/core/task_test.cpp", "eddy/testing/test.hpp")
        self.refused("src/core/task.cpp", "eddy/testing/test.hpp")
        self.refused("apps/eddy/main.cpp", "eddy/testing/test.hpp")

    def test_private_headers_stay_private(self):
        self.fine("tests/core/timer_test.cpp", "core/timers.hpp")
        self.fine("src/core/timer.cpp", "timers.hpp", '"')
        self.refused("src/io/tcp.cpp", "core/timers.hpp")
        self.refused("src/io/tcp.cpp", "../core/timers.hpp", '"')

    def test_public_headers_have_no_third_party_headers(self):
        self.fine("include/eddy/core/task.hpp", "coroutine")
        self.fine("include/eddy/io/address.hpp", "sys/socket.h")
        self.fine("include/eddy/testing/test.hpp", "gtest/gtest.h")
        self.refused("include/eddy/core/task.hpp", "fmt/format.h")
        self.refused("include/eddy/core/task.hpp", "liburing.h")
        self.refused("include/eddy/core/task.hpp", "private.hpp", '"')
        self.fine("src/core/task.cpp", "fmt/format.h")

    def test_quotes_are_for_headers_beside_the_file(self):
        self.refused("src/core/task.cpp", "eddy/core/task.hpp", '"')


if __name__ == "__main__":
    unittest.main()
