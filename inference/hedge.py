"""The hedge guard: when the first word is later than usual, the same is asked again, and the first to speak wins.

The delay is the 95th percentile of the first-word times seen lately, so that about one request in twenty is doubled;
an allowance keeps it at that when the whole server is slow, for then a second request would only make it slower. The
second request reserves its own budget, for the guard that reserves lies inside this one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from inference.model import ChatModel, Chunk, Decision, Malformed, ModelError, Request, RequestClass, noting


@dataclass(frozen=True)
class HedgePolicy:
    """When a second request is sent: after `percentile` of at least `known` times, never before `least` seconds.

    At most `share` of the requests are doubled; `classes` are those worth it.
    """

    percentile: float = 0.95
    known: int = 20
    least: float = 0.05
    share: float = 0.05
    classes: frozenset[RequestClass] = frozenset({"sign-off", "question"})


@dataclass
class Pace:
    """First-word times of late, and how many doubled requests are left."""

    policy: HedgePolicy
    _times: deque[float] = field(default_factory=lambda: deque(maxlen=200))
    _allowance: float = 1.0

    def heard(self, seconds: float) -> None:
        """Note the time to a first word."""
        self._times.append(seconds)

    def delay(self, request_class: RequestClass) -> float | None:
        """Seconds after which a second request may be sent; None for not at all."""
        self._allowance = min(5.0, self._allowance + self.policy.share)
        if request_class not in self.policy.classes or len(self._times) < self.policy.known:
            return None
        ordered = sorted(self._times)
        return max(self.policy.least, ordered[int(self.policy.percentile * (len(ordered) - 1))])

    def spend(self) -> bool:
        """Whether the allowance has a doubled request left; takes it."""
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True


class _Runner:
    """One of the requests in the race: its stream, and its first piece under way."""

    def __init__(self, model: ChatModel, request: Request) -> None:
        self.chunks = model.stream(request)
        self.first = asyncio.ensure_future(anext(self.chunks))

    def failed(self) -> bool:
        return self.first.done() and self.first.exception() is not None


class Hedged:
    """A ChatModel that asks a second time when the first word is late. `clock` is in seconds."""

    def __init__(self, inner: ChatModel, pace: Pace, *, clock: Callable[[], float]) -> None:
        self._inner = inner
        self._pace = pace
        self._clock = clock
        self._leaving: set[asyncio.Task[None]] = set()

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        delay, began = self._pace.delay(request.request_class), self._clock()
        runners = [_Runner(self._inner, request)]
        try:
            noted = await self._race(request, runners, delay)
            winner = _winner(runners)
            yield noting(await winner.first, *noted)
            self._pace.heard(self._clock() - began)
            self._leave([runner for runner in runners if runner is not winner])
            async for chunk in winner.chunks:
                yield noting(chunk, *noted)
        except StopAsyncIteration as error:
            raise Malformed("The answer ended before it began.") from error
        finally:
            self._leave(runners)

    async def _race(self, request: Request, runners: list[_Runner], delay: float | None) -> tuple[Decision, ...]:
        """Run until one has spoken or all have failed; sends the second request when the time has come."""
        await asyncio.wait({runners[0].first}, timeout=delay)
        if runners[0].first.done() or not self._pace.spend():
            await asyncio.wait({runners[0].first})
            return ()
        runners.append(_Runner(self._inner, request))
        waiting = {runner.first for runner in runners}
        while waiting and not any(runner.first.done() and not runner.failed() for runner in runners):
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        verdict = "second spoke first" if _winner(runners) is runners[1] else "first spoke after all"
        return (Decision("hedge", verdict, f"no word for {delay:.2f} s"),)

    def _leave(self, runners: list[_Runner]) -> None:
        """End these without waiting for them; the set keeps the tasks alive until they are done."""
        for runner in runners:
            task = asyncio.ensure_future(_end(runner))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)


def _winner(runners: list[_Runner]) -> _Runner:
    """The first that has spoken; where all failed, the first of them, whose error is told."""
    return next((runner for runner in runners if runner.first.done() and not runner.failed()), runners[0])


async def _end(runner: _Runner) -> None:
    runner.first.cancel()
    with suppress(asyncio.CancelledError, ModelError, StopAsyncIteration):
        await runner.first
    await runner.chunks.aclose()
