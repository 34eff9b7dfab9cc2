"""The admission guard: how many requests run at once, who waits, and who is turned away when there is not room for all.

Urgent classes may use all the room, the others only their share of it, so that a sign-off finds a free place while
digests are being written. Who finds none waits in one short queue, the most urgent first; when the queue is full its
least urgent member is turned away. The server's own queue counts too: behind a long one nothing unimportant is sent.
"""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from types import MappingProxyType

from inference.model import CLASSES, ChatModel, Chunk, Decision, Overloaded, Request, RequestClass
from inference.server import Load


@dataclass(frozen=True)
class Terms:
    """What a class may have: `share` of the places, seconds of `patience` in our queue, and how many requests the
    server's queue may hold, and its KV cache be filled, for the class still to be sent there (None: whatever it is).
    """

    share: float
    patience: float
    server_queue: float | None
    kv_used: float | None


TERMS: Mapping[RequestClass, Terms] = MappingProxyType(
    {
        "sign-off": Terms(1.0, 2.0, None, None),
        "question": Terms(0.9, 2.0, 16, 0.99),
        "digest": Terms(0.5, 5.0, 2, 0.9),
        "background": Terms(0.25, 5.0, 0, 0.8),
    }
)


@dataclass(frozen=True)
class AdmissionPolicy:
    """`places` requests at once, `queue` waiting for one."""

    places: int = 16
    queue: int = 64
    terms: Mapping[RequestClass, Terms] = field(default_factory=lambda: TERMS)

    def room(self, request_class: RequestClass) -> int:
        """Places this class may use; each may use one at least."""
        return max(1, int(self.places * self.terms[request_class].share))


def refusal(request_class: RequestClass, policy: AdmissionPolicy, load: Load | None) -> str | None:
    """Why the server's own state speaks against sending this class; None when it does not, or is not known."""
    terms = policy.terms[request_class]
    if load is None:
        return None
    if terms.server_queue is not None and load.waiting > terms.server_queue:
        return f"{load.waiting:.0f} requests wait at the server"
    if terms.kv_used is not None and load.kv_used > terms.kv_used:
        return f"the server's KV cache is {load.kv_used:.0%} full"
    return None


@dataclass(order=True)
class _Waiter:
    rank: int
    number: int
    request_class: RequestClass = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)

    @property
    def has_place(self) -> bool:
        return self.turn.done() and not self.turn.cancelled() and self.turn.exception() is None


class Admission:
    """Who runs and who waits, in one event loop."""

    def __init__(self, policy: AdmissionPolicy) -> None:
        self._policy = policy
        self._waiting: list[_Waiter] = []  # the most urgent first, then by arrival
        self._number = 0
        self.running = 0

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def enter(self, request_class: RequestClass) -> None:
        """Wait for a place; every return is to be followed by one `leave`.

        Raises:
            Overloaded: There is none in time.
        """
        if self.running < self._policy.room(request_class) and not self._is_behind(request_class):
            self.running += 1
            return
        waiter = self._queue(request_class)
        patience = self._policy.terms[request_class].patience
        try:
            async with asyncio.timeout(patience):
                await waiter.turn
        except TimeoutError as error:
            if not waiter.has_place:
                raise _turned_away(f"no place for it within {patience:g} s") from error
        except asyncio.CancelledError:
            if waiter.has_place:  # called in the very moment in which its caller gave up
                self.leave()
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def leave(self) -> None:
        """Give a place back; the most urgent that may have it goes next."""
        self.running -= 1
        self._call()

    def _is_behind(self, request_class: RequestClass) -> bool:
        rank = CLASSES.index(request_class)
        return bool(self._waiting) and self._waiting[0].rank <= rank

    def _queue(self, request_class: RequestClass) -> _Waiter:
        self._number += 1
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiter = _Waiter(CLASSES.index(request_class), self._number, request_class, turn)
        insort(self._waiting, waiter)
        if len(self._waiting) > self._policy.queue:
            last = self._waiting.pop()
            if last is waiter:
                raise _turned_away("the queue is full")
            if not last.turn.done():  # it may have given up in this very moment
                last.turn.set_exception(_turned_away("the queue is full, and something more urgent came"))
        return waiter

    def _call(self) -> None:
        while self._waiting and self.running < self._policy.room(self._waiting[0].request_class):
            waiter = self._waiting.pop(0)
            if not waiter.turn.done():
                self.running += 1
                waiter.turn.set_result(None)


def _turned_away(reason: str) -> Overloaded:
    told = f"There are more requests than the model server has room for: {reason}. Try again in a moment."
    error = Overloaded(told, sent=False)
    error.noting(Decision("shed", "turned away", reason))
    return error


class Admitted:
    """A ChatModel with an admission. `load` tells the server's state as last seen, None when it is not known."""

    def __init__(
        self, inner: ChatModel, admission: Admission, policy: AdmissionPolicy, *, load: Callable[[], Load | None]
    ) -> None:
        self._inner = inner
        self._admission = admission
        self._policy = policy
        self._load = load

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        reason = refusal(request.request_class, self._policy, self._load())
        if reason:
            raise _turned_away(reason)
        await self._admission.enter(request.request_class)
        try:
            async with aclosing(self._inner.stream(request)) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            self._admission.leave()
