"""What a model server tells of itself: its queue and KV cache, its models, its count of a prompt's tokens.

The one door of httpx in this room. Metric names have changed over vLLM's versions; both are read, and a server that
shows none of them is told apart from an idle one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from inference.endpoint import Endpoint
from inference.model import Malformed, Refused, Request, Unavailable

NAMES: Mapping[str, tuple[str, ...]] = {
    "running": ("vllm:num_requests_running",),
    "waiting": ("vllm:num_requests_waiting",),
    "kv_used": ("vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"),
}
"""What we read, under the names of today and of earlier versions. Shares are from 0 to 1 despite the names."""

_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{[^}]*\})?\s+([-+.eE\d]+|NaN)", re.MULTILINE)


@dataclass(frozen=True)
class Load:
    """Requests running and waiting at a server, and the share of its KV cache that is used."""

    running: float
    waiting: float
    kv_used: float


@dataclass(frozen=True)
class Absent:
    """Metrics that are not there: `missing` names what could not be read, `reason` why."""

    missing: tuple[str, ...]
    reason: str


def read_load(text: str) -> Load | Absent:
    """The load from a /metrics page. Several engines behind one page are added up; of KV caches the fullest counts."""
    found: dict[str, list[float]] = {}
    for name, value in _SAMPLE.findall(text):
        found.setdefault(name, []).append(float(value))
    values = {what: next((found[name] for name in names if name in found), None) for what, names in NAMES.items()}
    running, waiting, kv_used = values["running"], values["waiting"], values["kv_used"]
    if running is None or waiting is None or kv_used is None:
        missing = tuple(NAMES[what][0] for what, value in values.items() if value is None)
        return Absent(missing, "the page does not have these metrics under any name known here")
    return Load(sum(running), sum(waiting), max(kv_used))


class ModelServer:
    """One endpoint's pages beside the chat. Loads and counts never fail: what cannot be had is told as a value."""

    def __init__(self, endpoint: Endpoint, *, timeout: float = 1.0) -> None:
        self._endpoint = endpoint
        headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
        self._client = httpx.AsyncClient(base_url=endpoint.root, headers=headers, timeout=timeout)

    async def load(self) -> Load | Absent:
        try:
            answer = await self._client.get("/metrics")
            answer.raise_for_status()
        except httpx.HTTPError as error:
            return Absent((), f"{self._endpoint.root}/metrics cannot be read ({error or type(error).__name__})")
        return read_load(answer.text)

    async def models(self) -> tuple[str, ...]:
        """The names the server has models under.

        Raises:
            ModelError: It cannot be asked, refuses, or answers something else.
        """
        url = self._endpoint.url
        try:
            answer = await self._client.get("/v1/models")
            answer.raise_for_status()
            return tuple(str(model["id"]) for model in answer.json()["data"])
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            key = "Set GATEHOUSE_MODEL_KEY to the server's key." if status in (401, 403) else "The URL ends in /v1."
            raise Refused(f"{url} answers {status}. {key}") from error
        except httpx.HTTPError as error:
            told = f"{url} cannot be asked ({error or type(error).__name__}). Start it, or correct GATEHOUSE_MODEL_URL."
            raise Unavailable(told) from error
        except (ValueError, LookupError, TypeError) as error:
            raise Malformed(f"{url}/models is no list of models. See that GATEHOUSE_MODEL_URL ends in /v1.") from error

    async def prompt_tokens(self, request: Request) -> int | None:
        """The server's own count of the rendered prompt (vLLM's /tokenize); None where it does not count."""
        messages = [{"role": message.role, "content": message.text} for message in request.messages]
        body = {"model": self._endpoint.model, "messages": messages, "add_generation_prompt": True}
        try:
            answer = await self._client.post("/tokenize", json=body)
            count: Any = answer.json()["count"] if answer.status_code == httpx.codes.OK else None
        except (httpx.HTTPError, ValueError, LookupError, TypeError):
            return None
        return count if isinstance(count, int) and count >= 0 else None

    async def close(self) -> None:
        await self._client.aclose()


class Loads(Protocol):
    """Where a server's load is learnt. `look` may cause it to be looked up anew; both tell what is known now."""

    def look(self) -> Load | None: ...
    def last(self) -> Load | None: ...


class LoadUnknown:
    """The load of a server that tells none."""

    def look(self) -> Load | None:
        return None

    def last(self) -> Load | None:
        return None


class LoadWatch:
    """The server's load as last seen, looked up again when asked for and older than `every` seconds.

    It keeps no timer: without requests nobody asks, and nothing is polled. What is older than `stale` seconds does not
    count. `absent` is why there are no figures, for the alarm; None while there are.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[Load | Absent]],
        *,
        clock: Callable[[], float],
        every: float = 1.0,
        stale: float = 10.0,
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._every = every
        self._stale = stale
        self._seen: Load | None = None
        self._seen_at = float("-inf")
        self._asked_at = float("-inf")
        self._task: asyncio.Task[None] | None = None
        self.absent: Absent | None = None

    def look(self) -> Load | None:
        now = self._clock()
        if now - self._asked_at >= self._every and (self._task is None or self._task.done()):
            self._asked_at = now
            self._task = asyncio.ensure_future(self._refresh())
        return self.last()

    def last(self) -> Load | None:
        return self._seen if self._clock() - self._seen_at <= self._stale else None

    async def _refresh(self) -> None:
        found = await self._ask()
        self.absent = found if isinstance(found, Absent) else None
        if isinstance(found, Load):
            self._seen, self._seen_at = found, self._clock()
