"""How often one person or one channel may come: a bucket each that refills steadily. Pure but for what it counts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

KEPT = 10_000
"""Buckets remembered; the longest untouched goes first, and would be full again by then."""


class Pace:
    """At most `burst` at once and `per_second` in the long run, for each key. `clock` gives seconds."""

    def __init__(self, *, burst: int, per_second: float, clock: Callable[[], float]) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._decided: OrderedDict[str, bool] = OrderedDict()

    def allows(self, key: str, *, event: str) -> bool:
        """Whether this event may come now; if so it is counted. One that comes again is what it was the first time."""
        if event not in self._decided:
            self._decided[event] = self.one_more(key)
            while len(self._decided) > KEPT:
                self._decided.popitem(last=False)
        return self._decided[event]

    def one_more(self, key: str) -> bool:
        """Whether one more may come now; if so it is counted."""
        now = self._clock()
        level, since = self._buckets.pop(key, (float(self._burst), now))
        level = min(float(self._burst), level + (now - since) * self._per_second)
        allowed = level >= 1
        self._buckets[key] = (level - 1 if allowed else level, now)
        while len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        return allowed
