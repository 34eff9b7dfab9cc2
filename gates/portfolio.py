"""All projects at once, and where a declared health and the records part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gates.evaluate import evaluate_all
from gates.model import Programme, Project
from gates.report import Blocker, Facts, GateReport, Health, ProjectReport


def portfolio(
    programme: Programme, projects: Sequence[Project], *, facts: Facts, now: datetime
) -> tuple[ProjectReport, ...]:
    """A report on every project, in the order given; each gate is judged once."""
    reports = evaluate_all(projects, programme=programme, facts=facts, now=now)
    return tuple(
        project_report(project, tuple(reports[project.slug, gate.slug] for gate in project.gates))
        for project in projects
    )


def project_report(project: Project, gates: tuple[GateReport, ...]) -> ProjectReport:
    """The project's word from its gates': the current gate is the first that is not passed, and decides the health."""
    current = next((gate for gate in gates if not gate.is_passed), None)
    health: Health = current.health if current else ("passed" if gates else "on track")
    return ProjectReport(project, health, gates, current, contradiction(project, current))


def contradiction(project: Project, current: GateReport | None) -> str | None:
    """Declared green while the records say otherwise, with the oldest blocker as the reason."""
    if project.declared_health != "green" or current is None or current.health not in ("at risk", "blocked"):
        return None
    oldest = _oldest(current.blockers)
    if oldest is None:
        return f"declared green, computed {current.health}"
    days = f", {oldest.age} working {'day' if oldest.age == 1 else 'days'} old" if oldest.age else ""
    return f"declared green, computed {current.health}: {oldest.reason}{days}"


def _oldest(blockers: Sequence[Blocker]) -> Blocker | None:
    return max(blockers, key=lambda blocker: blocker.age or 0, default=None)
