"""`gatehouse gate ...`: the ledger from the command line."""

from __future__ import annotations

import sys

from bot.audience import audience_of
from bot.chat import Reply
from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.conversation.ledger_room import LedgerRoom
from bot.conversation.ledger_views import Told, blockers_view, gates_view, progress_phrase, status_view
from bot.conversation.sources import Sources
from bot.rooms import open_ledger
from bot.settings import load_settings
from bot.wiring import open_installation
from gates.model import Programme
from gates.questions import find_gate, status_of
from gates.report import Blocker, GateReport, ProjectReport


def list_gates(*, person: str | None, place: str | None, as_json: bool) -> None:
    """Every gate the audience may know of."""
    _room, programme, reports = _open(person, place)
    gates = [gate for report in reports.values() for gate in report.gates]
    if as_json:
        print_json([_gate(gate, programme) for gate in gates])
        return
    sources = Sources({slug: report.project for slug, report in reports.items()}, lambda _file, _line: None)
    lines = [(gate, f"{gate.state} · {progress_phrase(gate)}") for gate in gates]
    _show(gates_view(lines, "Gates", sources=sources), sources)


def show_status(project: str, *, person: str | None, place: str | None, as_json: bool) -> None:
    """A project's current gate and what is in the way."""
    room, programme, reports = _open(person, place)
    report = _project(project, reports)
    if as_json:
        current = _gate(report.current, programme) if report.current else None
        print_json({"project": report.project.slug, "health": report.health, "declared": report.project.declared_health,
                    "contradiction": report.contradiction, "current": current})  # fmt: skip
        return
    sources = _sources(room, reports)
    _show(status_view(status_of(report, room.today), programme=programme, sources=sources), sources)


def show_blockers(project: str, gate: str | None, *, person: str | None, place: str | None, as_json: bool) -> None:
    """Every unmet criterion of a gate, the current one when none is named."""
    room, programme, reports = _open(person, place)
    report = _project(project, reports)
    found = find_gate(report, gate) if gate else report.current
    if found is None:
        known = ", ".join(known.gate for known in report.gates) or "none"
        none = f"has no gate {gate!r}" if gate else "has no open gate"
        raise UsageError(f"{report.project.slug} {none}. Its gates: {known}.")
    if as_json:
        print_json(_gate(found, programme))
        return
    sources = _sources(room, reports)
    _show(blockers_view(found, programme=programme, sources=sources), sources)


def _open(person: str | None, place: str | None) -> tuple[LedgerRoom, Programme, dict[str, ProjectReport]]:
    here = open_installation(load_settings())
    room = open_ledger(here.database, here.clock)
    if room.programme is None:
        raise UsageError(
            "No programme has been taken in. Try: gatehouse sync FOLDER (with a programme.yaml), or make demo."
        )
    audience = audience_of(room.programme, person=person, place=place)
    return room, room.programme, {report.project.slug: report for report in room.reports(audience)}


def _project(name: str, reports: dict[str, ProjectReport]) -> ProjectReport:
    wanted = name.casefold()
    for report in reports.values():
        names = (report.project.slug, report.project.name, *report.project.aliases)
        if wanted in (known.casefold() for known in names):
            return report
    raise UsageError(f"There is no project {name!r}. Projects: {', '.join(reports) or 'none'}.")


def _sources(room: LedgerRoom, reports: dict[str, ProjectReport]) -> Sources:
    return Sources({slug: report.project for slug, report in reports.items()}, room.line_of)


def _show(told: Told, sources: Sources) -> None:
    """What was told, then the sources it names by number."""
    from bot.conversation.views import quote_of
    from bot.platforms.terminal.render import console_on, render

    console_on(sys.stdout).print(render(Reply((*told.parts, *map(quote_of, sources.citations)))))


def _gate(gate: GateReport, programme: Programme) -> dict[str, object]:
    """The stable JSON of a gate."""
    return {
        "project": gate.project,
        "gate": gate.gate,
        "name": gate.name,
        "state": gate.state,
        "health": gate.health,
        "owner": programme.name_of(gate.owner) if gate.owner else None,
        "due": gate.due.isoformat() if gate.due else None,
        "was_due": [day.isoformat() for day in gate.was_due],
        "passed_on": gate.passed_on.isoformat() if gate.passed_on else None,
        "approved_by": [programme.name_of(person) for person in gate.approved_by],
        "evidence_met": gate.evidence_met,
        "evidence_total": gate.evidence_total,
        "approvals_met": gate.approvals_met,
        "approvals_total": gate.approvals_total,
        "expected": gate.forecast.expected.isoformat() if gate.forecast else None,
        "as_of": gate.as_of.isoformat(),
        "blockers": [_blocker(blocker, programme) for blocker in gate.blockers],
    }


def _blocker(blocker: Blocker, programme: Programme) -> dict[str, object]:
    return {
        "criterion": blocker.criterion,
        "title": blocker.title,
        "kind": blocker.kind,
        "reason": blocker.reason,
        "who": [programme.name_of(person) for person in blocker.mover.people],
        "role": blocker.mover.role,
        "since": blocker.since.isoformat() if blocker.since else None,
        "age_working_days": blocker.age,
        "next": blocker.next_action,
        "document": blocker.evidence.document if blocker.evidence else None,
        "line": blocker.evidence.line if blocker.evidence else None,
        "because": [link.text for link in blocker.chain],
        "restricted": blocker.restricted,
    }
