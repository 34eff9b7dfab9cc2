"""The verdict on a gate, for pipelines: passed for this subject or not, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gates.model import Subject
from gates.report import GateReport
from gates.service.look import Ledger, report_on, the_programme
from gates.service.moment import decision_time

OPEN_STATES = ("passed", "passed with conditions", "overridden")
"""States in which a pipeline may go on. Everything else is closed, and so is every state that is not known."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`passed` holds for `subject` only. `reasons` say what is missing, `record` is the last entry it rests on."""

    project: str
    gate: str
    passed: bool
    state: str
    subject: Subject | None
    reasons: tuple[str, ...]
    as_of: datetime
    record: int = 0
    for_audit: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """There is no such gate: nothing may be concluded from that."""

    reason: str


def verdict(
    session: Session, project: str, *, gate: str, subject: str | None = None, now: datetime | None = None
) -> Verdict | Unknown:
    """Whether a gate lets a subject through.

    `subject` is a digest or a registry version; without one the verdict is on whatever was signed. A subject other than
    the signed one is not passed, however the gate stands.
    """
    ledger = the_programme(session, slugs=[project])
    owner = ledger.project(project) if ledger else None
    asked = owner.gate(gate) if owner else None
    if ledger is None or owner is None or asked is None:
        return Unknown(f"There is no gate {gate!r} of a project {project!r}.")
    at = decision_time(session, ledger.programme, now=now)
    report = report_on(ledger, project, gate=gate, now=at)
    signed = _signed(ledger, report) or owner.subject
    other = _other_subject(subject, signed)
    reasons = (*((other,) if other else ()), *_missing(report))
    stored = ledger.states.get((project, gate))
    return Verdict(
        project,
        gate,
        report.state in OPEN_STATES and other is None,
        report.state,
        signed,
        reasons,
        at,
        stored.ledger.seq if stored else 0,
        bool(ledger.revision and ledger.revision.commit),
    )


def _signed(ledger: Ledger, report: GateReport) -> Subject | None:
    stored = ledger.states.get((report.project, report.gate))
    submission = stored.ledger.submission if stored else None
    return submission.subject if submission else None


def _other_subject(named: str | None, signed: Subject | None) -> str | None:
    """Why the verdict does not hold for the subject that was named; None when it does."""
    if named is None:
        return None
    if signed is None:
        return f"No subject is recorded, so nothing is known of {named}."
    if named in (signed.digest, signed.version):
        return None
    return f"Signed for {signed.digest or signed.version or 'another subject'}, not for {named}."


def _missing(report: GateReport) -> tuple[str, ...]:
    if report.state in OPEN_STATES:
        return ()
    return tuple(blocker.reason for blocker in report.blockers) or (f"The gate is {report.state}.",)
