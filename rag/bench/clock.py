"""Times of repeated calls, and the memory of this process."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True)
class Times:
    """Milliseconds of repeated calls."""

    p50: float
    p95: float


def time_calls(ask: Callable[[str], object], questions: Sequence[str], *, warm_up: int = 10) -> Times:
    """Ask every question once, one after the other, after some that are not counted."""
    return time_side_by_side({"only": ask}, questions, warm_up=warm_up)["only"]


def time_side_by_side(
    ways: Mapping[Key, Callable[[str], object]], questions: Sequence[str], *, warm_up: int = 10
) -> dict[Key, Times]:
    """Ask every question once in every way, the ways in turn, so that what else this machine does hits them alike."""
    taken: dict[Key, list[float]] = {way: [] for way in ways}
    for question in questions[:warm_up]:
        for ask in ways.values():
            ask(question)
    for question in questions:
        for way, ask in ways.items():
            start = time.perf_counter()
            ask(question)
            taken[way].append((time.perf_counter() - start) * 1000)
    return {way: _times(sorted(found)) for way, found in taken.items()}


def _times(ascending: Sequence[float]) -> Times:
    return Times(ascending[len(ascending) // 2], ascending[min(int(len(ascending) * 0.95), len(ascending) - 1)])


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def resident_mb() -> float:
    """Memory of this process that is in RAM now; on systems without /proc, the most it ever was."""
    try:
        fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
        return int(fields["VmRSS"].split()[0]) / 1024
    except (OSError, KeyError):
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (1024 * 1024 if sys.platform == "darwin" else 1024)
