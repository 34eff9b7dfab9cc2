"""Shows how far a long piece of work has come: a bar on a terminal, one line a phase elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

Report = Callable[[str, int, int], None]
"""Told as (phase, done, total); `total` 0 means not known yet. May be called from any one thread at a time."""


@contextmanager
def progress(console: Console, *, clock: Callable[[], float] = time.monotonic) -> Iterator[Report]:
    """A report that draws to this console (give it one on stderr) until the block ends.

    A terminal shows a bar a phase with count, rate and remaining time. Anything else stays quiet and gets one line a
    phase when the block ends, also when it ends in an error.
    """
    if console.is_terminal:
        with _bars(console, clock) as bars:
            yield _Bars(bars).report
        return
    lines = _Lines({}, clock)
    try:
        yield lines.report
    finally:
        for line in lines.summary():
            console.print(Text(line), soft_wrap=True)


def _bars(console: Console, clock: Callable[[], float]) -> Progress:
    return Progress(
        TextColumn("{task.description:<12}", markup=False),
        BarColumn(bar_width=32, complete_style="cyan", finished_style="green"),
        TextColumn("{task.fields[count]:>15}", markup=False),
        _Rate(),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        console=console,
        get_time=clock,
    )


class _Rate(ProgressColumn):
    """Things a second, over the last half minute while running and over all once finished."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        digits = 1 if speed and speed < 10 else 0
        return Text(f"{speed:8,.{digits}f}/s" if speed else " " * 10, "dim")


class _Bars:
    """One bar a phase, in the order in which they are first told of."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def report(self, phase: str, done: int, total: int) -> None:
        if phase not in self._tasks:
            self._tasks[phase] = self._bars.add_task(phase, total=total or None, count="")
        count = f"{done:,} of {total:,}" if total else f"{done:,}"
        self._bars.update(self._tasks[phase], completed=done, total=total or None, count=count)


@dataclass
class _Phase:
    began: float
    done: int
    total: int
    ended: float


@dataclass
class _Lines:
    phases: dict[str, _Phase]
    clock: Callable[[], float]

    def report(self, phase: str, done: int, total: int) -> None:
        now = self.clock()
        began = self.phases[phase].began if phase in self.phases else now
        self.phases[phase] = _Phase(began, done, total, now)

    def summary(self) -> Iterator[str]:
        for name, phase in self.phases.items():
            count = f"{phase.done:,} of {phase.total:,}" if phase.total else f"{phase.done:,}"
            yield f"{name}: {count} in {phase.ended - phase.began:.1f} s"
