"""`gatehouse bench --only digest`: a thousand readers over a thousand projects, one reader alone, one picture."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context

from rich.table import Table

from bot.cli.ask import print_json
from bot.conversation.digest_chart import chart_of
from bot.conversation.digest_views import digest_reply
from bot.picture import draw
from bot.platforms.terminal.render import console_on
from gates.bench import NOW, a_portfolio
from gates.digest.build import Seen, digest_for
from gates.digest.model import Reader
from gates.digest.sight import Sight
from gates.portfolio import portfolio

PROJECTS = 1_000
READERS = 1_000
PROCESSES = 2
PEOPLE = ("ann", "bob", "cleo", "dan", "eve")


@dataclass(frozen=True)
class DigestFigures:
    """Seconds of all digests with judging the portfolio, in two processes; milliseconds of one digest and picture.

    `peak_mb` is the most memory that one of the processes took.
    """

    readers: int
    projects: int
    all_s: float
    one_p50_ms: float
    one_max_ms: float
    picture_p50_ms: float
    peak_mb: float


def bench_digest(*, as_json: bool) -> None:
    """Measure and print."""
    figures = measure_digests()
    if as_json:
        print_json({"digest": asdict(figures)})
    else:
        console_on(sys.stdout).print(digest_table(figures))


def measure_digests() -> DigestFigures:
    """All digests in two processes of their own, each of which judges the portfolio itself."""
    shares = [range(start, READERS, PROCESSES) for start in range(PROCESSES)]
    began = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        told = list(pool.map(_digests, shares))
    took = time.perf_counter() - began
    each = [ms for times, _ in told for ms in times]
    peak = max(peak for _, peak in told)
    return DigestFigures(READERS, PROJECTS, took, statistics.median(each), max(each), _picture_ms(), peak)


def _sight() -> Sight:
    programme, made, facts = a_portfolio(PROJECTS)
    return Sight(programme, portfolio(programme, made, facts=facts, now=NOW), now=NOW)


def _digests(numbers: Sequence[int]) -> tuple[list[float], float]:
    import resource

    sight = _sight()
    views = sight.views(frozenset({0}))
    kept = {view.mark: view.glimpse for view in views}
    seen = Seen(sight.almanac.today, {view.report.project.slug: view.mark for view in views}, kept.get)
    took = []
    for number in numbers:
        reader = Reader(frozenset({0}), PEOPLE[number % len(PEOPLE)], everything=True)
        began = time.perf_counter()
        digest_reply(digest_for(reader, sight, seen=seen))
        took.append((time.perf_counter() - began) * 1000)
    return took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _picture_ms(runs: int = 30) -> float:
    sight = _sight()
    chart = chart_of(sight.views(frozenset({0})), sight.almanac.today)
    draw(chart)
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        draw(chart)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def digest_table(figures: DigestFigures) -> Table:
    """The figures beside their targets."""
    table = Table(title=f"digests of {figures.readers:,} readers over {figures.projects:,} projects")
    for heading in ("what", "taken", "target"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    table.add_row(f"all, with judging, in {PROCESSES} processes", f"{figures.all_s:.1f} s", "< 15 s")
    table.add_row("one, p50 / longest", f"{figures.one_p50_ms:.1f} / {figures.one_max_ms:.0f} ms", "< 200 ms")
    table.add_row("one picture, p50", f"{figures.picture_p50_ms:.1f} ms", "<= 15 ms")
    table.add_row("memory of a process", f"{figures.peak_mb:.0f} MB", "flat")
    return table
