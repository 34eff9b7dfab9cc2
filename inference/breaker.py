"""The breaker guard: a server that keeps failing is left alone for a while, then tried with one request.

Closed: requests pass, outcomes are remembered. Open: requests fail at once, nothing is sent. Half-open: one request
passes as a probe; if it succeeds the breaker closes, if it fails it opens again for twice as long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal

from inference.model import (
    ChatModel,
    Chunk,
    Completion,
    Decision,
    Malformed,
    ModelError,
    Request,
    TimedOut,
    Unavailable,
)

State = Literal["closed", "open", "half-open"]
Outcome = Literal["good", "bad", "neither"]


@dataclass(frozen=True)
class BreakerPolicy:
    """Opens when `failures` of the last `window` outcomes, and at least half of them, were bad; times in seconds."""

    failures: int = 5
    window: int = 20
    open_for: float = 10.0
    at_most: float = 120.0


@dataclass
class Breaker:
    """The state machine; `now` is in seconds of any clock that never goes backwards."""

    policy: BreakerPolicy
    state: State = "closed"
    until: float = 0.0
    _length: float = 0.0
    _probing: bool = False
    _bad: deque[bool] = field(default_factory=deque)

    def admits(self, now: float) -> bool:
        """Whether a request may pass now; a yes while half-open makes it the probe."""
        if self.state == "open" and now >= self.until:
            self.state, self._probing = "half-open", False
        if self.state == "half-open":
            admitted, self._probing = not self._probing, True
            return admitted
        return self.state == "closed"

    def record(self, outcome: Outcome, now: float) -> None:
        """Note how an admitted request ended. Neither good nor bad: given up by the caller, no room, refused."""
        if self.state == "half-open":
            self._judge_probe(outcome, now)
        elif self.state == "closed" and outcome != "neither":
            self._bad.append(outcome == "bad")
            if len(self._bad) > self.policy.window:
                self._bad.popleft()
            if sum(self._bad) >= max(self.policy.failures, len(self._bad) / 2):
                self._open(self.policy.open_for, now)

    def _judge_probe(self, outcome: Outcome, now: float) -> None:
        self._probing = False
        if outcome == "good":
            self.state, self._length = "closed", 0.0
        elif outcome == "bad":
            self._open(min(self._length * 2, self.policy.at_most), now)

    def _open(self, seconds: float, now: float) -> None:
        self.state, self.until, self._length = "open", now + seconds, seconds
        self._bad.clear()


def outcome_of(error: ModelError) -> Outcome:
    """Whether an error speaks against the server. A full queue or a refusal shows that it is alive."""
    match error:
        case Unavailable() | TimedOut() | Malformed():
            return "bad"
        case _:
            return "neither"


class Broken:
    """A ChatModel behind a breaker."""

    def __init__(self, inner: ChatModel, breaker: Breaker, *, clock: Callable[[], float]) -> None:
        self._inner = inner
        self._breaker = breaker
        self._clock = clock

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        if not self._breaker.admits(self._clock()):
            wait = max(0.0, self._breaker.until - self._clock())
            told = f"The model server failed too often; it is tried again in {wait:.0f} s."
            raise Unavailable(told, sent=False).noting(Decision("breaker", "open"))
        outcome: Outcome = "neither"  # given up by the caller: says nothing about the server
        try:
            async with aclosing(self._inner.stream(request)) as chunks:
                async for chunk in chunks:
                    outcome = "good" if isinstance(chunk, Completion) else outcome
                    yield chunk
        except ModelError as error:
            outcome = outcome_of(error)
            raise
        finally:
            self._breaker.record(outcome, self._clock())
