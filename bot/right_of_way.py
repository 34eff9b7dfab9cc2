"""Who computes when all want to: sign-offs at once, questions and digests one after the other on what is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Semaphore, local


class RightOfWay:
    """Who computes: sign-offs whenever they come; the others on `lanes`, and none of them begins while one is there.

    After `patience` seconds one begins all the same. With one interpreter lock a second lane makes no answer come
    sooner, and every sign-off later.
    """

    def __init__(self, *, lanes: int = 1, patience: float = 0.25) -> None:
        self._lanes = Semaphore(lanes)
        self._patience = patience
        self._changed = Condition()
        self._on_their_way = 0
        self._mine = local()

    def enter(self) -> None:
        """A sign-off is on its way, until `leave`."""
        with self._changed:
            self._on_their_way += 1

    def leave(self) -> None:
        with self._changed:
            self._on_their_way -= 1
            self._changed.notify_all()

    @contextmanager
    def lane(self) -> Iterator[None]:
        """Compute on one of the lanes, once it is free and the sign-offs have passed."""
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While this thread waits for somebody else, another may have its lane; without a lane nothing happens."""
        if not getattr(self._mine, "lane", False):
            yield
            return
        self._give()
        try:
            yield
        finally:
            self._take()

    def give_way(self) -> None:
        """Let the sign-offs that are on their way pass, for `patience` seconds at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._on_their_way, timeout=self._patience)

    def _take(self) -> None:
        self._lanes.acquire()
        self.give_way()
        self._mine.lane = True

    def _give(self) -> None:
        self._mine.lane = False
        self._lanes.release()
