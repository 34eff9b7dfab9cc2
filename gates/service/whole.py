"""A whole portfolio at once, with the garbage collector at rest: nothing that is made there can be garbage yet."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from gates.model import Programme, Project
from gates.report import Facts, ProjectReport
from gates.restrict import shown_portfolio


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Values that all stay alive are made in here; the collector would go through them again and again.

    Frozen values hold no circles, so there is nothing for it to find: it took a quarter of judging a portfolio and a
    third of loading one. It is a switch of the whole process. When two threads are in here, the one that found it on
    turns it on again, so it is never left off; the memory of other threads' circles waits for that long.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def judge_portfolio(
    programme: Programme, projects: Sequence[Project], *, facts: Facts, now: datetime, readable: frozenset[int]
) -> tuple[ProjectReport, ...]:
    """`gates.restrict.shown_portfolio` for very many projects."""
    with collector_at_rest():
        return shown_portfolio(programme, projects, facts=facts, now=now, readable=readable)
