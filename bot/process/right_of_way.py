"""Who computes when all want to: sign-offs at once, questions one after the other on what is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock, local


class RightOfWay:
    """Who computes: sign-offs whenever they come; the others on `lanes`, and none of them begins while one is there.

    After `patience` seconds one begins all the same. With one interpreter lock a second lane makes no answer come
    sooner, and every sign-off later. Whoever comes back from waiting for the model has a lane before those who begin:
    his deadline is near, and there is little left to do.
    """

    def __init__(self, *, lanes: int = 1, patience: float = 0.25) -> None:
        self._patience = patience
        self._free = lanes
        self._on_their_way = 0
        self.coming_back = 0
        """Who has what he waited for, and waits for a lane."""
        lock = Lock()
        self._passed, self._to_begin, self._to_go_on = Condition(lock), Condition(lock), Condition(lock)
        self._mine = local()

    def enter(self) -> None:
        """A sign-off is on its way, until `leave`."""
        with self._passed:
            self._on_their_way += 1

    def leave(self) -> None:
        with self._passed:
            self._on_their_way -= 1
            self._passed.notify_all()

    def give_way(self) -> None:
        """Let the sign-offs that are on their way pass, for `patience` seconds at most."""
        with self._passed:
            self._passed.wait_for(lambda: not self._on_their_way, timeout=self._patience)

    @contextmanager
    def lane(self) -> Iterator[None]:
        """Compute on one of the lanes, once it is free and the sign-offs have passed."""
        with self._to_begin:
            self._to_begin.wait_for(lambda: self._free and not self.coming_back)
            self._free -= 1
        self._mine.lane = True
        try:
            self.give_way()
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
            self._take_again()

    def _take_again(self) -> None:
        with self._to_go_on:
            self.coming_back += 1
            self._to_go_on.wait_for(lambda: self._free)
            self.coming_back -= 1
            self._free -= 1
            if self._free and not self.coming_back:
                self._to_begin.notify()
        self._mine.lane = True

    def _give(self) -> None:
        self._mine.lane = False
        with self._to_begin:
            self._free += 1
            (self._to_go_on if self.coming_back else self._to_begin).notify()
