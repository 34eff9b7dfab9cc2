"""What a gate asks for: a criterion is a common head and one rule, a small frozen value per kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Operator = Literal["<=", "<", ">=", ">", "==", "?"]
"""How a value is compared; "?" is a limit that nobody has agreed yet, which no value meets."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit agreed in advance; `text` is the limit's value as written, for sentences."""

    operator: Operator
    value: Decimal
    text: str

    def admits(self, measured: Decimal) -> bool:
        match self.operator:
            case "<=":
                return measured <= self.value
            case "<":
                return measured < self.value
            case ">=":
                return measured >= self.value
            case ">":
                return measured > self.value
            case "==":
                return measured == self.value
            case "?":
                return False

    def gap(self, measured: Decimal) -> float:
        """How far off a value is, relative to the limit: 0 at the limit, 1 when as far away as the limit is large."""
        scale = abs(self.value) or Decimal(1)
        return float(abs(measured - self.value) / scale)


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """Where the evidence of a criterion is recorded.

    `document` is a path relative to the project's folder; `field` a dotted path in YAML or JSON, or "row/column" of
    a table. `where` are conditions on other fields of the same document, as ("target_rps", "50"): a value measured
    under other conditions does not count.
    """

    document: str
    field: str | None = None
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """An approval by one person, or `on_behalf_of` a delegator.

    `confirmed` holds the (criterion, evidence hash) pairs it rests on; sign-off fills it.
    """

    by: str
    on: date
    expires: date | None = None
    confirmed: tuple[tuple[str, str], ...] = ()
    on_behalf_of: str | None = None

    @property
    def principal(self) -> str:
        """Whose seat it fills."""
        return self.on_behalf_of or self.by


@dataclass(frozen=True, slots=True)
class Artifact:
    """A document that exists, is current and fresh, and has the required sections filled."""

    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """A reported value against a threshold agreed before the evaluation (`Criterion.agreed`)."""

    metric: str
    threshold: Threshold
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Latency:
    """A load test's result against the agreed limit."""

    metric: str
    threshold: Threshold
    unit: str | None = "ms"


@dataclass(frozen=True, slots=True)
class Cost:
    """A projected cost against a limit, or, without a threshold, the spend against an envelope.

    `line` names one budget line; None is the project's whole envelope.
    """

    threshold: Threshold | None = None
    unit: str | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceWindow:
    """Data collected from `start` to `end`, both counted; met when it is over and at least `min_days` long."""

    start: date | None
    end: date | None
    min_days: int


@dataclass(frozen=True, slots=True)
class GateRef:
    """A gate of this or another project."""

    project: str
    gate: str


@dataclass(frozen=True, slots=True)
class ContractRef:
    """A data contract of this or another project."""

    project: str
    contract: str


@dataclass(frozen=True, slots=True)
class InterfaceRef:
    """An interface contract of this or another project."""

    project: str
    interface: str


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something that has to hold elsewhere.

    A gate that is passed, a data contract that is fresh and not breached, or an interface that is agreed and valid.
    """

    on: GateRef | ContractRef | InterfaceRef


@dataclass(frozen=True, slots=True)
class Approval:
    """`quorum` distinct eligible people of one role sign."""

    role: str
    quorum: int = 1
    signed: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """A review with a result and a validity."""

    done_on: date | None = None
    done_by: str | None = None
    valid_until: date | None = None
    result: Literal["passed", "failed", "missing"] = "missing"


CheckTest = Literal["present", "in", "not_in", "equals", "differs"]


@dataclass(frozen=True, slots=True)
class RecordCheck:
    """One check of a mapped record: `actual` as recorded, against `expected`; `unmet` is the sentence when it fails."""

    test: CheckTest | str
    actual: tuple[str, ...]
    expected: tuple[str, ...]
    unmet: str
    document: str | None = None
    line: int | None = None
    quote: str | None = None
    access_id: int = 0


@dataclass(frozen=True, slots=True)
class RecordChecks:
    """The checks a mapping hands over; all of them have to hold."""

    checks: tuple[RecordCheck, ...]


@dataclass(frozen=True, slots=True)
class UnknownRule:
    """A kind this version does not know; it is never met."""

    kind: str


Rule = Artifact | Metric | Latency | Cost | EvidenceWindow | Dependency | Approval | Review | RecordChecks | UnknownRule

KINDS: dict[str, type[Rule]] = {
    "artifact": Artifact,
    "metric": Metric,
    "latency": Latency,
    "cost": Cost,
    "evidence_window": EvidenceWindow,
    "dependency": Dependency,
    "approval": Approval,
    "review": Review,
    "record": RecordChecks,
}
_KIND_OF = {rule: name for name, rule in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing a gate asks for.

    `since` is when it became open, where recorded; `next` the next action in the team's words; `agreed` when it was
    agreed. `fresh_days` bounds the age of the evidence in calendar days. `key` is the dotted place in the record.
    """

    id: str
    title: str
    rule: Rule
    owner: str | None = None
    since: date | None = None
    next: str | None = None
    agreed: date | None = None
    fresh_days: int | None = None
    evidence: EvidenceRef | None = None
    key: str = ""

    @property
    def kind(self) -> str:
        if isinstance(self.rule, UnknownRule):
            return self.rule.kind
        return _KIND_OF[type(self.rule)]
