"""What the evaluator is given and what it says: evidence as measured, blockers, gate and project reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from gates.criteria import Criterion, Signature
from gates.model import Project, Subject
from gates.ruling import Conflict, Owed, Ruling

# project slug, gate slug, criterion id
EvidenceKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a document says for one criterion, read at `updated` (the document's date).

    `value` is verbatim ("164", "0.583"); `quote` is the verbatim line it stands in. `sections` pairs each heading with
    whether anything stands below it. `owner` keeps the document; `authors` produced it, and so do not approve.
    `subject` is what the value was measured on, where recorded. `conditions` are the `where` fields of the criterion
    as the document records them. `problem` says why the evidence could not be read. `content_hash` is the SHA-256 of
    the bytes, `normal_hash` that of the text after `normaliser` (`gates.signoff.normal`). `self_reported` is somebody's
    word in chat. `absent`: there is no such document; the value says nothing but under which label one would stand.
    """

    document: str
    value: str | None = None
    unit: str | None = None
    line: int | None = None
    quote: str | None = None
    updated: date | None = None
    sections: tuple[tuple[str, bool], ...] = ()
    owner: str | None = None
    authors: tuple[str, ...] = ()
    subject: Subject | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    status: str = "current"
    superseded_by: str | None = None
    content_hash: str | None = None
    access_id: int = 0
    problem: str | None = None
    normal_hash: str | None = None
    normaliser: str = ""
    self_reported: bool = False
    absent: bool = False

    @property
    def name(self) -> str:
        """The document's file name, for sentences."""
        return self.document.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything outside the gate that its evaluation looks at.

    `projects` are those a dependency may point to. `assumed` are criteria taken as met, for what-if questions only.
    `rulings` are what the ledger says, by gate; a gate without one is judged by its records alone. `readable` are the
    access labels of whoever will read the report: what lies under another is not looked at (`gates.restrict`). None
    looks at everything, for decisions, which are nobody's reading.
    """

    evidence: Mapping[EvidenceKey, Evidence] = field(default_factory=dict)
    projects: Mapping[str, Project] = field(default_factory=dict)
    assumed: frozenset[EvidenceKey] = frozenset()
    rulings: Mapping[tuple[str, str], Ruling] = field(default_factory=dict)
    readable: frozenset[int] | None = None

    def may_read(self, access_id: int) -> bool:
        return self.readable is None or access_id in self.readable


# what each means: gates/states.py
GateState = Literal[
    "collecting",
    "submitted",
    "ready",
    "passed",
    "passed with conditions",
    "rejected",
    "withdrawn",
    "held",
    "lapsed",
    "expired",
    "overridden",
    "restricted",
]
PASSED: tuple[GateState, ...] = ("passed", "passed with conditions", "overridden")
"""The states in which a gate lets through what it guards."""
Health = Literal["on track", "at risk", "blocked", "passed", "restricted"]


@dataclass(frozen=True, slots=True)
class Mover:
    """Who can move a blocker: people by id, and the role in which they act. Both empty: nobody is named."""

    people: tuple[str, ...] = ()
    role: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedSignature:
    """A recorded signature that does not count, and why."""

    signature: Signature
    reason: str


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One step of why a dependency is not met: whose gate, and the sentence."""

    project: str
    gate: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The judgement on one criterion.

    `seats` and `filled` are counted for approvals only. `severe` means that work as planned does not mend it.
    `ready_on` is a date on which it may be met, where one is known. `restricted`: not for this reader, met or not.
    """

    criterion: Criterion
    met: bool
    reason: str
    evidence: Evidence | None = None
    mover: Mover = Mover()
    next_action: str = ""
    since: date | None = None
    weight: float = 0.0
    severe: bool = False
    ready_on: date | None = None
    seats: int = 0
    filled: int = 0
    counted: tuple[Signature, ...] = ()
    refused: tuple[RefusedSignature, ...] = ()
    chain: tuple[ChainLink, ...] = ()
    restricted: bool = False
    waived: bool = False

    @property
    def is_approval(self) -> bool:
        return self.seats > 0


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why a gate does not pass, in one sentence, with the one person or role who can move it.

    `age` is in working days. `chain` explains a dependency, nearest first. A restricted blocker says nothing but whose
    it is. `weight` orders blockers, closest to passing first.
    """

    project: str
    gate: str
    criterion: str
    title: str
    kind: str
    reason: str
    mover: Mover
    since: date | None
    age: int | None
    next_action: str
    evidence: Evidence | None
    weight: float
    chain: tuple[ChainLink, ...] = ()
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the gate would pass if everybody moved at the usual pace. `late_by` is in working days, 0 when in time."""

    expected: date
    due: date | None
    late_by: int

    @property
    def slips(self) -> bool:
        return self.late_by > 0


@dataclass(frozen=True, slots=True)
class GateReport:
    """The evaluator's word on one gate; `findings` in record order, `blockers` closest to passing first.

    Evidence criteria and approvals are counted apart; approvals are seats. `health` is computed, never declared.
    `decided`: a pass that files or ledger record, known to whoever may know of the project. `conflicts`: where files
    and ledger differ. `owed`: the conditions of a passed gate. `was_passed`: it had passed before it opened again.
    """

    project: str
    gate: str
    name: str
    position: int
    gates: int
    state: GateState
    health: Health
    owner: str | None
    due: date | None
    was_due: tuple[date, ...]
    findings: tuple[Finding, ...]
    blockers: tuple[Blocker, ...]
    evidence_met: int
    evidence_total: int
    approvals_met: int
    approvals_total: int
    forecast: Forecast | None
    as_of: datetime
    passed_on: date | None = None
    approved_by: tuple[str, ...] = ()
    decided: bool = False
    conflicts: tuple[Conflict, ...] = ()
    owed: tuple[Owed, ...] = ()
    was_passed: bool = False

    @property
    def is_passed(self) -> bool:
        """Whether it lets through what it guards: passed, passed with conditions, or overridden."""
        return self.state in PASSED

    @property
    def passes(self) -> bool:
        """Whether nothing stands in the way: it is passed, or would pass when decided now."""
        return self.state == "ready" or self.state in PASSED

    @property
    def met(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.met and not finding.restricted)


@dataclass(frozen=True, slots=True)
class ProjectReport:
    """All gates of a project; `current` is the first that is not passed.

    `contradiction` says where the declared health and the records part.
    """

    project: Project
    health: Health
    gates: tuple[GateReport, ...]
    current: GateReport | None
    contradiction: str | None = None
