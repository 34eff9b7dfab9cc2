"""A model server for measurements: instant, or as slow and as small as told, with a queue and vLLM's metrics.

Run as a module it serves in a process of its own, so that what it computes takes nothing from what is measured.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

TEXT = "Precision is compared at the top ten per cent, which is what the call centre can work off [1]. It was agreed."


@dataclass(frozen=True)
class Pace:
    """Seconds to the first token and between tokens, tokens of an answer, and requests answered at once."""

    first: float = 0.0
    gap: float = 0.0
    tokens: int = 40
    capacity: int = 1_000


class PacedServer:
    """Answers every chat request with the same words. `running` and `waiting` are shown as vLLM shows them."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._places = asyncio.Semaphore(pace.capacity)
        self._running = 0
        self._waiting = 0
        self._head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        self._pieces = _pieces(pace.tokens)
        self._end = _chunked(_finish(pace.tokens)) + b"0\r\n\r\n"

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until it is closed."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                if head.startswith(b"GET /metrics"):
                    writer.write(self._metrics())
                elif b"/chat/completions" in head.partition(b"\r\n")[0]:
                    await self._answer(writer)
                else:
                    writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
                await writer.drain()
        writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        self._running += 1
        try:
            await self._stream(writer)
        finally:
            self._running -= 1
            self._places.release()

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        if not self._pace.first and not self._pace.gap:
            writer.write(self._head + b"".join(self._pieces) + self._end)
            return
        await asyncio.sleep(self._pace.first)
        writer.write(self._head)
        for piece in self._pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(self._pace.gap)
        writer.write(self._end)

    def _metrics(self) -> bytes:
        used = self._running / self._pace.capacity
        rows = (
            ("num_requests_running", self._running),
            ("num_requests_waiting", self._waiting),
            ("kv_cache_usage_perc", used),
        )
        body = "".join(f'vllm:{name}{{engine="0"}} {value}\n' for name, value in rows).encode()
        return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)


def _pieces(tokens: int) -> list[bytes]:
    words = [f"{word} " for word in TEXT.split()]
    said = [words[number % len(words)] for number in range(tokens)]
    return [_chunked(_piece(choices=[{"index": 0, "delta": {"content": word}}])) for word in said]


def _finish(tokens: int) -> bytes:
    end = _piece(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
    usage = {"prompt_tokens": 100, "completion_tokens": tokens, "total_tokens": 100 + tokens}
    return end + _piece(usage=usage) + b"data: [DONE]\n\n"


def _piece(**told: object) -> bytes:
    shape = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "bench", "choices": [], **told}
    return b"data: " + json.dumps(shape).encode() + b"\n\n"


def _chunked(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@asynccontextmanager
async def paced_server(pace: Pace) -> AsyncIterator[str]:
    """The server on loopback for the length of the block; its URL."""
    server = await asyncio.start_server(PacedServer(pace).take, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        server.close()


async def serve(pace: Pace) -> None:
    """Say the URL, then serve until the process is ended."""
    async with paced_server(pace) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Pace(first=0.3, gap=0.02, capacity=int(sys.argv[1]))))
