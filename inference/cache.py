"""The cache guard: the same request for the same audience is answered with the same words, without a call.

Exact only: the key is the hash of the whole rendered request with the fingerprint of who will read the answer. Nearness
in meaning is no key: it answers another question, and shows one reader another's answer. Kept in memory, bounded in
answers, letters and age: texts that some may not read are not written to disk, and a restart forgets them.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal

from inference.model import ChatModel, Chunk, Completion, Decision, Delta, Request, Timings, Usage


@dataclass(frozen=True)
class CachePolicy:
    """At most `answers` and `letters` of them, none older than `age` seconds."""

    answers: int = 2_000
    letters: int = 4_000_000
    age: float = 3_600.0


@dataclass
class AnswerCache:
    """Finished answers by key; the one not used for longest goes first."""

    policy: CachePolicy
    _kept: OrderedDict[str, tuple[float, Completion]] = field(default_factory=OrderedDict)
    _letters: int = 0

    def get(self, key: str, now: float) -> Completion | None:
        found = self._kept.get(key)
        if found is None or now - found[0] > self.policy.age:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return found[1]

    def put(self, key: str, answer: Completion, now: float) -> None:
        self._drop(key)
        self._kept[key] = (now, answer)
        self._letters += len(answer.text)
        while len(self._kept) > self.policy.answers or self._letters > self.policy.letters:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        if (gone := self._kept.pop(key, None)) is not None:
            self._letters -= len(gone[1].text)


NOT_IN_KEY = frozenset({"payer", "request_class"})
"""Who pays and how urgent it is: neither changes the answer or who may read it."""


def cache_key(request: Request) -> str:
    """The hash of all that can change the answer or who may read it; a field added to a request is part of it."""
    told = [(part.name, getattr(request, part.name)) for part in fields(request) if part.name not in NOT_IN_KEY]
    return hashlib.sha256(repr(told).encode()).hexdigest()


class Cached:
    """A ChatModel that remembers whole answers. One that was cut off at its length is not kept."""

    def __init__(self, inner: ChatModel, cache: AnswerCache, *, clock: Callable[[], float]) -> None:
        self._inner = inner
        self._cache = cache
        self._clock = clock

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        key = cache_key(request)
        if (kept := self._cache.get(key, self._clock())) is not None:
            if kept.text:
                yield Delta(kept.text)
            yield _again(kept)
            return
        async with aclosing(self._inner.stream(request)) as chunks:
            async for chunk in chunks:
                if isinstance(chunk, Completion) and chunk.finish == "stop":
                    self._cache.put(key, chunk, self._clock())
                yield chunk


def _again(kept: Completion) -> Completion:
    """The kept answer as it is given again: no tokens, no cost, no time."""
    cost = None if kept.cost_usd is None else Decimal(0)
    hit = Decision("cache", "hit")
    return replace(kept, usage=Usage(0, 0), timings=Timings(0.0, 0.0), cost_usd=cost, decisions=(hit,))
