"""What the picture of a digest shows, out of the reports its reader may see. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.conversation.words import day
from bot.picture import BurnBar, Chart, GateBar
from gates.calendar import MONTHS
from gates.digest.sight import View
from gates.report import GateReport

WEEKS_BACK, WEEKS_AHEAD, MOST_GATES, MOST_BURN = 2, 8, 10, 5
_TONES = {"passed": "good", "at risk": "warning", "blocked": "bad"}


def chart_of(views: Sequence[View], today: date) -> Chart:
    """Gates due from two weeks back to eight weeks ahead, the soonest first; and spend of their projects."""
    first = today - timedelta(days=today.weekday() + 7 * WEEKS_BACK)
    weeks = tuple(_short(first + timedelta(weeks=n)) for n in range(WEEKS_BACK + WEEKS_AHEAD))
    last = first + timedelta(weeks=len(weeks))
    gates = [gate for view in views for gate in view.report.gates if gate.due and first <= gate.due < last]
    gates.sort(key=lambda gate: (gate.is_passed, gate.due, gate.project, gate.gate))
    bars = tuple(_bar(gate, first) for gate in sorted(gates[:MOST_GATES], key=lambda g: (g.due, g.project)))
    return Chart(weeks, _weeks_from(first, today), bars, tuple(_burn(views, today))[:MOST_BURN])


def alt_of(chart: Chart, views: Sequence[View]) -> str:
    """The picture in words, for whoever does not see it."""
    gates = {f"{g.project} {g.name}": g for view in views for g in view.report.gates}
    said = [f"{bar.label} {_said(gates[bar.label])}" for bar in chart.gates if bar.label in gates]
    burn = [f"{bar.label} {bar.spent * 100:.0f} % of envelope" for bar in chart.burn]
    return "; ".join([*said, *burn]) or "No gate is due in these weeks."


def _said(gate: GateReport) -> str:
    due = f"due {day(gate.due)}" if gate.due else ""
    slip = f", at the usual pace {day(gate.forecast.expected)}" if gate.forecast and gate.forecast.slips else ""
    return f"{gate.health}, {due}{slip}"


def _bar(gate: GateReport, first: date) -> GateBar:
    assert gate.due is not None
    slips = gate.forecast.expected if gate.forecast and gate.forecast.slips else None
    tone = _TONES.get(gate.health, "neutral")
    expected = _weeks_from(first, slips) if slips else None
    return GateBar(f"{gate.project} {gate.name}", _weeks_from(first, gate.due), tone, expected)


def _burn(views: Sequence[View], today: date) -> list[BurnBar]:
    found = []
    for view in views:
        project = view.report.project
        if project.budget is not None:
            gone = (today - project.started).days / (project.weeks * 7) if project.started and project.weeks else None
            found.append(BurnBar(project.slug, float(project.budget.share), gone))
    return sorted(found, key=lambda bar: -bar.spent)


def _weeks_from(first: date, moment: date) -> float:
    return (moment - first).days / 7


def _short(moment: date) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]}"
