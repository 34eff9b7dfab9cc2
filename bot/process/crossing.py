"""The one place where plain code waits for the async road: an event loop on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

Result = TypeVar("Result")


class Crossing:
    """Runs coroutines for callers on other threads. The loop starts with the first call and ends with `close`.

    A caller waits within `aside`: others may compute meanwhile (`bot.process.right_of_way`).
    """

    def __init__(self, name: str, *, aside: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._name = name
        self._aside = aside
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(self, work: Coroutine[Any, Any, Result], *, within: float) -> Result:
        """What the coroutine comes to.

        Raises:
            TimeoutError: It took longer than `within` seconds; it is cancelled.
        """
        running = asyncio.run_coroutine_threadsafe(work, self._started())
        try:
            with self._aside():
                return running.result(within)
        except (TimeoutError, CancelledError) as error:
            running.cancel()
            raise TimeoutError(f"no end after {within:g} s") from error

    def close(self) -> None:
        """Stop the loop; what still runs is cancelled."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(timeout=5)

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=_turn, args=(self._loop,), name=self._name, daemon=True)
                self._thread.start()
            return self._loop


def _turn(loop: asyncio.AbstractEventLoop) -> None:
    """Turn the loop until it is stopped, then let what is left end."""
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
