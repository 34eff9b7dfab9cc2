"""Lists of gates and of projects, narrowed as a question or a command asks: blocked, slipping, due, red."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.chat import Heading, Item, Items, Line
from bot.conversation.ledger_views import Told, gate_phrase, progress_phrase
from bot.conversation.sources import Sources
from bot.conversation.words import day
from gates.report import GateReport, ProjectReport


@dataclass(frozen=True)
class GateFilter:
    """Which gates a list keeps, what it is called, and what is said of each."""

    title: str
    keeps: Callable[[GateReport, date], bool]
    say: Callable[[GateReport], str]


def _slips(gate: GateReport, today: date) -> bool:
    late = gate.due is not None and gate.due < today
    return not gate.is_passed and (late or bool(gate.was_due) or bool(gate.forecast and gate.forecast.slips))


def _slip_phrase(gate: GateReport) -> str:
    was = f"was {', '.join(map(day, gate.was_due))}" if gate.was_due else ""
    late = f"expected {day(gate.forecast.expected)}" if gate.forecast and gate.forecast.slips else ""
    return " · ".join(filter(None, (was, late, progress_phrase(gate))))


def _passed_phrase(gate: GateReport) -> str:
    return f"{gate.state} on {day(gate.passed_on)}" if gate.passed_on else gate.state


FILTERS: Mapping[str, GateFilter] = {
    "blocked": GateFilter("Blocked gates", lambda gate, _: bool(gate.blockers) and not gate.is_passed, progress_phrase),
    "held": GateFilter("Gates on hold", lambda gate, _: gate.state == "held", progress_phrase),
    "passed": GateFilter("Passed gates", lambda gate, _: gate.is_passed, _passed_phrase),
    "slipping": GateFilter("Gates that slip", _slips, _slip_phrase),
    "due": GateFilter("Gates due", lambda gate, _: not gate.is_passed and gate.due is not None, progress_phrase),
    "open": GateFilter("Open gates", lambda gate, _: not gate.is_passed, progress_phrase),
}


# --- projects by their health ------------------------------------------------------------------

_COMPUTED: Mapping[str, tuple[str, ...]] = {
    "red": ("blocked",),
    "amber": ("at risk",),
    "yellow": ("at risk",),
    "green": ("on track", "passed"),
    "blocked": ("blocked",),
    "atrisk": ("at risk",),
}


def projects_view(reports: Iterable[ProjectReport], colours: Sequence[str], *, sources: Sources) -> Told:
    """The projects that are of these colours, as declared by their teams or as computed from their gates."""
    found = [report for report in reports if any(_is_of(report, colour) for colour in colours)]
    said = " or ".join("at risk" if colour == "atrisk" else colour for colour in colours)
    if not found:
        return Told((Line(f"No project is {said}."),), ("none",))
    items = tuple(
        Item(f"{report.project.name}{_declared_mark(report, sources)}", _health_phrase(report)) for report in found
    )
    return Told(
        (Heading(f"Projects that are {said}: {len(items)}"), Items(items)), tuple(r.project.slug for r in found)
    )


def _is_of(report: ProjectReport, colour: str) -> bool:
    declared = "amber" if colour == "yellow" else colour
    return report.project.declared_health == declared or report.health in _COMPUTED[colour]


def _declared_mark(report: ProjectReport, sources: Sources) -> str:
    return sources.record(report.project, "declared_health", subject=report.project.name)


def _health_phrase(report: ProjectReport) -> str:
    declared = f"declared {report.project.declared_health}" if report.project.declared_health else ""
    current = gate_phrase(report.current) if report.current else "every gate passed"
    return " · ".join(filter(None, (f"computed {report.health}", declared, current)))
