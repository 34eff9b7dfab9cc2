"""Workers of their own for each class of requests: a sign-off never stands in line behind questions or digests.

The classes share the interpreter, though: beside four workers that compute answers, a sign-off would get a fifth of it.
So questions and digests give way: none of them begins while a sign-off is on its way, for a moment at most.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Condition
from typing import Literal, TypeVar

Result = TypeVar("Result")

RequestClass = Literal["door", "sign_off", "question", "digest", "background"]
"""`door` commits accepted events; the others are in the order in which they count."""


class Busy(Exception):  # noqa: N818 (a normal outcome, named as one)
    """As many requests wait as may wait; ask again in a moment."""


class RightOfWay:
    """Whether sign-offs are on their way; who is less urgent begins when none is, or after `patience` seconds."""

    def __init__(self, patience: float = 0.25) -> None:
        self._patience = patience
        self._changed = Condition()
        self._on_their_way = 0

    def enter(self) -> None:
        with self._changed:
            self._on_their_way += 1

    def leave(self) -> None:
        with self._changed:
            self._on_their_way -= 1
            self._changed.notify_all()

    def give_way(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._on_their_way, timeout=self._patience)


class Pool:
    """Runs plain functions on `workers` threads of its own while at most `waiting` more stand in line.

    With a `way`, what is run here has the right of it (`first`), or gives way before it begins.
    """

    def __init__(
        self, name: str, *, workers: int, waiting: int, way: RightOfWay | None = None, first: bool = False
    ) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._places = BoundedSemaphore(workers + waiting)
        self._way = way
        self._first = first

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns or raises.

        Raises:
            Busy: The line is full; `work` was not started.
        """
        with self.place():
            return await self.work(work)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in line for something that is done in several steps, each by `work`.

        Raises:
            Busy: The line is full.
        """
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            yield
        finally:
            self._places.release()

    async def work(self, step: Callable[[], Result]) -> Result:
        """Run a step for somebody who has a place."""
        return await asyncio.wrap_future(self._submit(step))

    def _submit(self, step: Callable[[], Result]) -> Future[Result]:
        way = self._way
        if way is None:
            return self._threads.submit(step)
        if not self._first:
            return self._threads.submit(_after(way, step))
        way.enter()
        try:
            running = self._threads.submit(step)
        except RuntimeError:  # the pool is closed
            way.leave()
            raise
        running.add_done_callback(lambda _: way.leave())
        return running

    def close(self) -> None:
        """Drops what waits; what runs may finish."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _after(way: RightOfWay, step: Callable[[], Result]) -> Callable[[], Result]:
    def begin() -> Result:
        way.give_way()
        return step()

    return begin


@dataclass(frozen=True)
class Pools:
    """One pool per class. What finds its line full stays in the inbox and is taken later."""

    by_class: Mapping[RequestClass, Pool]

    def __getitem__(self, kind: RequestClass) -> Pool:
        return self.by_class[kind]

    def close(self) -> None:
        for pool in self.by_class.values():
            pool.close()


SIZES: Mapping[RequestClass, tuple[int, int]] = {
    "door": (1, 10_000),
    "sign_off": (2, 200),
    "question": (4, 60),
    "digest": (1, 20),
    "background": (2, 200),
}
"""Workers and places in line. One worker commits events: concurrent ones share a commit, they do not queue."""


def open_pools(sizes: Mapping[RequestClass, tuple[int, int]] = SIZES) -> Pools:
    """The pools of one process."""
    way = RightOfWay()
    return Pools(
        {
            kind: Pool(
                f"gh-{kind}",
                workers=many,
                waiting=line,
                way=way if kind in ("sign_off", "question", "digest") else None,
                first=kind == "sign_off",
            )
            for kind, (many, line) in sizes.items()
        }
    )
