#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/http/http_load.py ROW WORK COUNT PROGRAM...: runs a program on one CPU and its other end on
another, and prints `ROW field=value...` about the program.

A server is `PROGRAM... PORT`. A client is PROGRAM... with {port} and {count} filled in: it keeps so
many requests under way until it is killed.
"""

import contextlib
import os
import pathlib
import re
import resource
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
NGINX = [sys.executable, HERE / "peers" / "nginx_server.py"]
LONGEST_START = 10  # seconds
WARM_UP = 0.3
MEASURED = 1
ANSWER = b"Hello, World!"


class Child:
    """A process on a CPU of its own; it ends with this one."""

    def __init__(self, command, cpu):
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "taskset", "-c", str(cpu), *map(str, command)])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def check_running(self):
        if self.process.poll() is not None:
            raise RuntimeError("the program has ended")

    def cpu_time(self):
        """User and system, of all its threads, in seconds, by the process's CPU clock."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def resident_bytes(self):
        pages = pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize()


class Server(Child):
    def __init__(self, command, cpu):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        super().__init__([*command, self.port], cpu)
        try:
            self.connect().close()
        except BaseException:
            self.__exit__()
            raise

    def connect(self):
        """A connection, once the server listens."""
        until = time.monotonic() + LONGEST_START
        while True:
            connection = socket.socket()
            # Each run has an address of its own, lest it wait for the ports that the last one used up.
            connection.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
            connection.bind((f"127.1.{os.getpid() >> 8 & 255}.{os.getpid() & 255}", 0))
            try:
                connection.connect(("127.0.0.1", self.port))
                return connection
            except ConnectionRefusedError:
                connection.close()
                self.check_running()
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)


def request(target, *fields):
    return "\r\n".join([f"GET {target} HTTP/1.1", "Host: bench", *fields, "", ""]).encode()


def wrk(cpu, count, port, seconds, *options):
    """Requests answered, and those a second. wrk knows whole seconds only, but reports when interrupted."""
    done = subprocess.run(
        ["timeout", "-s", "INT", str(seconds), "taskset", "-c", str(cpu), "wrk", "-t1", f"-c{count}", "-d9s", *options,
         f"http://127.0.0.1:{port}/"], capture_output=True, text=True)
    found = re.search(r"(\d+) requests in .*Requests/sec: *([\d.]+)", done.stdout, re.S)
    if not found or "Non-2xx" in done.stdout:
        raise RuntimeError(f"wrk: {done.stdout}{done.stderr}")
    return int(found[1]), float(found[2])


def print_each(row, cpu_time, requests, rate):
    print(f"{row} ns={cpu_time * 1e9 / requests:.0f} rate={rate:.0f}")


def serve(row, count, program, cpu, other_cpu, *options):
    """One request under way on each of `count` connections."""
    with Server(program, cpu) as server:
        wrk(other_cpu, count, server.port, WARM_UP, *options)
        before = server.cpu_time()
        requests, rate = wrk(other_cpu, count, server.port, MEASURED, *options)
        print_each(row, server.cpu_time() - before, requests, rate)


def pipeline(*arguments):
    """16 requests ahead on each of `count` connections."""
    serve(*arguments, "-s", HERE / "pipeline.lua")


def idle(row, count, program, cpu, other_cpu):
    """What `count` connections that were answered once and wait cost the server."""

    def ask_once(connections):
        for connection in connections:
            connection.sendall(request("/"))
        for connection in connections:
            text = b""
            while not text.endswith(ANSWER):
                piece = connection.recv(4096)
                if not piece:
                    raise RuntimeError("the server closed a connection")
                text += piece

    os.sched_setaffinity(0, {other_cpu})
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with Server(program, cpu) as server, contextlib.ExitStack() as open_ones:
        with server.connect() as first:
            ask_once([first])
        before = server.resident_bytes()
        ask_once([open_ones.enter_context(server.connect()) for _ in range(count)])
        print(f"{row} bytes={(server.resident_bytes() - before) / count:.0f}")


def ask(row, count, program, cpu, other_cpu):
    """A client that keeps `count` requests under way at nginx, which counts them."""

    def requests_had(server):
        with server.connect() as connection, connection.makefile("rb") as answer:
            connection.sendall(request("/status", "Connection: close"))
            return int(answer.read().split(b"requests\n")[1].split()[2])

    with Server(NGINX, other_cpu) as server:
        command = [str(word).format(port=server.port, count=count) for word in program]
        with Child(command, cpu) as client:
            while requests_had(server) < 20 * count:
                client.check_running()
                time.sleep(0.01)
            time.sleep(WARM_UP)
            had, before, begin = requests_had(server), client.cpu_time(), time.monotonic()
            time.sleep(MEASURED)
            seconds, spent = time.monotonic() - begin, client.cpu_time() - before
            requests = requests_had(server) - had - 1
            client.check_running()
            print_each(row, spent, requests, requests / seconds)


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    row, work, count, *program = sys.argv[1:]
    cpus = sorted(os.sched_getaffinity(0))
    works = {"serve": serve, "pipeline": pipeline, "idle": idle, "ask": ask}
    try:
        works[work](row, int(count), program, cpus[0], cpus[-1])
    except (OSError, RuntimeError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
