#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rows of ../README.md in asyncio: `asyncio_bench.py ROW [uvloop]` prints `ROW ns [bytes]`."""

import asyncio
import resource
import sys
import time

BATCH = 10_000
SPAWNED_AT_ONCE = 1_000
# Less of it than the others do, which would take minutes and gigabytes.
FIB, CALLS_OF_FIB = 18, 8_361
SLEEPERS = 100_000
CANCELLED = 20_000
PENDING_TIMERS = 1_000
NESTED = 5
HOUR = 3600
ENOUGH = 50e6


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def ready(x):
    return x + 1


async def await_ready_task(n):
    for i in range(n):
        await ready(i)
    return n


async def spawn_and_join(n):
    for i in range(n):
        await asyncio.create_task(ready(i))
    return n


async def spawn_many_and_join(n):
    for _ in range(n):
        tasks = [asyncio.create_task(ready(i)) for i in range(SPAWNED_AT_ONCE)]
        for task in tasks:
            await task
    return n * SPAWNED_AT_ONCE


async def yields(n):
    for _ in range(n):
        await asyncio.sleep(0)


async def yield_between_two(n):
    other = asyncio.create_task(yields(n))
    await yields(n)
    await other
    return 2 * n


async def produce(queue):
    for i in range(BATCH):
        await queue.put(i)


def queue_of(capacity):
    async def work(n):
        for _ in range(n):
            queue = asyncio.Queue(capacity)
            producer = asyncio.create_task(produce(queue))
            for _ in range(BATCH):
                await queue.get()
            await producer
        return n * BATCH

    return work


async def numbers():
    for i in range(BATCH):
        yield i


async def generator_next(n):
    for _ in range(n):
        async for _ in numbers():
            pass
    return n * BATCH


async def mutex_uncontended(n):
    mutex = asyncio.Lock()
    for _ in range(n):
        async with mutex:
            pass
    return n


async def fib(n):
    if n < 2:
        return n
    forked = asyncio.create_task(fib(n - 1))
    here = await fib(n - 2)
    return here + await forked


async def fork_join(n):
    for _ in range(n):
        await fib(FIB)
    return n * CALLS_OF_FIB


async def sleep_until(instant):
    await asyncio.sleep(instant - time.monotonic())


async def sleeping_tasks():
    start = time.monotonic() + 2
    jitter = [i * 2654435761 % 2**32 % 100_000 / 1e6 for i in range(SLEEPERS)]
    tasks = [asyncio.create_task(sleep_until(start + j)) for j in jitter]
    for task in tasks:
        await task


async def timer(n):
    loop = asyncio.get_running_loop()
    others = [loop.call_later(HOUR, print) for _ in range(PENDING_TIMERS)]
    for _ in range(n):
        loop.call_later(HOUR, print).cancel()
    for other in others:
        other.cancel()
    return n


async def nested(depth):
    if depth > 1:
        await nested(depth - 1)
    else:
        await asyncio.sleep(HOUR)


async def cancel_tasks():
    tasks = [asyncio.create_task(nested(NESTED)) for _ in range(CANCELLED)]
    await asyncio.sleep(0)
    before = time.process_time_ns()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return time.process_time_ns() - before


async def measure(work):
    """CPU time of an operation; the work grows until it takes long enough to be measured."""
    n = 1
    while True:
        before = time.process_time_ns()
        operations = await work(n)
        spent = time.process_time_ns() - before
        if spent >= ENOUGH:
            return spent / operations
        n = int(n * min(max(ENOUGH * 1.2 / (spent + 1), 2), 100))


REPEATED = {
    "await_ready_task": await_ready_task,
    "spawn_and_join": spawn_and_join,
    "spawn_many_and_join": spawn_many_and_join,
    "yield_between_two": yield_between_two,
    "queue_of_1": queue_of(1),
    "queue_of_64": queue_of(64),
    "generator_next": generator_next,
    "mutex_uncontended": mutex_uncontended,
    "fork_join": fork_join,
    "timer": timer,
}


async def main(row):
    if row in REPEATED:
        print(f"{row} {await measure(REPEATED[row]):.2f}")
    elif row == "sleeping_tasks":
        cpu, resident = time.process_time_ns(), peak()
        await sleeping_tasks()
        cpu = (time.process_time_ns() - cpu) / SLEEPERS
        print(f"{row} {cpu:.2f} {(peak() - resident) * 1024 / SLEEPERS:.0f}")
    elif row == "cancel_tasks":
        print(f"{row} {await cancel_tasks() / CANCELLED:.2f}")


if sys.argv[2:] == ["uvloop"]:
    import uvloop

    uvloop.install()
asyncio.run(main(sys.argv[1]))
