"""The figures of sign-offs beside a crowd: how long each took, and what of."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Press:
    """Milliseconds of one sign-off: all of it, until a worker took it, of the processor, and at the commit."""

    whole: float
    waited: float
    computed: float
    committed: float

    @property
    def contended(self) -> float:
        """The rest: it could have gone on, and the interpreter or a lock was somebody else's."""
        return max(0.0, self.whole - self.waited - self.computed - self.committed)


@dataclass(frozen=True)
class CrowdFigures:
    """Sign-offs on the idle bot and beside the crowd; what became of questions and digests meanwhile."""

    idle: tuple[Press, ...]
    beside: tuple[Press, ...]
    questions: dict[str, int]
    questions_shed: int
    digests: dict[str, int]
    longest_line: int

    @property
    def idle_p95(self) -> float:
        return percentile(self.idle, 0.95)

    @property
    def beside_p95(self) -> float:
        return percentile(self.beside, 0.95)

    @property
    def ratio(self) -> float:
        return self.beside_p95 / self.idle_p95

    def to_json(self) -> dict[str, object]:
        return asdict(self) | {"idle_p95": self.idle_p95, "beside_p95": self.beside_p95, "ratio": self.ratio}

    def slow_ones(self) -> Press:
        """What the slowest tenth beside the crowd were made of, on average."""
        slow = sorted(self.beside, key=lambda press: press.whole)[-max(1, len(self.beside) // 10) :]
        parts = [(press.whole, press.waited, press.computed, press.committed) for press in slow]
        return Press(*(statistics.fmean(part) for part in zip(*parts, strict=True)))


def percentile(presses: Sequence[Press], share: float) -> float:
    """Milliseconds within which this share of sign-offs was done."""
    ordered = sorted(press.whole for press in presses)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
