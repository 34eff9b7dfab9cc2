"""The portfolio for the steering committee, from the standing records: promises, models, cost, adoption. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.chat import Tone
from bot.conversation.words import day
from bot.platforms.web.board import HEALTH_TONES, gate_path
from bot.platforms.web.plots import Trend, share, trend
from gates.criteria import Cost, Latency
from gates.model import Programme, Project
from gates.record_models import Usage
from gates.record_warnings import warnings_of, weakness_of
from gates.report import Finding, ProjectReport

WEAKNESSES = {"prototype": "rests on the prototype", "nothing": "nothing measured yet"}


@dataclass(frozen=True)
class Figure:
    """A measured figure against what was agreed, from a gate's evidence."""

    name: str
    value: str
    limit: str
    met: bool


@dataclass(frozen=True)
class Money:
    """Spent against the envelope; `percent` is capped at 100 for drawing, `over` says that it is beyond."""

    said: str
    percent: int
    over: bool


@dataclass(frozen=True)
class Entry:
    """One project of the portfolio, every text ready to be shown."""

    path: str
    name: str
    health: str
    tone: Tone
    owner: str
    gate: str
    money: Money | None
    kpis: tuple[tuple[str, str, str, str, str | None], ...]
    models: tuple[tuple[str, str, str, str], ...]
    figures: tuple[Figure, ...]
    trends: tuple[Trend, ...]
    adoption: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def portfolio_of(reports: Iterable[ProjectReport], *, programme: Programme, today: date) -> tuple[Entry, ...]:
    """The projects these reports show, the ones in trouble first."""
    order = {"blocked": 0, "at risk": 1}
    found = sorted(reports, key=lambda report: order.get(report.health, 2))
    return tuple(_entry(report, programme, today) for report in found)


def _entry(report: ProjectReport, programme: Programme, today: date) -> Entry:
    project, current = report.project, report.current
    due = f", due {day(current.due)}" if current and current.due else ""
    return Entry(
        path=gate_path(current) if current else "/board",
        name=project.name,
        health=report.health,
        tone=HEALTH_TONES.get(report.health, "neutral"),
        owner=programme.name_of(project.owner) if project.owner else "nobody",
        gate=f"gate {current.position} of {current.gates}: {current.name}{due}" if current else "every gate passed",
        money=money_of(project),
        kpis=tuple(
            (kpi.name or kpi.id, kpi.target or "none", kpi.prototype or "none", kpi.deployed or "none",
             WEAKNESSES.get(weakness_of(kpi) or ""))
            for kpi in project.kpis
        ),
        models=tuple(_models(project, today)),
        figures=tuple(_figures(report)),
        trends=tuple(_trends(project.usage)),
        adoption=tuple((step.title, _adopted(step.state, step.reached, step.wanted)) for step in project.adoption),
        warnings=tuple(warning.text for warning in warnings_of(project, today)),
    )  # fmt: skip


def money_of(project: Project) -> Money | None:
    """What a project has spent of its envelope; None where it has none."""
    budget = project.budget
    if budget is None or not budget.envelope:
        return None
    percent, over = share(float(budget.spent), float(budget.envelope))
    exact = round(budget.spent / budget.envelope * 100)
    said = f"{budget.spent:,.0f} of {budget.envelope:,.0f} {budget.currency} ({exact} %)"
    return Money(said, percent, over)


def _models(project: Project, today: date) -> Iterator[tuple[str, str, str, str]]:
    shares = {rollout.model: rollout for rollout in project.rollouts}
    for model in project.models:
        rollout = shares.get(model.id)
        stage: str = model.stage or "not said"
        if rollout and rollout.share is not None and model.stage != "retired":
            stage = f"{rollout.stage}, {rollout.share:g} % of traffic"
        evaluated = day(model.last_evaluated) if model.last_evaluated else "never recorded"
        review = "none planned"
        if model.next_review:
            review = f"{day(model.next_review)} {model.next_review.year}"
            review += ", overdue" if model.next_review < today else ""
        yield f"{model.id} {model.version or ''}".strip(), stage, evaluated, review


def _figures(report: ProjectReport) -> Iterator[Figure]:
    """Latency and cost as measured for the current gate; what is restricted is left out."""
    for finding in report.current.findings if report.current else ():
        rule = finding.criterion.rule
        if not finding.restricted and isinstance(rule, Latency | Cost) and finding.evidence and finding.evidence.value:
            yield _figure(finding, rule)


def _figure(finding: Finding, rule: Latency | Cost) -> Figure:
    assert finding.evidence is not None
    unit = f" {rule.unit}" if rule.unit else ""
    limit = f"{rule.threshold.operator} {rule.threshold.text}{unit}" if rule.threshold else "none agreed"
    return Figure(finding.criterion.title, f"{finding.evidence.value}{unit}", limit, finding.met)


def _trends(usage: Iterable[Usage]) -> Iterator[Trend]:
    """What is recorded of each model's use, over time."""
    by_model: dict[str, list[Usage]] = {}
    for record in sorted(usage, key=lambda one: one.as_of):
        by_model.setdefault(record.model, []).append(record)
    for model, records in by_model.items():
        for name, column, unit in (
            ("p95 latency", "p95_ms", " ms"),
            ("cost per 1,000 predictions", "cost_per_1000", ""),
            ("override rate", "override_rate", " %"),
            ("predictions", "predictions", ""),
            ("users", "users", ""),
        ):
            values = [(day(r.as_of), float(found)) for r in records if (found := getattr(r, column)) is not None]
            drawn = trend(f"{model} {name}", values, unit=unit)
            if drawn:
                yield drawn


def _adopted(state: str, reached: int | None, wanted: int | None) -> str:
    counted = f"{reached or 0:,} of {wanted:,} reached" if wanted else ""
    return ", ".join(filter(None, (state, counted)))
