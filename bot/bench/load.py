"""A load generator on raw connections: open loop at a fixed rate, or closed loop until the server is full."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Load:
    """Milliseconds from when a request was due (open loop) or sent (closed loop) to its answer, and who failed."""

    milliseconds: tuple[float, ...]
    failed: int
    seconds: float

    def percentile(self, share: float) -> float:
        """The time within which this share of requests was answered."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds


@dataclass
class Connections:
    """Keep-alive connections to one server; as many as are needed at once."""

    port: int
    idle: list[Connection] = field(default_factory=list)

    async def ask(self, request: bytes) -> bool:
        """Whether the server answered 200."""
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if length:
            await reader.readexactly(length)
        self.idle.append((reader, writer))
        return head.startswith(b"HTTP/1.1 200")

    def close(self) -> None:
        """Servers drop connections that are idle for a while: each load begins with new ones."""
        while self.idle:
            self.idle.pop()[1].close()


async def open_loop(connections: Connections, requests: Sequence[bytes], *, per_second: float) -> Load:
    """Each request at its own moment, whether or not earlier ones were answered: waiting counts as time."""
    connections.close()
    began = time.perf_counter()

    async def one(number: int, request: bytes) -> tuple[float, bool]:
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        answered = await connections.ask(request)
        return (time.perf_counter() - due) * 1000, answered

    return await _gathered([one(number, request) for number, request in enumerate(requests)], began)


async def closed_loop(connections: Connections, requests: Sequence[bytes], *, at_once: int) -> Load:
    """As fast as `at_once` clients get their answers."""
    connections.close()
    began = time.perf_counter()
    waiting = list(reversed(requests))

    async def client() -> list[tuple[float, bool]]:
        done = []
        while waiting:
            sent = time.perf_counter()
            answered = await connections.ask(waiting.pop())
            done.append(((time.perf_counter() - sent) * 1000, answered))
        return done

    ends = await asyncio.gather(*(client() for _ in range(at_once)))
    return _load([one for done in ends for one in done], began)


async def _gathered(calls: Sequence[Awaitable[tuple[float, bool]]], began: float) -> Load:
    return _load(await asyncio.gather(*calls), began)


def _load(ends: Sequence[tuple[float, bool]], began: float) -> Load:
    seconds = time.perf_counter() - began
    return Load(tuple(took for took, _ in ends), sum(not answered for _, answered in ends), seconds)


def post(path: str, body: bytes, headers: Callable[[bytes], dict[str, str]]) -> bytes:
    """An HTTP request as it goes over the wire."""
    named = {"host": "127.0.0.1", "content-length": str(len(body)), **headers(body)}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body
