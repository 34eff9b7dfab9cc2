"""A model server that behaves as its model's name says, over real sockets.

The name is words joined by "+"; times are milliseconds, counts are tokens:

    first-300      before the first token             gap-20         between tokens
    length-40      tokens of the answer               stall-5        after 5 tokens nothing more, the line stays open
    keepalive      comments and role-only pieces, no word            hang    takes the request and never answers
    cut-5          hangs up after 5 tokens            slowclose      all is said, the line stays open
    garbage        pieces that are no JSON            odd            pieces that are JSON of another kind
    html           a web page instead of a stream     nousage        no usage piece
    numbers links citations    an answer with invented numbers, with links, with citations of nothing
    429 500 401 404 400        this status            burst          all tokens in one write

Anything else in the name means nothing. What is said comes from `say`, by the request's body.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

PLAIN = "The p95 latency was 120 ms in the load test of 17 November [1]."
INVENTED = {
    "numbers": "The p95 latency was 99.7 ms and the budget is 4,711,000 EUR [1].",
    "links": "See https://evil.example/steal and [the report](https://evil.example/report) [1].",
    "citations": "The gate was approved by everyone [42]. It is live [999].",
}


def _say(body: dict[str, Any]) -> str:
    words = body["model"].split("+")
    return next((INVENTED[word] for word in words if word in INVENTED), PLAIN)


@dataclass
class ModelServer:
    """Address and counts of a running stand-in. `capacity` requests run at once, `queue` wait, the rest get 503."""

    capacity: int = 1_000
    queue: int = 1_000
    key: str = ""
    say: Callable[[dict[str, Any]], str] = _say
    old_names: bool = False
    without_metrics: bool = False
    port: int = 0
    running: int = 0
    waiting: int = 0
    most_waiting: int = 0
    most_running: int = 0
    served: int = 0
    gone: int = 0
    bodies: list[dict[str, Any]] = field(default_factory=list)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._answer(reader, writer):
                pass
        with suppress(Exception):
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, path, *_ = head.split(" ")
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        if self.key and headers.get("authorization") != f"bearer {self.key}".lower() and path.startswith("/v1"):
            return await _whole(writer, 401, {"error": {"message": "invalid key"}})
        match method, path:
            case "GET", "/metrics" if not self.without_metrics:
                return await _whole(writer, 200, self._metrics().encode())
            case "GET", "/v1/models":
                return await _whole(writer, 200, {"object": "list", "data": [{"id": "plain", "object": "model"}]})
            case "GET", "/health":
                return await _whole(writer, 200, b"")
            case "POST", "/tokenize":
                words = sum(len(message["content"].split()) for message in json.loads(raw)["messages"])
                return await _whole(writer, 200, {"count": words + 8, "max_model_len": 4096})
            case "POST", "/v1/chat/completions":
                return await self._chat(writer, reader, json.loads(raw))
            case _:
                return await _whole(writer, 404, {"error": {"message": "no such page"}})

    def _metrics(self) -> str:
        kv = "gpu_cache_usage_perc" if self.old_names else "kv_cache_usage_perc"
        rows = (("num_requests_running", self.running), ("num_requests_waiting", self.waiting))
        lines = [f'vllm:{name}{{model_name="m",engine="0"}} {value}.0' for name, value in rows]
        return "\n".join([*lines, f'vllm:{kv}{{model_name="m"}} {min(1.0, self.running / self.capacity)}', ""])

    async def _chat(self, writer: asyncio.StreamWriter, reader: asyncio.StreamReader, body: dict[str, Any]) -> bool:
        self.bodies.append(body)
        words = body["model"].split("+")
        for status in ("429", "500", "401", "404", "400"):
            if status in words:
                return await _whole(writer, int(status), {"error": {"message": f"as asked: {status}"}})
        if self.waiting >= self.queue:
            return await _whole(writer, 503, {"error": {"message": "queue full"}})
        work = asyncio.ensure_future(self._queued(writer, body, words))
        gone = asyncio.ensure_future(reader.read(1))  # ends when the client hangs up
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                self.gone += 1
                return False
            await work
            self.served += 1
        finally:
            work.cancel()
            gone.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await gone
        return not writer.is_closing()

    async def _queued(self, writer: asyncio.StreamWriter, body: dict[str, Any], words: list[str]) -> None:
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        try:
            await self._slots.acquire()
        finally:
            self.waiting -= 1
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await self._stream(writer, body, words)
        finally:
            self.running -= 1
            self._slots.release()

    async def _stream(self, writer: asyncio.StreamWriter, body: dict[str, Any], words: list[str]) -> None:
        numbers = {
            word.partition("-")[0]: int(word.partition("-")[2]) for word in words if word[-1:].isdigit() and "-" in word
        }
        if "hang" in words:
            await asyncio.sleep(3600)
        kind = b"text/html" if "html" in words else b"text/event-stream"
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: " + kind + b"\r\ntransfer-encoding: chunked\r\n\r\n")
        if "html" in words:
            return _end(writer, b"<html><body>Sign in</body></html>")
        _write(writer, _piece(body, {"role": "assistant", "content": ""}))
        if "keepalive" in words:
            while True:
                _write(writer, b": ping\n\n" + _piece(body, {"role": "assistant"}))
                await writer.drain()
                await asyncio.sleep(0.02)
        await asyncio.sleep(numbers.get("first", 0) / 1000)
        tokens = _tokens(self.say(body), numbers.get("length"), body["max_tokens"])
        if "burst" in words:
            writer.write(_chunked(b"".join(_piece(body, {"content": token}) for token in tokens)))
        for n, token in enumerate([] if "burst" in words else tokens):
            if n == numbers.get("cut"):
                writer.transport.abort()
                return None
            if n == numbers.get("stall"):
                await writer.drain()
                await asyncio.sleep(3600)
            if "garbage" in words and n == 2:
                _write(writer, b"data: {this is no json\n\n")
            if "odd" in words and n == 2:
                _write(writer, b'data: {"choices": [{"delta": 7}], "usage": "much"}\n\n')
            _write(writer, _piece(body, {"content": token}))
            await writer.drain()
            await asyncio.sleep(numbers.get("gap", 0) / 1000)
        _write(writer, _piece(body, {}, finish="stop"))
        if "nousage" not in words:
            _write(writer, _usage(body, len(tokens)))
        if "slowclose" in words:
            await writer.drain()
            await asyncio.sleep(3600)
        return _end(writer, b"data: [DONE]\n\n")


def _tokens(text: str, length: int | None, most: int) -> list[str]:
    pieces = [word + " " for word in text.split(" ")]
    pieces[-1] = pieces[-1].rstrip()
    wanted = len(pieces) if length is None else length
    return [pieces[n % len(pieces)] for n in range(min(wanted, most))]


def _piece(body: dict[str, Any], delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return _data(
        {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": body["model"], "choices": [choice]}
    )


def _usage(body: dict[str, Any], said: int) -> bytes:
    prompt = sum(len(message["content"].split()) for message in body["messages"]) + 8
    usage = {"prompt_tokens": prompt, "completion_tokens": said, "total_tokens": prompt + said}
    return _data(
        {
            "id": "c",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": body["model"],
            "choices": [],
            "usage": usage,
        }
    )


def _data(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def _chunked(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(_chunked(data))


def _end(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(_chunked(data) + b"0\r\n\r\n")


async def _whole(writer: asyncio.StreamWriter, status: int, body: dict[str, Any] | bytes) -> bool:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/plain" if isinstance(body, bytes) else "application/json"
    extra = "retry-after: 0.05\r\n" if status == 429 else ""
    head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n{extra}content-length: {len(raw)}\r\n\r\n"
    writer.write(head.encode() + raw)
    await writer.drain()
    return True


@asynccontextmanager
async def model_server(**settings: Any) -> AsyncIterator[ModelServer]:
    """A stand-in on a free port of loopback, for the length of the block."""
    server = ModelServer(**settings)
    server._slots = asyncio.Semaphore(server.capacity)
    listening = await asyncio.start_server(server.take, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
