"""The deadlines guard: the first word, the silence between two, and the whole answer come in time, or it ends.

Only pieces with text count: keep-alive comments and role-only pieces never reach this guard, since the client passes on
nothing without text. A read timeout of the HTTP library would be reset by both.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from inference.model import ChatModel, Chunk, Completion, Decision, Request, TimedOut

What = Literal["first_token", "silence", "whole"]

TOLD: dict[What, str] = {
    "first_token": "The model's first word did not come within {seconds:g} s.",
    "silence": "The model fell silent for {seconds:g} s in the middle of its answer.",
    "whole": "The model's answer was not whole within {seconds:g} s.",
}


@dataclass(frozen=True)
class Deadlines:
    """Seconds. `whole` holds from the request on, whatever the other two allow."""

    first_token: float
    silence: float
    whole: float


class Due(NamedTuple):
    """The next deadline: when, which, and how many seconds it is. Made for each word, hence a tuple."""

    at: float
    what: What
    seconds: float


def next_due(deadlines: Deadlines, began: float, *, heard: float | None) -> Due:
    """The deadline that passes first, for a request made at `began` whose last word came at `heard`."""
    if heard is None:
        near = Due(began + deadlines.first_token, "first_token", deadlines.first_token)
    else:
        near = Due(heard + deadlines.silence, "silence", deadlines.silence)
    whole = Due(began + deadlines.whole, "whole", deadlines.whole)
    return near if near.at <= whole.at else whole


class _Alarm:
    """Ends a wait that is late. One timer a stream and not one a word: when it rings early it sets itself anew."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._set_for = float("inf")
        self._due = Due(float("inf"), "whole", 0.0)
        self._waiting: asyncio.Task[Any] | None = None
        self._rang = False

    async def wait(self, chunks: AsyncGenerator[Chunk, None], due: Due) -> Chunk:
        """The next piece.

        Raises:
            TimedOut: It did not come by `due`; the generator has been ended.
        """
        task = asyncio.current_task()
        assert task is not None, "a stream is read by a task"
        others = task.cancelling()
        self._due, self._waiting = due, task
        if due.at < self._set_for:
            self._set()
        try:
            return await anext(chunks)
        except asyncio.CancelledError as error:
            if not self._rang or task.uncancel() > others:  # somebody else has cancelled the task
                raise
            late = TimedOut(TOLD[due.what].format(seconds=due.seconds), what=due.what)
            raise late.noting(Decision("deadline", due.what, f"{due.seconds:g} s")) from error
        finally:
            self._waiting = None

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _set(self) -> None:
        self.stop()
        self._set_for = self._due.at
        self._timer = self._loop.call_later(max(0.0, self._due.at - self._clock()), self._ring)

    def _ring(self) -> None:
        self._timer, self._set_for = None, float("inf")
        if self._waiting is None:
            return
        if self._due.at > self._clock():
            self._set()
        else:
            self._rang = True
            self._waiting.cancel()


class Deadlined:
    """A ChatModel that ends what is late; leaving the inner stream ends the call at the server too."""

    def __init__(self, inner: ChatModel, deadlines: Deadlines, *, clock: Callable[[], float]) -> None:
        self._inner = inner
        self._deadlines = deadlines
        self._clock = clock

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        began = self._clock()
        heard: float | None = None
        alarm = _Alarm(self._clock)
        try:
            async with aclosing(self._inner.stream(request)) as chunks:
                while True:
                    chunk = await alarm.wait(chunks, next_due(self._deadlines, began, heard=heard))
                    yield chunk
                    if isinstance(chunk, Completion):
                        return
                    heard = self._clock()  # silence is counted from when the caller waits again
        finally:
            alarm.stop()
