"""What an audience may see of gates: they are judged anew on what it may read, and on nothing else.

Evidence that may not be read is taken away before anything is judged (`gates.hidden`), so no state, forecast, chain,
seat or name can tell whether it is there or what it says. Its criterion is "restricted - <owner role>" and blocks: a
gate beside it is never ready, and passed only where that was decided, which is known to all who know of the gate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gates.evaluate import evaluate
from gates.model import Gate, Programme, Project
from gates.portfolio import portfolio
from gates.report import Facts, GateReport, ProjectReport


def shown_portfolio(
    programme: Programme, projects: Sequence[Project], *, facts: Facts, now: datetime, readable: frozenset[int]
) -> tuple[ProjectReport, ...]:
    """The projects this audience may know of, each gate as it may be shown to them."""
    seen = replace(facts, readable=readable)
    known = [project for project in projects if seen.may_read(project.access_id)]
    return portfolio(programme, known, facts=seen, now=now)


def shown_gate(
    gate: Gate, project: Project, *, programme: Programme, facts: Facts, now: datetime, readable: frozenset[int]
) -> GateReport:
    """One gate as it may be shown to an audience that may know of its project."""
    return evaluate(gate, project, programme=programme, facts=replace(facts, readable=readable), now=now)
