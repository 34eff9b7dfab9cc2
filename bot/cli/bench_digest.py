"""`gatehouse bench --only digest`: a thousand readers over a thousand projects, worked out and sent; one picture."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.table import Table

from bot.chat import Tick
from bot.cli.ask import print_json
from bot.conversation.digest_chart import chart_of
from bot.conversation.digest_views import digest_reply
from bot.conversation.ledger_room import LedgerRoom
from bot.database import Database, durable, migrate, open_database
from bot.digests.desk import DigestDesk
from bot.digests.planning import replan
from bot.digests.works import TOGETHER, DigestWorks
from bot.messaging.model import Account
from bot.messaging.store_links import Link, save_link
from bot.picture import draw
from bot.platforms.terminal.render import console_on
from bot.process.runtime import settle_for_serving
from bot.schedule import Schedule
from bot.subscriptions.model import Subscription
from bot.subscriptions.store import keep_subscription
from gates.bench import NOW, a_portfolio
from gates.digest.build import Seen, digest_for
from gates.digest.model import Reader
from gates.model import Person
from rag.model import Audience

PROJECTS = 1_000
READERS = 1_000
PROCESSES = 2
CLASSES = 8
"""Groups of readers with different rights; each of the projects is closed to one of them."""

PEOPLE = ("ann", "bob", "cleo", "dan", "eve")


@dataclass(frozen=True)
class DigestFigures:
    """Figures of `readers` digests over all of `projects`.

    `all_s` are seconds of working them out with pictures, the portfolio judged, in two processes. `sent_s` are seconds
    of sending them in one process: out of the schedule, into the outbox, committed to disk. The `_cpu_s` are what of
    that the processors worked, which a busy machine does not stretch. Milliseconds of one digest
    and one picture. `peak_mb` is the most memory a process took; `grown_mb` what the second half of the readers added.
    """

    readers: int
    projects: int
    all_s: float
    all_cpu_s: float
    sent_s: float
    sent_cpu_s: float
    one_p50_ms: float
    one_max_ms: float
    picture_p50_ms: float
    peak_mb: float
    grown_mb: float


@dataclass(frozen=True)
class _Share:
    """What one process measured: milliseconds of each digest, its processor time in seconds, its most memory in MB, and
    what the second half of its readers added to it.
    """

    each_ms: list[float]
    cpu_s: float
    peak_mb: float
    grown_mb: float


def bench_digest(*, as_json: bool) -> None:
    """Measure and print."""
    figures = measure_digests()
    if as_json:
        print_json({"digest": asdict(figures)})
    else:
        console_on(sys.stdout).print(digest_table(figures))


def measure_digests(readers: int = READERS, projects: int = PROJECTS) -> DigestFigures:
    """All digests in processes of their own, each of which judges the portfolio itself."""
    context = get_context("spawn")
    began = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        shares = list(pool.map(_work_out, [range(n, readers, PROCESSES) for n in range(PROCESSES)], [projects] * 2))
    took = time.perf_counter() - began
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        sent_s, sent_cpu_s = pool.submit(_send, readers, projects).result()
    each = [ms for share in shares for ms in share.each_ms]
    return DigestFigures(
        readers,
        projects,
        took,
        sum(share.cpu_s for share in shares),
        sent_s,
        sent_cpu_s,
        statistics.median(each),
        max(each),
        _picture_ms(),
        max(share.peak_mb for share in shares),
        max(share.grown_mb for share in shares),
    )


# --- working them out -----------------------------------------------------------------


def _room(readers: int, projects: int) -> LedgerRoom:
    programme, made, facts = a_portfolio(projects)
    crowd = {f"p{n}": Person(f"p{n}", f"Person {n}", groups=(f"class-{n % CLASSES}",)) for n in range(readers)}
    closed = tuple(replace(project, access_id=1 + number % CLASSES) for number, project in enumerate(made))
    shown = replace(programme, people={**programme.people, **crowd})
    facts = replace(facts, projects={project.slug: project for project in closed})
    return LedgerRoom(shown, closed, facts, NOW, _readable, lambda _file, _line: None)


def _readable(audience: Audience) -> frozenset[int]:
    names = next(iter(audience.readers), frozenset())
    return _labels(next(int(name.removeprefix("class-")) for name in names if name.startswith("class-")))


def _labels(of_class: int) -> frozenset[int]:
    return frozenset(label for label in range(CLASSES + 1) if label != 1 + of_class)


def _reader(number: int) -> Reader:
    return Reader(_labels(number % CLASSES), PEOPLE[number % len(PEOPLE)], everything=True)


def _work_out(numbers: Sequence[int], projects: int) -> _Share:
    desk = DigestDesk(_room(0, projects), lambda _: None)
    settle_for_serving()  # as the process that sends digests does
    each = []
    half = _memory_mb()
    for count, number in enumerate(numbers):
        if count == len(numbers) // 2:
            half = _memory_mb()
        began = time.perf_counter()
        reader = _reader(number)
        seen = Seen(desk.today, desk.sight.outlook(reader).marks, lambda _: None)
        digest_reply(digest_for(reader, desk.sight, seen=seen), picture=desk.picture(reader))
        each.append((time.perf_counter() - began) * 1000)
    return _Share(each[1:], time.process_time(), _memory_mb(), _memory_mb() - half)


def _memory_mb() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- sending them ---------------------------------------------------------------------


def _send(readers: int, projects: int) -> tuple[float, float]:
    """Seconds, and those of the processor, from the first tick until every digest that is due stands in the outbox."""
    room = _room(readers, projects)
    with TemporaryDirectory() as folder:
        database = durable(open_database(f"sqlite:///{Path(folder) / 'digests.db'}"))
        migrate(database)
        _subscribe(database, room, readers)
        works = DigestWorks(database, lambda: room, lambda _session, _room, _name: None, {"slack": "T1"})
        only = {"digest": works.by_kind["digest"]}
        schedule = Schedule(database, only, "bench", time.sleep, together=TOGETHER)
        began, worked, done = time.perf_counter(), time.process_time(), 0
        while done < readers:
            ticked = schedule.tick(Tick(NOW))
            if not ticked.done:
                raise RuntimeError(f"{done} of {readers} digests were sent, then none: {ticked}")
            done += ticked.done
        took, worked = time.perf_counter() - began, time.process_time() - worked
        database.engine.dispose()
    return took, worked


def _subscribe(database: Database, room: LedgerRoom, readers: int) -> None:
    assert room.programme is not None
    early = NOW - timedelta(hours=6)
    at = (NOW.astimezone() - timedelta(minutes=5)).astimezone(NOW.tzinfo).time()
    with database.write() as session:
        for number in range(readers):
            person = f"p{number}"
            save_link(session, Link(Account("slack", "T1", f"U{number}"), person, "bench", early, "bench", early))
            kept = Subscription(person, early, at, zone="UTC", everything=True)
            keep_subscription(session, kept)
            replan(session, kept, room.programme, now=early)


# --- pictures, and the table ----------------------------------------------------------


def _picture_ms(runs: int = 30) -> float:
    """One picture; the words on it were set before, as they are in a morning with many readers."""
    desk = DigestDesk(_room(0, 50), lambda _: None)
    chart = chart_of(desk.sight.outlook(_reader(0)).views, desk.today)
    draw(chart)
    return statistics.median(_took(lambda: draw(chart)) for _ in range(runs))


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def digest_table(figures: DigestFigures) -> Table:
    """The figures beside their targets."""
    table = Table(title=f"digests of {figures.readers:,} readers over {figures.projects:,} projects")
    for heading in ("what", "taken", "target"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    table.add_row(f"all worked out, with judging, in {PROCESSES} processes", f"{figures.all_s:.1f} s", "< 15 s")
    table.add_row("  of which processor time of both", f"{figures.all_cpu_s:.1f} s", "")
    table.add_row("all sent by one process, on disk", f"{figures.sent_s:.1f} s", "")
    table.add_row("  of which processor time", f"{figures.sent_cpu_s:.1f} s", "")
    table.add_row("one, p50 / longest", f"{figures.one_p50_ms:.1f} / {figures.one_max_ms:.0f} ms", "< 200 ms")
    table.add_row("one picture, p50", f"{figures.picture_p50_ms:.1f} ms", "<= 15 ms")
    table.add_row("memory of a process, at most", f"{figures.peak_mb:.0f} MB", "")
    table.add_row("of which the second half of the readers", f"{figures.grown_mb:.1f} MB", "flat")
    return table
