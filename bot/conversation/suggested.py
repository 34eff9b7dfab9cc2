"""Questions worth asking just now, for somebody who sees an empty chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gates.report import ProjectReport

MOST = 3


def suggested_questions(reports: Sequence[ProjectReport]) -> tuple[str, ...]:
    """What the reports of an audience suggest asking: the gates due first, what is near, where a project stands."""
    open_gates = [gate for report in reports for gate in report.gates if not gate.is_passed and gate.blockers]
    if not open_gates:
        return tuple(f"where does {report.project.slug} stand?" for report in reports[:MOST])
    first = min(open_gates, key=lambda gate: (gate.due or date.max, gate.position))
    others = [report.project.slug for report in reports if report.project.slug != first.project]
    asked = (
        f"what's blocking {first.name} of {first.project}?",
        "which gates are due in the next two weeks?",
        *(f"where does {slug} stand?" for slug in others),
    )
    return asked[:MOST]
