"""Limits that the records move: each an event of its gate, so that no result from before counts against a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from gates.model import Project
from gates.record_changes import LimitMoved, limits_moved
from gates.report import Evidence, EvidenceKey
from gates.service.receipt import Actor
from gates.service.signing import run_command
from gates.signoff.commands import NoteThreshold


@dataclass(frozen=True, slots=True)
class MovedLimit:
    """A limit of one project that the records moved."""

    project: str
    limit: LimitMoved


def moved_limits(
    before: Mapping[str, Project], after: Sequence[Project], *, evidence: Mapping[EvidenceKey, Evidence]
) -> list[MovedLimit]:
    """Which limits of these projects moved; `evidence` is what was known until now."""
    measured = {key for key, item in evidence.items() if item.value is not None}
    return [
        MovedLimit(project.slug, moved)
        for project in after
        if (old := before.get(project.slug)) is not None
        for moved in limits_moved(old, project, measured=measured)
    ]


def note_limits(session: Session, moved: Sequence[MovedLimit]) -> None:
    """Tell the ledger. Lock the gates (`lock_states`) before the log is written: every command takes both so."""
    for each in moved:
        command = NoteThreshold(each.limit.criterion, each.limit.before, each.limit.after)
        run_command(session, command, actor=Actor(None, "sync"), project=each.project, gate=each.limit.gate)
