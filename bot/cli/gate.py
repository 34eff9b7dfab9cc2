"""`gatehouse gate ...`: the ledger from the command line."""

from __future__ import annotations

import sys

from bot.chat import Line, Reply
from bot.cli.ask import print_json
from bot.cli.board import Shown, open_board
from bot.cli.usage import UsageError
from bot.cli.who import person_called
from bot.conversation.ledger_lists import FILTERS
from bot.conversation.ledger_views import Told, blockers_view, gates_view, progress_phrase, status_view
from bot.conversation.sources import Sources
from gates.model import Programme
from gates.questions import find_gate, status_of
from gates.report import Blocker, GateReport, ProjectReport
from gates.templates import check_lifecycle, lifecycle_names


def list_gates(
    *, person: str | None, place: str | None, as_json: bool, keep: str | None = None, owner: str | None = None
) -> None:
    """The gates the audience may know of; `keep` is one of `FILTERS`, `owner` a person or "me"."""
    board = open_board(person, place)
    chosen = FILTERS[keep] if keep else None
    whose = person_called(owner, person, board.programme)
    gates = [
        (gate, shown.programme)
        for shown in board.shown.values()
        for gate in shown.report.gates
        if (chosen is None or chosen.keeps(gate, shown.room.today)) and whose in (None, gate.owner)
    ]
    if as_json:
        print_json([_gate(gate, programme) for gate, programme in gates])
        return
    sources = Sources({slug: s.report.project for slug, s in board.shown.items()}, lambda _file, _line: None)
    lines = [(gate, chosen.say(gate) if chosen else f"{gate.state} · {progress_phrase(gate)}") for gate, _ in gates]
    _show(gates_view(lines, chosen.title if chosen else "Gates", sources=sources), sources)


def show_status(project: str, *, person: str | None, place: str | None, as_json: bool) -> None:
    """A project's current gate and what is in the way."""
    shown = open_board(person, place).project(project)
    report, programme, room = shown.report, shown.programme, shown.room
    if as_json:
        current = _gate(report.current, programme) if report.current else None
        print_json({"project": report.project.slug, "health": report.health, "declared": report.project.declared_health,
                    "contradiction": report.contradiction, "current": current,
                    "departures": list(_departures(report))})  # fmt: skip
        return
    sources = shown.sources
    told = status_view(status_of(report, room.today), programme=programme, sources=sources)
    quiet = tuple(Line(f"Departs from its lifecycle: {text}", quiet=True) for text in _departures(report))
    _show(Told((*told.parts, *quiet, *_stale(shown)), told.values), sources)


def _stale(shown: Shown) -> tuple[Line, ...]:
    said = shown.room.stale.get(shown.report.project.slug)
    return (Line(said, quiet=True),) if said else ()


def _departures(report: ProjectReport) -> tuple[str, ...]:
    """How the project differs from the lifecycle that ships under its name; a team's own is not held against it."""
    if report.project.lifecycle not in lifecycle_names():
        return ()
    return tuple(note.text for note in check_lifecycle(report.project))


def show_blockers(project: str, gate: str | None, *, person: str | None, place: str | None, as_json: bool) -> None:
    """Every unmet criterion of a gate, the current one when none is named."""
    shown = open_board(person, place).project(project)
    report, programme = shown.report, shown.programme
    found = find_gate(report, gate) if gate else report.current
    if found is None:
        known = ", ".join(known.gate for known in report.gates) or "none"
        none = f"has no gate {gate!r}" if gate else "has no open gate"
        raise UsageError(f"{report.project.slug} {none}. Its gates: {known}.")
    if as_json:
        print_json(_gate(found, programme))
        return
    sources = shown.sources
    told = blockers_view(found, programme=programme, sources=sources)
    _show(Told((*told.parts, *_stale(shown)), told.values), sources)


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
