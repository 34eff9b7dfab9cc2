"""Measures an acknowledgement: events at a fixed rate, our inbox on disk against the bare SDK in one run."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bot.bench.disk import paced_flushes
from bot.bench.load import Connections, Load, closed_loop, open_loop

RATE = 200.0
"""Events a second: a workspace of some ten thousand people at its busiest."""

ROUNDS = 5
"""Turns that each side takes, one after the other, so that what disturbs the machine disturbs both."""

AT_ONCE = 128
"""Clients of a full server: enough for events to share a flush of the disk however long it takes."""


Requests = Callable[[str, int, Iterator[int]], list[bytes]]
"""So many requests to a path, each with the next number in it."""


@dataclass(frozen=True)
class Served:
    """A platform's two sides: the module whose process serves them, their paths, and what makes requests for a port."""

    module: str
    bare: str
    ours: str
    requests: Callable[[int], Requests]


@dataclass(frozen=True)
class Acknowledged:
    """Milliseconds at 200 events a second, events a second when the server is full; `lost` were not answered 200.

    `disk` is what a flush of the disk took at the same rate in the same run, with no server at all: no acknowledgement
    that is durable can be sooner than the bare one and a flush.
    """

    database: str
    events: int
    bare_p50: float
    bare_p99: float
    ours_p50: float
    ours_p99: float
    disk_p50: float
    disk_p99: float
    bare_full: float
    ours_full: float
    lost: int

    @property
    def p99_ratio(self) -> float:
        return self.ours_p99 / self.bare_p99

    @property
    def floor_ratio(self) -> float:
        """The p99 over the sum of the bare handler's and the disk's own."""
        return self.ours_p99 / (self.bare_p99 + self.disk_p99)

    @property
    def full_ratio(self) -> float:
        return self.ours_full / self.bare_full


def measure_acknowledgement(url: str, served: Served, *, seconds: float = 3.0, rounds: int = ROUNDS) -> Acknowledged:
    """Serve both sides in a process of their own on the database of this URL, and load them in turns."""
    with _server(served.module, url) as port:
        return asyncio.run(_measure(port, served, url, seconds, rounds))


async def _measure(port: int, served: Served, url: str, seconds: float, rounds: int) -> Acknowledged:
    database, _, path = url.partition(":///")
    folder = Path(path).parent if database == "sqlite" else Path(tempfile.gettempdir())
    connections, numbers, requests = Connections(port), count(1), served.requests(port)
    sides = (served.bare, served.ours)
    many = int(RATE * seconds)
    paced: dict[str, list[Load]] = {side: [] for side in sides}
    full: dict[str, list[Load]] = {side: [] for side in sides}
    disk: list[Load] = []
    for path in sides:  # what is slow only once is not measured
        await closed_loop(connections, requests(path, 300, numbers), at_once=AT_ONCE)
    for _ in range(rounds):
        for path in sides:
            paced[path].append(await open_loop(connections, requests(path, many, numbers), per_second=RATE))
        disk.append(await asyncio.to_thread(paced_flushes, folder, many, per_second=RATE))
    for _ in range(rounds):
        for path in sides:
            full[path].append(await closed_loop(connections, requests(path, many, numbers), at_once=AT_ONCE))
    connections.close()
    if any(load.failed for load in (*paced[served.bare], *full[served.bare])):
        raise RuntimeError("the bare handler refused requests: nothing can be compared with it")
    bare, ours, alone = _together(paced[served.bare]), _together(paced[served.ours]), _together(disk)
    loads = [*paced[served.ours], *full[served.ours]]
    return Acknowledged(
        database=database.partition(":")[0].partition("+")[0],
        events=sum(len(load.milliseconds) for load in loads),
        bare_p50=bare.percentile(0.5),
        bare_p99=bare.percentile(0.99),
        ours_p50=ours.percentile(0.5),
        ours_p99=ours.percentile(0.99),
        disk_p50=alone.percentile(0.5),
        disk_p99=alone.percentile(0.99),
        bare_full=_together(full[served.bare]).per_second,
        ours_full=_together(full[served.ours]).per_second,
        lost=sum(load.failed for load in loads),
    )


def _together(loads: Sequence[Load]) -> Load:
    times = tuple(took for load in loads for took in load.milliseconds)
    return Load(times, sum(load.failed for load in loads), sum(load.seconds for load in loads))


@contextmanager
def _server(module: str, url: str) -> Iterator[int]:
    """Both sides, served by another process; its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", module, str(port), url]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server of the bench ended before it listened")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server of the bench did not listen within 30 s")
