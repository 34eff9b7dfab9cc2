"""The gate board: projects by gates, narrowed by state and owner. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.chat import Tone
from bot.conversation.commands.cards import TONES
from bot.conversation.ledger_lists import FILTERS
from bot.conversation.ledger_views import mover_phrase
from bot.conversation.words import counted, day
from gates.model import Programme
from gates.report import Blocker, Finding, GateReport, Health, ProjectReport

HEALTH_TONES: dict[Health, Tone] = {"on track": "good", "passed": "good", "at risk": "warning", "blocked": "bad"}


@dataclass(frozen=True)
class Cell:
    """One gate on the board, in words; the tone only colours them."""

    path: str
    name: str
    state: str
    tone: Tone
    due: str
    progress: str
    first: str
    shown: bool


@dataclass(frozen=True)
class Row:
    """One project and its gates in their order."""

    slug: str
    name: str
    health: str
    tone: Tone
    owner: str
    declared: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Wanted:
    """Which gates are asked for; empty does not narrow."""

    state: str = ""
    owner: str = ""


def board(reports: Iterable[ProjectReport], wanted: Wanted, *, programme: Programme, today: date) -> tuple[Row, ...]:
    """The projects that have a wanted gate; the others of their gates are there too, greyed by `shown`."""
    rows = [_row(report, wanted, programme, today) for report in reports]
    return tuple(row for row in rows if any(cell.shown for cell in row.cells))


def _row(report: ProjectReport, wanted: Wanted, programme: Programme, today: date) -> Row:
    project = report.project
    return Row(
        project.slug,
        project.name,
        report.health,
        HEALTH_TONES.get(report.health, "neutral"),
        programme.name_of(project.owner) if project.owner else "nobody",
        report.contradiction or "",
        tuple(_cell(gate, programme, shown=_is_wanted(gate, wanted, today)) for gate in report.gates),
    )


def _is_wanted(gate: GateReport, wanted: Wanted, today: date) -> bool:
    known = FILTERS.get(wanted.state)
    kept = known.keeps(gate, today) if known else True
    return kept and (not wanted.owner or gate.owner == wanted.owner)


def _cell(gate: GateReport, programme: Programme, *, shown: bool) -> Cell:
    late = not gate.is_passed and gate.due is not None and gate.due < gate.as_of.date()
    progress = f"{gate.evidence_met} of {gate.evidence_total} criteria"
    if gate.approvals_total:
        progress += f", {gate.approvals_met} of {counted(gate.approvals_total, 'approval')}"
    return Cell(
        gate_path(gate),
        gate.name,
        gate.state,
        tone_of(gate),
        due_phrase(gate),
        progress,
        first_blocker(gate, programme) if shown or late else "",
        shown,
    )


def first_blocker(gate: GateReport, programme: Programme) -> str:
    """The blocker closest to being settled, with who can move it."""
    if gate.is_passed or not gate.blockers:
        return ""
    first = gate.blockers[0]
    more = f", and {len(gate.blockers) - 1} more" if len(gate.blockers) > 1 else ""
    return f"{first.reason} ({mover_phrase(first, programme)}){more}"


def gate_path(gate: GateReport) -> str:
    return f"/gate/{gate.project}/{gate.gate}"


def tone_of(gate: GateReport) -> Tone:
    known = TONES.get(gate.state)
    return known or HEALTH_TONES.get(gate.health, "neutral")


def due_phrase(gate: GateReport) -> str:
    """When it is due, whether that is gone by, and what it was before."""
    if gate.is_passed:
        return f"passed {day(gate.passed_on)}" if gate.passed_on else ""
    if gate.due is None:
        return ""
    late = ", overdue" if gate.due < gate.as_of.date() else ""
    was = f" (was {', '.join(map(day, gate.was_due))})" if gate.was_due else ""
    return f"due {day(gate.due)}{late}{was}"


# --- the criteria of one gate ----------------------------------------------------------


@dataclass(frozen=True)
class CriterionRow:
    """One criterion of a gate page."""

    title: str
    kind: str
    state: str
    tone: Tone
    reason: str
    evidence: str
    owner: str
    age: str
    next_action: str
    waive: str


def criteria(gate: GateReport, *, programme: Programme) -> tuple[CriterionRow, ...]:
    """Every criterion in record order; what is restricted says whose it is and no more."""
    blockers = {blocker.criterion: blocker for blocker in gate.blockers}
    return tuple(_criterion(finding, blockers.get(finding.criterion.id), gate, programme) for finding in gate.findings)


def _criterion(finding: Finding, blocker: Blocker | None, gate: GateReport, programme: Programme) -> CriterionRow:
    criterion = finding.criterion
    state, tone = _standing(finding)
    owner = programme.name_of(criterion.owner) if criterion.owner and not finding.restricted else ""
    waivable = not (finding.met or finding.restricted or finding.is_approval or gate.is_passed)
    return CriterionRow(
        criterion.title,
        "" if finding.restricted else criterion.kind.replace("_", " "),
        state,
        tone,
        finding.reason,
        finding.evidence.document if finding.evidence and not finding.restricted else "",
        mover_phrase(blocker, programme) if blocker and not finding.met else owner,
        counted(blocker.age, "working day") if blocker and blocker.age is not None else "",
        blocker.next_action if blocker else "",
        f"waive {gate.project} {gate.gate} {criterion.id}" if waivable else "",
    )


def _standing(finding: Finding) -> tuple[str, Tone]:
    if finding.restricted:
        return "restricted", "neutral"
    if finding.waived:
        return "waived", "warning"
    if finding.met:
        return ("signed" if finding.is_approval else "met"), "good"
    if finding.is_approval:
        return f"{finding.filled} of {finding.seats} signed", "warning"
    return "not met", "bad"
