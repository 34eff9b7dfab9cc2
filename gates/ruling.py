"""What the ledger says about a gate, as the evaluator takes it; laid over the records by `gates.signoff.effective`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from gates.criteria import Signature
from gates.model import Hold, Subject


@dataclass(frozen=True, slots=True)
class WaiverNote:
    """A criterion that need not be met up to and including `until`."""

    by: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class OverrideNote:
    """The glass was broken: the gate counts as passed until `until`."""

    by: str
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LapsedSignature:
    """A signature whose evidence changed since.

    `changes` are the criteria whose evidence differs now, each with what changed in words; `recorded` those for which
    the ledger has recorded the lapse, each with its title. Empty: nothing is recorded yet.
    """

    signature: Signature
    changes: tuple[tuple[str, str], ...]
    recorded: tuple[tuple[str, str], ...] = ()

    @property
    def why(self) -> str:
        said = (text for _, text in self.changes or self.recorded)
        return f"lapsed, because evidence changed since: {', '.join(said)}"


@dataclass(frozen=True, slots=True)
class Owed:
    """A condition that the gate was passed under and that is not met yet. `overdue` re-opens the gate."""

    id: str
    text: str
    owner: str
    due: date
    since: date
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class LimitChange:
    """A threshold that the records changed on a day; results from up to that day do not count against the new one."""

    before: str
    after: str
    on: date


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where files and ledger both speak and differ: the ledger's event counts. `criterion` where it is about one."""

    text: str
    criterion: str | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """The ledger's word on one gate.

    `signed` and `lapsed` are by approval criterion. `settled` are criteria that the standing decision rests on
    unchanged: they are not judged again while it stands. `is_passed`: the decision stands; `was_passed`: there was one.
    `rejected` and `withdrawn` are sentences. `subject` is what was submitted.
    """

    phase: Literal["none", "submitted", "passed", "rejected", "withdrawn"] = "none"
    subject: Subject | None = None
    signed: Mapping[str, tuple[Signature, ...]] = field(default_factory=dict)
    lapsed: Mapping[str, tuple[LapsedSignature, ...]] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    waived: Mapping[str, WaiverNote] = field(default_factory=dict)
    limits: Mapping[str, LimitChange] = field(default_factory=dict)
    holds: tuple[Hold, ...] = ()
    record_hold_lifted: date | None = None
    override: OverrideNote | None = None
    owed: tuple[Owed, ...] = ()
    was_passed: bool = False
    passed_on: date | None = None
    signed_by: tuple[str, ...] = ()
    decided_against: str = ""
    since: date | None = None
    conflicts: tuple[Conflict, ...] = ()

    @property
    def speaks_of_signatures(self) -> bool:
        """Whether there is a submission: signatures of the files do not count beside it."""
        return self.phase != "none"
