"""What a reader saw of a project when his last digest was sent, and what has moved since. Pure.

A glimpse is taken of the report as the reader may see it, so comparing two tells nothing that either did not show.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from gates.almanac import Almanac
from gates.codec import to_plain
from gates.digest.model import Note
from gates.model import Programme
from gates.report import GateReport, ProjectReport


@dataclass(frozen=True, slots=True)
class GateGlimpse:
    """One gate as it was shown: `met` by criterion without what was restricted, `signed` the names that counted."""

    state: str
    due: date | None = None
    met: Mapping[str, bool] = field(default_factory=dict)
    signed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One project as it was shown; `declared` is the health that its manager declares, `spent` in the currency."""

    declared: str = ""
    gates: Mapping[str, GateGlimpse] = field(default_factory=dict)
    spent: str = ""
    decisions: tuple[str, ...] = ()


def glimpse_of(report: ProjectReport) -> Glimpse:
    """What a report shows, to be kept for the next digest."""
    project = report.project
    return Glimpse(
        project.declared_health or "",
        {gate.gate: _gate(gate) for gate in report.gates},
        str(project.budget.spent) if project.budget else "",
        tuple(decision.id for decision in project.decisions),
    )


def _gate(gate: GateReport) -> GateGlimpse:
    open_ = [finding for finding in gate.findings if not finding.restricted]
    signed = {signature.by for finding in open_ for signature in finding.counted}
    return GateGlimpse(gate.state, gate.due, {f.criterion.id: f.met for f in open_}, tuple(sorted(signed)))


def mark_of(glimpse: Glimpse) -> str:
    """The name of what was shown: equal glimpses have equal marks."""
    text = json.dumps(to_plain(glimpse), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def moved(
    before: Glimpse, now: Glimpse, report: ProjectReport, *, programme: Programme, almanac: Almanac
) -> tuple[Note, ...]:
    """What is different from what was shown before, as notes; `now` is the glimpse of the report."""
    slug = report.project.slug
    if now == before:
        return ()
    notes: list[Note] = []
    if before.declared and now.declared and now.declared != before.declared:
        text = f"{slug}: declared {before.declared} -> {now.declared}"
        notes.append(Note("moved", slug, text, "the declared health changed", rank=1))
    for gate in report.gates:
        known = before.gates.get(gate.gate)
        if known is None:
            notes.append(_note(gate, f"{gate.name} is a new gate, {gate.state}", "the gate is new", rank=2))
        else:
            notes += _moved_gate(known, now.gates[gate.gate], gate, programme=programme, almanac=almanac)
    return tuple(notes)


def _moved_gate(
    before: GateGlimpse, now: GateGlimpse, gate: GateReport, *, programme: Programme, almanac: Almanac
) -> Iterator[Note]:
    if now.state != before.state:
        yield _note(gate, f"{gate.name} {before.state} -> {now.state}", "the gate's state changed", rank=0)
    if now.due != before.due and now.due:
        was = f"{almanac.say(before.due)} -> " if before.due else ""
        yield _note(gate, f"{gate.name} due {was}{almanac.say(now.due)}", "the gate's date changed", rank=1)
    new = [name for name in now.signed if name not in before.signed]
    if new:
        said = " and ".join(map(programme.name_of, new))
        yield _note(gate, f"{gate.name} signed by {said}", "a signature was given", rank=2)
    titles = {finding.criterion.id: finding.criterion.title for finding in gate.findings}
    for name, is_met in now.met.items():
        if before.met.get(name, is_met) != is_met:
            said = f"{titles[name]} {'met' if is_met else 'is no longer met'} ({gate.name})"
            yield _note(gate, said, "a criterion changed", criterion=name, rank=3 if is_met else 1)


def recent(report: ProjectReport, since: date, *, programme: Programme) -> tuple[Note, ...]:
    """What records date on or after a day: for a first digest, which has nothing to compare with."""
    notes = []
    for gate in report.gates:
        if gate.passed_on and gate.passed_on >= since:
            notes.append(_note(gate, f"{gate.name} passed", f"passed on {gate.passed_on}", rank=0))
        for finding in gate.findings:
            if finding.restricted or gate.is_passed:
                continue
            new = [signature.by for signature in finding.counted if signature.on >= since]
            if new:
                said = " and ".join(map(programme.name_of, new))
                notes.append(_note(gate, f"{gate.name} signed by {said}", "a signature was given", rank=2))
            item = finding.evidence
            if item and item.updated and item.updated >= since:
                verb = "met" if finding.met else "updated, still not met"
                text = f"{finding.criterion.title} {verb} ({gate.name})"
                why = f"{item.name} was updated"
                notes.append(_note(gate, text, why, criterion=finding.criterion.id, rank=3))
    return tuple(notes)


def _note(gate: GateReport, text: str, why: str, *, rank: float, criterion: str = "") -> Note:
    about = f"{gate.project}/{gate.gate}/{criterion}"
    return Note("moved", about, f"{gate.project}: {text}", why, rank=rank)
