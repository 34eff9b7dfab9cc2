"""What the standing records warn of: promises that rest on a prototype, drills that are due, models nobody needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from gates.doubts import read_quantity
from gates.model import Project
from gates.record_models import Drill, Kpi, ModelEntry

DRILL_EVERY = timedelta(days=92)
"""A rollback is drilled every quarter."""

RETRAIN_EVERY = timedelta(days=366)
"""A model in operation is retrained every year whether it seems to need it or not."""

OVERLAP_WEEKS = (Decimal(2), Decimal(4))
"""How long whoever hands over and whoever takes over work side by side."""

TOLD_SHARE = Decimal("0.8")
"""Part of an envelope beyond which the sponsor and the project manager are told."""

IN_OPERATION = ("canary", "full")

About = Literal["promise", "drill", "retrain", "retire", "review", "overlap", "spend"]


@dataclass(frozen=True, slots=True)
class RecordWarning:
    """A finding about a standing record: what it concerns, in one sentence, and the key of the record."""

    project: Project
    about: About
    id: str
    text: str
    owner: str | None
    key: str


def warnings_of(project: Project, today: date) -> tuple[RecordWarning, ...]:
    """Everything the standing records of a project warn of, in the order of its record."""
    return (
        *(found for kpi in project.kpis for found in _promise(project, kpi)),
        *(found for model in project.models for found in _model(project, model, today)),
        *_overlaps(project),
        *_spend(project),
    )


def _promise(project: Project, kpi: Kpi) -> Iterator[RecordWarning]:
    weakness = {
        "prototype": f"is promised and rests on the prototype's {kpi.prototype}; nothing is measured in operation",
        "nothing": "is promised, and nothing is measured, in the prototype or in operation",
    }
    if (found := weakness_of(kpi)) is not None:
        text = f"{kpi.name}: {kpi.target} {weakness[found]}"
        yield RecordWarning(project, "promise", kpi.id, text, kpi.owner or project.owner, kpi.key)


def weakness_of(kpi: Kpi) -> Literal["prototype", "nothing"] | None:
    """What a promise has behind it in place of a figure from operation, where a prototype is recorded at all."""
    if not kpi.target or not kpi.prototype or _is_measured(kpi.deployed):
        return None
    return "prototype" if _is_measured(kpi.prototype) else "nothing"


def _is_measured(said: str | None) -> bool:
    return said is not None and read_quantity(said) is not None


def _model(project: Project, model: ModelEntry, today: date) -> Iterator[RecordWarning]:
    def warn(about: About, text: str, field: str) -> RecordWarning:
        return RecordWarning(
            project, about, model.id, f"{model.id}: {text}", model.owner or project.owner, f"{model.key}.{field}"
        )

    if model.stage == "retired":
        return
    if model.next_review and model.next_review < today:
        yield warn("review", "the review is overdue", "next_review")
    if retires(model, today):
        yield warn("retire", f"neither retrained nor used for {model.window_days} days: retire it", "window_days")
    if model.stage not in IN_OPERATION:
        return
    drilled = _last(project, model, "rollback")
    if drilled is None or drilled + DRILL_EVERY < today:
        yield warn("drill", _since("the rollback was drilled", drilled, "a drill is due every quarter"), "stage")
    retrained = max(filter(None, (model.last_retrained, _last(project, model, "retrain"))), default=None)
    if retrained is None or retrained + RETRAIN_EVERY < today:
        yield warn("retrain", _since("it was retrained", retrained, "a retraining is due every year"), "stage")


def _last(project: Project, model: ModelEntry, kind: Literal["rollback", "retrain"]) -> date | None:
    days = (drill.date for drill in project.drills if _proves(drill, model, kind))
    return max(filter(None, days), default=None)


def _proves(drill: Drill, model: ModelEntry, kind: str) -> bool:
    return drill.model == model.id and drill.kind == kind and drill.result == "passed"


def _since(what: str, last: date | None, rule: str) -> str:
    return f"{what} last on {last.isoformat()}, {rule}" if last else f"nobody recorded that {what}, {rule}"


def retires(model: ModelEntry, today: date) -> bool:
    """The rule of retirement: neither retrained nor used within its window. Without a window there is no rule."""
    if model.window_days is None:
        return False
    last = max(filter(None, (model.last_retrained, model.last_used)), default=None)
    return last is None or last + timedelta(days=model.window_days) < today


def _overlaps(project: Project) -> Iterator[RecordWarning]:
    low, high = OVERLAP_WEEKS
    for need in project.capacity:
        if need.overlap_weeks is not None and not low <= need.overlap_weeks <= high:
            text = f"{need.role}: {need.overlap_weeks} weeks of handover are planned, {low} to {high} are usual"
            yield RecordWarning(project, "overlap", need.role, text, project.manager or project.owner, need.key)


def _spend(project: Project) -> Iterator[RecordWarning]:
    budget = project.budget
    if budget is None or budget.share < TOLD_SHARE:
        return
    text = f"{budget.share:.0%} of the envelope is spent: tell the sponsor and the project manager"
    yield RecordWarning(project, "spend", "budget", text, project.owner, "budget.spent")
