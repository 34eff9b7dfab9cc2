"""The ledger's part of `gatehouse bench`: judging, loading, one sign command, and verifying a long audit log."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from rich.table import Table

from bot.database import Database, migrate, open_database
from gates.audit.entry import Entry
from gates.audit.verify import verify
from gates.bench import GATES, NOW, EvaluationRow, a_portfolio, time_evaluation
from gates.criteria import Approval, Criterion
from gates.evaluate import evaluate
from gates.model import Gate, Person, Programme, Project, Subject
from gates.report import Facts
from gates.service.look import the_programme
from gates.service.receipt import Actor, Recorded
from gates.service.signing import run_command
from gates.service.take_in import take_in
from gates.signoff.commands import Command, Sign, Submit, Withdraw
from gates.store_audit import append_entries, load_head, read_records

PROJECTS = 1_000
SIGNS = 60
RECORDS = 100_000
BATCH = 5_000
Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class GateFigures:
    """Seconds and milliseconds of the ledger; `evaluation` has a row a size."""

    evaluation: tuple[EvaluationRow, ...]
    loading_projects: int
    loading_s: float
    sign_p50_ms: float
    sign_p95_ms: float
    verify_records: int
    verify_s: float


def measure_gates(home: Path, *, report: Report) -> GateFigures:
    """Measure in a folder of its own, which is emptied before and after."""
    with _emptied(home):
        report("judging", 0, 4)
        evaluation = time_evaluation(clock=time.perf_counter, processor=time.process_time)
        report("judging", 1, 4)
        signs = _sign_ms(_opened(home / "sign.db"))
        report("judging", 2, 4)
        loading = _loading_s(_opened(home / "load.db"))
        report("judging", 3, 4)
        verifying = _verify_s(_opened(home / "audit.db"))
        report("judging", 4, 4)
    return GateFigures(
        evaluation,
        PROJECTS,
        loading,
        statistics.median(signs),
        statistics.quantiles(signs, n=20)[-1],
        RECORDS,
        verifying,
    )


@contextmanager
def _emptied(home: Path) -> Iterator[None]:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    try:
        yield
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _opened(file: Path) -> Database:
    database = open_database(f"sqlite:///{file}")
    migrate(database)
    return database


def _loading_s(database: Database) -> float:
    """Reading the whole portfolio out of SQLite into the evaluator's values."""
    programme, projects, facts = a_portfolio(PROJECTS)
    _take_in(database, programme, projects=projects, facts=facts)
    began = time.perf_counter()
    with database.read() as session:
        the_programme(session)
    return time.perf_counter() - began


def _take_in(database: Database, programme: Programme, *, projects: tuple[Project, ...], facts: Facts) -> None:
    with database.write() as session:
        take_in(session, programme, projects=projects, evidence=facts.evidence, now=NOW)


def _sign_ms(database: Database) -> list[float]:
    """A signature given and taken back in turn, each a whole transaction: load, decide, record, save, commit."""
    programme, projects, facts = a_portfolio(1)
    signers = {f"signer-{number}": Person(f"signer-{number}", f"Signer {number}") for number in range(3)}
    programme = replace(programme, people={**programme.people, **signers}, roles={"board": tuple(signers)})
    gate = _signed_gate(projects[0], programme, facts)
    project = replace(projects[0], gates=(gate,), risk_tier="medium")
    _take_in(database, programme, projects=(project,), facts=facts)
    _run(database, project, "eve", Submit(Subject("scorer", "v3")))
    return [_ms(database, project, Withdraw() if turn % 2 else Sign()) for turn in range(SIGNS)]


def _signed_gate(project: Project, programme: Programme, facts: Facts) -> Gate:
    """The first gate with those of its criteria that are met, and a board of three that signs."""
    gate = project.gates[0]
    report = evaluate(gate, project, programme=programme, facts=facts, now=NOW)
    fine = {finding.criterion.id for finding in report.findings if finding.met and not finding.is_approval}
    met = tuple(criterion for criterion in gate.criteria if criterion.id in fine)
    board = Criterion("board", "The board signs", Approval("board", 3), owner="eve")
    return replace(gate, criteria=(*met, board), state="collecting", due=date(2026, 12, 4))


def _ms(database: Database, project: Project, command: Command) -> float:
    began = time.perf_counter()
    _run(database, project, "signer-1", command)
    return (time.perf_counter() - began) * 1000


def _run(database: Database, project: Project, person: str, command: Command) -> Recorded:
    with database.write() as session:
        actor = Actor(person, "terminal")
        done = run_command(session, command, actor=actor, project=project.slug, gate=GATES[0], now=NOW)
    assert isinstance(done, Recorded), done
    return done


def _verify_s(database: Database) -> float:
    for start in range(0, RECORDS, BATCH):
        entries = [_entry(number) for number in range(start, start + BATCH)]
        with database.write() as session:
            append_entries(session, entries)
    began = time.perf_counter()
    with database.read() as session:
        found = verify(read_records(session), head=load_head(session))
    assert found.intact
    return time.perf_counter() - began


def _entry(number: int) -> Entry:
    about = {"role": "board", "criterion": "board", "confirmed": [["p95", "0" * 64], ["runbook", "1" * 64]]}
    at = NOW + timedelta(seconds=number)
    return Entry("Signed", at, "eve", "web", "churn", "production", after=about, key=f"press-{number}")


def gates_table(figures: GateFigures) -> Table:
    """The ledger's figures for a terminal."""
    table = Table(title="the ledger, on SQLite")
    for heading in ("what", "took", "target"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for row in figures.evaluation:
        target = "< 0.5 s" if row.projects == PROJECTS else ""
        name = f"judging {row.projects:,} projects, {row.gates:,} gates, {row.criteria:,} criteria"
        took = f"{row.seconds:.3f} s, computing {row.computing_s:.3f} s ({row.per_gate_ms:.3f} ms a gate)"
        table.add_row(name, took, target)
    table.add_row(f"loading {figures.loading_projects:,} projects", f"{figures.loading_s:.2f} s", "apart")
    table.add_row("one sign command, p50 / p95", f"{figures.sign_p50_ms:.1f} / {figures.sign_p95_ms:.1f} ms", "< 50 ms")
    rate = figures.verify_records / figures.verify_s
    table.add_row(
        f"verifying {figures.verify_records:,} audit records", f"{figures.verify_s:.1f} s ({rate:,.0f}/s)", ""
    )
    return table
