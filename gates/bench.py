"""How long judging a portfolio takes, at several sizes: figures for `gatehouse bench`."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from gates.calendar import WorkCalendar
from gates.criteria import (
    Approval,
    Artifact,
    ContractRef,
    Cost,
    Criterion,
    Dependency,
    EvidenceRef,
    EvidenceWindow,
    GateRef,
    Latency,
    Metric,
    Review,
    Signature,
    Threshold,
)
from gates.model import Budget, DataContract, Gate, Person, Programme, Project, Subject
from gates.report import Evidence, EvidenceKey, Facts
from gates.restrict import shown_portfolio

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
GATES = ("discovery", "prototype", "production", "handover")
_SUBJECT = Subject("scorer", "v3")
_LIMIT = Threshold("<=", Decimal(120), "120")


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """Judging all gates of `projects` took `seconds` (the best of the runs); `per_gate_ms` is the mean of a gate.

    `computing_s` is the processor's part of the same run: what it takes where nothing else runs on the machine.
    """

    projects: int
    gates: int
    criteria: int
    seconds: float
    computing_s: float
    per_gate_ms: float


def time_evaluation(
    *,
    clock: Callable[[], float],
    processor: Callable[[], float],
    projects: Sequence[int] = (100, 1_000, 10_000),
    runs: int = 3,
) -> tuple[EvaluationRow, ...]:
    """One row per size. Every gate is open and has twelve criteria of nine kinds, half of them not met."""
    rows = []
    for size in projects:
        programme, made, facts = a_portfolio(size)
        seconds, computing = min(_once(programme, made, facts, clocks=(clock, processor)) for _ in range(runs))
        gates = size * len(GATES)
        rows.append(EvaluationRow(size, gates, gates * 12, seconds, computing, seconds * 1000 / gates))
    return tuple(rows)


def _once(
    programme: Programme,
    made: tuple[Project, ...],
    facts: Facts,
    *,
    clocks: tuple[Callable[[], float], Callable[[], float]],
) -> tuple[float, float]:
    gc.collect()
    clock, processor = clocks
    started, computed = clock(), processor()
    shown_portfolio(programme, made, facts=facts, now=NOW, readable=frozenset({0}))
    return clock() - started, processor() - computed


def a_portfolio(projects: int) -> tuple[Programme, tuple[Project, ...], Facts]:
    """A made-up portfolio: the same every time."""
    people = {name: Person(name, name.title()) for name in ("ann", "bob", "cleo", "dan", "eve")}
    roles = {"model_risk_owner": ("ann", "bob"), "data_steward": ("cleo",), "sponsor": ("dan",)}
    programme = Programme("bench", people, roles, calendar=WorkCalendar("Europe/Lisbon", holidays=(date(2026, 12, 1),)))
    evidence: dict[EvidenceKey, Evidence] = {}
    made = tuple(_project(number, evidence) for number in range(projects))
    return programme, made, Facts(evidence, {project.slug: project for project in made})


def _project(number: int, evidence: dict[EvidenceKey, Evidence]) -> Project:
    slug = f"project-{number:05d}"
    gates = tuple(_gate(slug, name, position, number=number) for position, name in enumerate(GATES, 1))
    for gate in gates:
        evidence.update(_evidence(slug, gate.slug, number=number))
    return Project(
        slug,
        f"Project {number}",
        gates,
        owner="eve",
        risk_tier="high",
        subject=_SUBJECT,
        budget=Budget("EUR", Decimal(100), Decimal(70)),
        contracts=(DataContract("clicks", "Clicks", "dan", freshness_hours=Decimal(48), last_delivery=NOW),),
    )


def _gate(project: str, name: str, position: int, *, number: int) -> Gate:
    before = GATES[position - 2] if position > 1 else None
    waits: Dependency = Dependency(GateRef(project, before) if before else ContractRef(project, "clicks"))
    rules = (
        Metric("auc", Threshold(">=", Decimal("0.8"), "0.8")),
        Metric("bias", Threshold("<=", Decimal(2), "2")),
        Latency("p95", _LIMIT),
        Cost(_LIMIT, "EUR"),
        Cost(),
        Artifact(("Rollback", "On call")),
        Artifact(("Objective",)),
        EvidenceWindow(date(2026, 10, 1), date(2026, 11, 10), 30),
        waits,
        Review(date(2026, 11, 2), "cleo", date(2027, 5, 1), "passed"),
        Approval("model_risk_owner", 1, (Signature("ann", date(2026, 11, 18)),) if number % 2 else ()),
        Approval("sponsor"),
    )
    criteria = tuple(_criterion(f"c{at}", rule) for at, rule in enumerate(rules))
    return Gate(name, name.title(), position, owner="eve", due=date(2026, 12, 4), criteria=criteria)


def _criterion(id_: str, rule: object) -> Criterion:
    measured = isinstance(rule, Metric | Latency | Artifact) or (isinstance(rule, Cost) and rule.threshold is not None)
    reference = EvidenceRef(f"{id_}.md", "value") if measured else None
    return Criterion(
        id_,
        f"Criterion {id_}",
        rule,  # type: ignore[arg-type]
        owner="eve",
        agreed=date(2026, 10, 2),
        fresh_days=60,
        evidence=reference,
    )


def _evidence(project: str, gate: str, *, number: int) -> dict[EvidenceKey, Evidence]:
    values = {"c0": "0.83", "c1": "1.4", "c2": "108" if number % 2 else "164", "c3": "90 EUR"}
    found = {
        (project, gate, name): Evidence(f"{name}.md", value, updated=date(2026, 11, 17), subject=_SUBJECT)
        for name, value in values.items()
    }
    written = Evidence("c5.md", updated=date(2026, 11, 2), sections=(("Rollback", True), ("On call", number % 3 > 0)))
    found[project, gate, "c5"] = written
    found[project, gate, "c6"] = Evidence("c6.md", updated=date(2026, 11, 2), sections=(("Objective", True),))
    return found
