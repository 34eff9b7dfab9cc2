"""The web page's own workers: questions are answered beside the event loop, and refused when too many wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

Result = TypeVar("Result")


class Busy(Exception):  # noqa: N818 (a normal outcome, named as one)
    """As many questions wait as may wait; ask again in a moment."""


class AnswerPool:
    """Runs plain functions on `workers` threads of its own while at most `waiting` more stand in line."""

    def __init__(self, *, workers: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="web-answer")
        self._places = BoundedSemaphore(workers + waiting)

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns or raises.

        Raises:
            Busy: The line is full; `work` was not started.
        """
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            future = self._threads.submit(work)
        except BaseException:
            self._places.release()
            raise
        future.add_done_callback(self._leave)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Drops what waits; what runs may finish."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _leave(self, _: Future[Result]) -> None:
        self._places.release()
