"""The values of what was told rather than decided: reported values, changed limits, questions, notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gates.model import Subject

NoteKind = Literal["decision", "risk"]


@dataclass(frozen=True, slots=True)
class ReportedValue:
    """A value that arrived by chat or by a pipeline instead of in a document.

    `producer` is the person behind it, who counts as evidence author. `self_reported`: somebody's word in chat, which
    never satisfies a high-risk criterion alone. `key` makes reporting idempotent. `source` says where it comes from.
    """

    criterion: str
    value: str
    producer: str | None
    at: datetime
    unit: str | None = None
    subject: Subject | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    self_reported: bool = False
    key: str = ""
    source: str = ""
    seq: int = 0

    @property
    def slot(self) -> tuple[str, bool, Subject | None]:
        """Of the values for one criterion on one subject the newest is kept, chat and pipelines apart."""
        return self.criterion, self.self_reported, self.subject


@dataclass(frozen=True, slots=True)
class ThresholdChange:
    """A limit that was changed in the records at `at`; results from before do not count against the new one."""

    criterion: str
    before: str
    after: str
    at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question on a sign-off request, numbered from 1, with its answer once there is one."""

    number: int
    by: str
    at: datetime
    text: str
    answer: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A decision or a risk as somebody told it; the files stay the owner of the RAID log. `source`: where it was said.

    It blocks nothing and proves nothing.
    """

    kind: NoteKind
    text: str
    by: str
    at: datetime
    source: str = ""
    seq: int = 0
