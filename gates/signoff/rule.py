"""A gate's ledger as the evaluator takes it: which signatures stand, what is waived, held, owed, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gates.calendar import say_day
from gates.criteria import Approval, Criterion, Dependency, Signature
from gates.model import Gate, Hold, Programme, Project
from gates.people import role_name
from gates.report import Evidence
from gates.ruling import Conflict, LapsedSignature, LimitChange, OverrideNote, Owed, Ruling, WaiverNote
from gates.signoff.model import GateLedger
from gates.signoff.pack import is_same, item_of, said_threshold, say_change
from gates.signoff.signature import SignedSeat
from gates.signoff.submission import EvidenceItem


@dataclass(frozen=True, slots=True)
class Changes:
    """What of the evidence is no longer as it was frozen: by fingerprint whether it is, and how to say it."""

    ledger: GateLedger
    criteria: Mapping[str, Criterion]
    current: Mapping[str, EvidenceItem]

    def of(self, criterion: str, fingerprint: str) -> str | None:
        """How the evidence changed since it had this fingerprint, None when it did not."""
        frozen, current = self.ledger.evidence.get(fingerprint), self.current.get(criterion)
        if current is None:
            return None if self.ledger.phase == "passed" else f"{criterion} was taken out of the records"
        if frozen is None:
            return f"{self.title(criterion)} was changed"
        if is_same(frozen, current):
            return None
        return f"{self.title(criterion)} ({say_change(frozen, current)})"

    def title(self, criterion: str) -> str:
        found = self.criteria.get(criterion)
        return found.title if found else criterion


def changes_of(gate: Gate, ledger: GateLedger, evidence: Mapping[str, Evidence]) -> Changes:
    """The gate's evidence now, beside what the ledger froze. `gate` is as asked for, see `effective.gate_asked`."""
    criteria = {c.id: c for c in gate.criteria if not isinstance(c.rule, Approval)}
    return Changes(ledger, criteria, {name: item_of(c, evidence.get(name)) for name, c in criteria.items()})


def lapses(seat: SignedSeat, changes: Changes) -> tuple[tuple[str, str], ...]:
    """The (criterion, what changed) pairs for which a signature no longer stands."""
    found = ((criterion, changes.of(criterion, fingerprint)) for criterion, fingerprint in seat.confirmed)
    return tuple((criterion, said) for criterion, said in found if said)


def rule_on(
    gate: Gate,
    recorded: Gate,
    *,
    project: Project,
    ledger: GateLedger,
    evidence: Mapping[str, Evidence],
    programme: Programme,
    now: datetime,
) -> Ruling:
    """The ledger's word on a gate. `gate` is as asked for, `recorded` as the files have it."""
    today = programme.calendar.today(now)
    changes = changes_of(gate, ledger, evidence)
    signed, lapsed = _seats(ledger, changes, programme=programme)
    return Ruling(
        phase=ledger.phase,
        subject=ledger.submission.subject if ledger.submission and ledger.is_open else None,
        signed=signed,
        lapsed=lapsed,
        settled=_settled(ledger, changes),
        waived={w.criterion: WaiverNote(w.by, w.reason, w.until) for w in ledger.waivers if w.until >= today},
        limits=_limits(gate, ledger, programme=programme),
        holds=_holds(ledger, programme=programme, today=today),
        record_hold_lifted=programme.calendar.today(ledger.record_hold_lifted) if ledger.record_hold_lifted else None,
        override=_override(ledger, now),
        owed=_owed(ledger, programme=programme, now=now),
        was_passed=ledger.passing is not None,
        passed_on=programme.calendar.today(ledger.passing.at) if ledger.passing else None,
        signed_by=ledger.passing.signed_by if ledger.passing else (),
        decided_against=_decided_against(ledger, programme=programme, today=today),
        since=programme.calendar.today(ledger.rejected.at) if ledger.rejected else None,
        conflicts=conflicts_of(recorded, project=project, ledger=ledger, programme=programme),
    )


def _seats(
    ledger: GateLedger, changes: Changes, *, programme: Programme
) -> tuple[dict[str, tuple[Signature, ...]], dict[str, tuple[LapsedSignature, ...]]]:
    signed: dict[str, tuple[Signature, ...]] = {}
    lapsed: dict[str, tuple[LapsedSignature, ...]] = {}
    for seat in ledger.signed if ledger.is_open else ():
        if seat.withdrawn:
            continue
        signature = as_signature(seat, programme=programme)
        found = lapses(seat, changes)
        if not seat.lapsed and not found:
            signed[seat.criterion] = (*signed.get(seat.criterion, ()), signature)
            continue
        recorded = tuple((criterion, changes.title(criterion)) for criterion in seat.lapsed)
        item = LapsedSignature(signature, found, recorded)
        lapsed[seat.criterion] = (*lapsed.get(seat.criterion, ()), item)
    return signed, lapsed


def as_signature(seat: SignedSeat, *, programme: Programme) -> Signature:
    return Signature(seat.by, programme.calendar.today(seat.at), seat.expires, seat.confirmed, seat.on_behalf_of)


def _settled(ledger: GateLedger, changes: Changes) -> frozenset[str]:
    """Criteria that a standing pass rests on, unchanged; what was waived, or holds elsewhere, is always judged."""
    passing, submission = ledger.passing, ledger.submission
    if ledger.phase != "passed" or passing is None or submission is None or passing.pack != submission.pack.id:
        return frozenset()
    return frozenset(
        item.criterion
        for item in submission.pack.items
        if item.criterion in changes.criteria
        and item.criterion not in passing.waived
        and not isinstance(changes.criteria[item.criterion].rule, Dependency)
        and changes.of(item.criterion, item.fingerprint) is None
    )


def _limits(gate: Gate, ledger: GateLedger, *, programme: Programme) -> dict[str, LimitChange]:
    """Thresholds that were changed: as noted when the records were taken in, and against the open submission's pack."""
    today = programme.calendar.today
    found = {t.criterion: LimitChange(t.before, t.after, today(t.at)) for t in ledger.thresholds}
    if ledger.submission is None or ledger.phase != "submitted":
        return found
    for criterion in gate.criteria:
        item, limit = ledger.submission.pack.item(criterion.id), said_threshold(criterion)
        if item is not None and item.threshold != limit and criterion.id not in found:
            on = today(ledger.submission.at)
            found[criterion.id] = LimitChange(item.threshold or "no limit", limit or "no limit", on)
    return found


def _holds(ledger: GateLedger, *, programme: Programme, today: date) -> tuple[Hold, ...]:
    return tuple(
        Hold(hold.by, hold.reason, programme.calendar.today(hold.at), hold.until)
        for hold in ledger.holds
        if hold.binds(today)
    )


def _override(ledger: GateLedger, now: datetime) -> OverrideNote | None:
    override = ledger.override
    if override is None or now >= override.until:
        return None
    return OverrideNote(override.by, override.reason, override.until)


def _owed(ledger: GateLedger, *, programme: Programme, now: datetime) -> tuple[Owed, ...]:
    today = programme.calendar.today
    return tuple(
        Owed(owed.id, owed.text, owed.owner, today(owed.due), today(owed.since), overdue=now > owed.due)
        for owed in ledger.obligations
        if owed.kind == "condition" and owed.is_open and ledger.is_open
    )


def _decided_against(ledger: GateLedger, *, programme: Programme, today: date) -> str:
    if ledger.phase == "rejected" and ledger.rejected is not None:
        said = ledger.rejected
        day = say_day(programme.calendar.today(said.at), today)
        return f"Rejected by {programme.name_of(said.by)} as {role_name(said.role)} on {day}: {said.comment}"
    if ledger.phase == "withdrawn":
        return "The submission was withdrawn" + (f": {ledger.withdrawn_reason}" if ledger.withdrawn_reason else "")
    return ""


def conflicts_of(recorded: Gate, *, project: Project, ledger: GateLedger, programme: Programme) -> tuple[Conflict, ...]:
    """Where the files speak of sign-off too and say something else. The ledger's event counts."""
    if ledger.phase == "none":
        return ()
    found: list[Conflict] = []
    if recorded.state == "passed" and ledger.phase != "passed":
        found.append(Conflict(f"The files record {recorded.name} as passed; in the ledger it is {ledger.phase}"))
    found += outside_the_submission(recorded, project=project, ledger=ledger, programme=programme)
    submitted = ledger.submission.subject if ledger.submission and ledger.is_open else None
    if submitted is not None and project.subject is not None and submitted != project.subject:
        found.append(Conflict("The files name another subject than the one that was submitted"))
    return (*found, *_added(recorded, ledger))


def outside_the_submission(
    recorded: Gate, *, project: Project, ledger: GateLedger, programme: Programme
) -> list[Conflict]:
    """Signatures that the files record and the ledger does not: they fill no seat of a submission, and why."""
    given = {seat.principal for seat in ledger.given}
    found = []
    for criterion in recorded.criteria:
        signed = criterion.rule.signed if isinstance(criterion.rule, Approval) else ()
        if names := [programme.name_of(one.by) for one in signed if one.by not in given]:
            found.append(Conflict(_outside(criterion, names, project=project, ledger=ledger), criterion.id))
    return found


def _outside(criterion: Criterion, names: list[str], *, project: Project, ledger: GateLedger) -> str:
    one = len(names) == 1
    written = f"{len(names)} signature{'' if one else 's'} in project.yaml ({', '.join(names)})"
    if not ledger.is_open:
        return f"{criterion.title}: {written}; the ledger has none"
    why = f"{'is' if one else 'are'} not of this submission and {'fills' if one else 'fill'} no seat"
    return f"{criterion.title}: {written} {why}; sign with: review {project.slug} {ledger.gate}"


def _added(recorded: Gate, ledger: GateLedger) -> list[Conflict]:
    if ledger.submission is None or not ledger.is_open:
        return []
    asked = {item.criterion for item in ledger.submission.pack.items} | {s.criterion for s in ledger.submission.seats}
    return [
        Conflict(f"{criterion.title} was added after the submission; it counts from the next one", criterion.id)
        for criterion in recorded.criteria
        if criterion.id not in asked
    ]
