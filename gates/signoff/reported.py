"""Values that arrived by chat or pipeline, as evidence: the newest on the gate's subject counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from gates.calendar import say_day
from gates.criteria import Criterion
from gates.doubts import apart_in, is_about, read_quantity
from gates.model import Gate, Programme, Project, Subject
from gates.report import Evidence, Facts
from gates.ruling import Conflict
from gates.signoff.model import GateLedger
from gates.signoff.told import ReportedValue


def newest_values(
    gate: Gate, project: Project, *, ledger: GateLedger, facts: Facts, programme: Programme, now: datetime
) -> tuple[Mapping[str, Evidence], tuple[Conflict, ...]]:
    """By criterion the reported value that counts instead of the files', and where the two differ."""
    today = programme.calendar.today(now)
    subject = subject_asked(ledger, project)
    newest: dict[str, Evidence] = {}
    conflicts: list[Conflict] = []
    for criterion in gate.criteria:
        values = [value for value in ledger.reported if value.criterion == criterion.id]
        if not values:
            continue
        filed = facts.evidence.get((project.slug, gate.slug, criterion.id))
        value = _choose(values, subject=subject, firm_only=project.risk_tier not in ("low", "medium"))
        day = programme.calendar.today(value.at)
        reported = as_evidence(value, project, filed=filed, day=day, programme=programme)
        counts = _counts(value, reported, filed, project=project, subject=subject)
        if counts:
            newest[criterion.id] = reported
        if filed is not None and filed.value is not None and _differ(filed.value, value.value):
            conflicts.append(_conflict(criterion, filed, reported, counts=counts, today=today))
    return newest, tuple(conflicts)


def subject_asked(ledger: GateLedger, project: Project) -> Subject | None:
    """What the gate is about: the subject of its open submission, else the one the project records."""
    return (ledger.submission.subject if ledger.submission and ledger.is_open else None) or project.subject


def of_another_subject(measured: Subject | None, *, ledger: GateLedger, project: Project) -> str | None:
    """Why a value measured on this subject does not count for the gate; None where it does."""
    apart = apart_in(measured, subject_asked(ledger, project))
    if apart is None:
        return None
    gate = "the gate is submitted for" if ledger.submission and ledger.is_open else "the project names"
    return f"does not count: measured on {apart[0]}, {gate} {apart[1]}"


def _choose(values: Sequence[ReportedValue], *, subject: Subject | None, firm_only: bool) -> ReportedValue:
    """The newest value on this subject; at high risk a word in chat only where no pipeline reported one."""
    fitting = [value for value in values if is_about(value.subject, subject)] or list(values)
    firm = [value for value in fitting if not value.self_reported]
    return max(firm if firm_only and firm else fitting, key=lambda value: (value.at, value.seq))


def _counts(
    value: ReportedValue, reported: Evidence, filed: Evidence | None, *, project: Project, subject: Subject | None
) -> bool:
    """Whether the reported value displaces what the files say: of this subject, no older, and not mere word against a
    document. Where the files say nothing it stands alone, so that the gate says why it does not count."""
    if filed is None or filed.value is None or filed.problem:
        return True
    if not is_about(value.subject, subject):
        return False
    if value.self_reported and project.risk_tier not in ("low", "medium"):
        return False
    return filed.updated is None or (reported.updated or date.min) >= filed.updated


def as_evidence(
    value: ReportedValue, project: Project, *, filed: Evidence | None = None, day: date, programme: Programme
) -> Evidence:
    """A reported value as evidence, dated the day it arrived, produced by whoever stands behind it.

    Who may not read the document that it displaces may not read it either.
    """
    by = programme.name_of(value.producer) if value.producer else "a pipeline"
    return Evidence(
        document=value.source or f"report by {by}",
        value=value.value,
        unit=value.unit,
        updated=day,
        authors=(value.producer,) if value.producer else (),
        subject=value.subject,
        conditions=value.conditions,
        access_id=project.access_id if filed is None else filed.access_id,
        self_reported=value.self_reported,
    )


def _differ(left: str, right: str) -> bool:
    numbers = read_quantity(left), read_quantity(right)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] != numbers[1]
    return left.strip() != right.strip()


def _conflict(criterion: Criterion, filed: Evidence, reported: Evidence, *, counts: bool, today: date) -> Conflict:
    on = f" on {say_day(reported.updated, today)}" if reported.updated else ""
    said = f"{criterion.title}: {filed.name} records {filed.value}, {reported.value} was reported{on}"
    return Conflict(f"{said}; the {'report' if counts else 'document'} counts", criterion.id)
