"""Workers of their own for each class of requests: a sign-off never stands in line behind questions or digests.

The classes share the interpreter, though: beside four threads that compute answers a sign-off would get a fifth of it.
So there are many workers for questions, for most of an answer's time is the model's, but one lane on which they
compute, and nobody takes it while a sign-off is on its way, for a moment at most.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from threading import Lock
from typing import Literal, TypeVar

from bot.process.right_of_way import RightOfWay

Result = TypeVar("Result")

RequestClass = Literal["door", "sign_off", "question", "digest", "background"]
"""`door` commits accepted events; the others are in the order in which they count."""


class Busy(Exception):  # noqa: N818 (a normal outcome, named as one)
    """As many requests wait as may wait; ask again in a moment."""


class Pool:
    """Runs plain functions on `workers` threads of its own while at most `waiting` more stand in line.

    With a `way`, what is run here has the right of it (`first`), or computes on one of its lanes.
    """

    def __init__(
        self, name: str, *, workers: int, waiting: int, way: RightOfWay | None = None, first: bool = False
    ) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._lock = Lock()
        self._places = workers + waiting
        self._way = way
        self._first = first
        self.inside = 0
        """Who works or waits here now."""

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns or raises.

        Raises:
            Busy: The line is full; `work` was not started.
        """
        self._enter()
        try:
            running = self._submit(work)
        except BaseException:
            self._leave()
            raise
        running.add_done_callback(lambda _: self._leave())  # also where nobody waits for it any more
        return await asyncio.wrap_future(running)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in line for something that is done in several steps, each by `work`.

        Raises:
            Busy: The line is full.
        """
        self._enter()
        try:
            yield
        finally:
            self._leave()

    async def work(self, step: Callable[[], Result]) -> Result:
        """Run a step for somebody who has a place."""
        return await asyncio.wrap_future(self._submit(step))

    def _enter(self) -> None:
        with self._lock:
            if self.inside >= self._places:
                raise Busy
            self.inside += 1

    def _leave(self) -> None:
        with self._lock:
            self.inside -= 1

    def _submit(self, step: Callable[[], Result]) -> Future[Result]:
        if self._way is None or not self._first:
            return self._threads.submit(self._on_a_lane, step)
        way = self._way
        way.enter()
        try:
            running = self._threads.submit(step)
        except RuntimeError:  # the pool is closed
            way.leave()
            raise
        running.add_done_callback(lambda _: way.leave())
        return running

    def _on_a_lane(self, step: Callable[[], Result]) -> Result:
        with self._way.lane() if self._way else nullcontext():
            return step()

    def close(self) -> None:
        """Drops what waits; what runs may finish."""
        self._threads.shutdown(wait=False, cancel_futures=True)


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
    "question": (24, 60),
    "digest": (1, 20),
    "background": (2, 200),
}
"""Workers and places in line. One worker commits events: concurrent ones share a commit, they do not queue. Those of
questions mostly wait for a model: they are as many as its places and a few that compute meanwhile."""


def open_pools(way: RightOfWay | None = None, *, sizes: Mapping[RequestClass, tuple[int, int]] = SIZES) -> Pools:
    """The pools of one process; `way` is given where others wait aside of it too."""
    way = way or RightOfWay()
    return Pools(
        {
            kind: Pool(
                f"gh-{kind}",
                workers=many,
                waiting=line,
                way=way if kind in ("sign_off", "question") else None,
                first=kind == "sign_off",
            )
            for kind, (many, line) in sizes.items()
        }
    )
