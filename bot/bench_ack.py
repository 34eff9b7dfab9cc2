"""Measures Slack's acknowledgement: signed events at a fixed rate, our inbox on disk against a bare Bolt in one run."""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

from bot.bench_load import Connections, Load, closed_loop, open_loop, post
from bot.platforms.slack.bench_server import BARE, OURS, SECRET

RATE = 200.0
"""Events a second: a workspace of some ten thousand people at its busiest."""

ROUNDS = 5
"""Turns that each side takes, one after the other, so that what disturbs the machine disturbs both."""

AT_ONCE = 32


@dataclass(frozen=True)
class Acknowledged:
    """Milliseconds at 200 events a second, events a second when the server is full; `lost` were not answered 200."""

    database: str
    events: int
    bare_p50: float
    bare_p99: float
    ours_p50: float
    ours_p99: float
    bare_full: float
    ours_full: float
    lost: int

    @property
    def p99_ratio(self) -> float:
        return self.ours_p99 / self.bare_p99

    @property
    def full_ratio(self) -> float:
        return self.ours_full / self.bare_full


def measure_acknowledgement(url: str, *, seconds: float = 3.0, rounds: int = ROUNDS) -> Acknowledged:
    """Serve both sides in a process of their own on the database of this URL, and load them in turns."""
    with _server(url) as port:
        return asyncio.run(_measure(port, url.partition(":")[0].partition("+")[0], seconds, rounds))


async def _measure(port: int, database: str, seconds: float, rounds: int) -> Acknowledged:
    connections, numbers = Connections(port), count(1)
    many = int(RATE * seconds)
    paced: dict[str, list[Load]] = {BARE: [], OURS: []}
    full: dict[str, list[Load]] = {BARE: [], OURS: []}
    for path in (BARE, OURS):  # what is slow only once is not measured
        await closed_loop(connections, _events(path, 300, numbers), at_once=AT_ONCE)
    for _ in range(rounds):
        for path in (BARE, OURS):
            paced[path].append(await open_loop(connections, _events(path, many, numbers), per_second=RATE))
    for _ in range(rounds):
        for path in (BARE, OURS):
            full[path].append(await closed_loop(connections, _events(path, many, numbers), at_once=AT_ONCE))
    connections.close()
    if any(load.failed for load in (*paced[BARE], *full[BARE])):
        raise RuntimeError("the bare handler refused requests: nothing can be compared with it")
    bare, ours = _together(paced[BARE]), _together(paced[OURS])
    loads = [*paced[OURS], *full[OURS]]
    return Acknowledged(
        database=database,
        events=sum(len(load.milliseconds) for load in loads),
        bare_p50=bare.percentile(0.5),
        bare_p99=bare.percentile(0.99),
        ours_p50=ours.percentile(0.5),
        ours_p99=ours.percentile(0.99),
        bare_full=_together(full[BARE]).per_second,
        ours_full=_together(full[OURS]).per_second,
        lost=sum(load.failed for load in loads),
    )


def _together(loads: Sequence[Load]) -> Load:
    times = tuple(took for load in loads for took in load.milliseconds)
    return Load(times, sum(load.failed for load in loads), sum(load.seconds for load in loads))


def _events(path: str, many: int, numbers: Iterator[int]) -> list[bytes]:
    """Mentions, each another message, signed as Slack signs."""
    return [post(path, _mention(next(numbers)), _signed) for _ in range(many)]


def _mention(number: int) -> bytes:
    event = {
        "type": "app_mention",
        "user": f"U{number % 50}",
        "text": "<@UBOT> status of churn-uplift?",
        "ts": f"1763600000.{number:06d}",
        "channel": f"C{number % 20}",
        "team": "T1",
    }
    envelope = {
        "type": "event_callback",
        "team_id": "T1",
        "api_app_id": "A1",
        "event": event,
        "event_id": f"Ev{number}",
        "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}],
    }
    return json.dumps(envelope).encode()


def _signed(body: bytes) -> dict[str, str]:
    moment = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{moment}:".encode() + body, sha256).hexdigest()
    kind = {"content-type": "application/json"}
    return {**kind, "x-slack-request-timestamp": moment, "x-slack-signature": f"v0={digest}"}


@contextmanager
def _server(url: str) -> Iterator[int]:
    """Both sides, served by another process; its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "bot.platforms.slack.bench_server", str(port), url]
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
