"""What a decision on a command rests on, and what it can come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from gates.bars import Bars, bars_of
from gates.calendar import say_day
from gates.evaluate import evaluate
from gates.model import Gate, Programme, Project, Subject, Terms
from gates.order import GateKey
from gates.people import role_name
from gates.report import Evidence, Facts, GateReport, Mover
from gates.signoff.effective import Laid, gate_asked, lay_over
from gates.signoff.event_record import RecordedEvent
from gates.signoff.events import Event
from gates.signoff.fold import fold
from gates.signoff.model import GateLedger, PolicyRevision
from gates.signoff.pack import freeze
from gates.signoff.rule import changes_of
from gates.signoff.submission import EvidencePack


@dataclass(frozen=True, slots=True)
class Passed:
    """A rule has nothing against it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not carried out: why, who could do it, and how. `rule` names the policy rule, for the record."""

    reason: str
    who_can: Mover = field(default_factory=Mover)
    how: str = ""
    rule: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.reason} {self.how}".strip()


@dataclass(frozen=True, slots=True)
class Decided:
    """Carried out: the events to record, in order, the gate as it then stands, and what it was judged by."""

    events: tuple[Event, ...]
    report: GateReport
    laid: Laid


@dataclass(frozen=True)
class Context:
    """What a decision rests on.

    `gate` and `project` are as recorded, `ledger` is the gate's own state, `ledgers` those of all gates that others may
    wait for (this one may be left out). `actor` is a person's id, None for the schedule and unattended pipelines.
    `programme` is that of the trusted revision. `facts` is the records' evidence, before the ledger is laid over it.
    """

    actor: str | None
    surface: str
    programme: Programme
    project: Project
    gate: Gate
    ledger: GateLedger
    facts: Facts
    now: datetime
    revision: PolicyRevision = field(default_factory=PolicyRevision)
    terms: Terms = field(default_factory=Terms)
    ledgers: Mapping[GateKey, GateLedger] = field(default_factory=dict)

    # --- time and names ---

    @cached_property
    def today(self) -> date:
        return self.programme.calendar.today(self.now)

    def day(self, day: date) -> str:
        return say_day(day, self.today)

    def day_of(self, moment: datetime) -> str:
        return self.day(self.programme.calendar.today(moment))

    def name(self, person: str) -> str:
        return self.programme.name_of(person)

    def names(self, people: tuple[str, ...]) -> str:
        """People as a choice: "Maya Lindqvist or Omar Haddad"."""
        said = [self.name(person) for person in people]
        return f"{', '.join(said[:-1])} or {said[-1]}" if len(said) > 1 else "".join(said)

    @property
    def gate_name(self) -> str:
        return f"{self.gate.name} of {self.project.name}"

    # --- roles ---

    def holders(self, role: str) -> tuple[str, ...]:
        return self.project.holders(role, self.programme)

    def first_role(self, person: str | None, roles: tuple[str, ...]) -> str | None:
        """The first of these roles that a person holds here."""
        return next((role for role in roles if person is not None and person in self.holders(role)), None)

    def holders_of_any(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(person for role in roles for person in self.holders(role)))

    def said_roles(self, roles: tuple[str, ...]) -> str:
        """Roles as a choice, without those nobody holds."""
        held = [role_name(role) for role in roles if self.holders(role)] or [role_name(role) for role in roles]
        return f"{', '.join(held[:-1])} or {held[-1]}" if len(held) > 1 else "".join(held)

    # --- the gate as it stands ---

    @property
    def key(self) -> GateKey:
        return self.project.slug, self.gate.slug

    @cached_property
    def asked(self) -> Gate:
        """The gate as it was asked for (see `effective.gate_asked`)."""
        return gate_asked(self.gate, self.ledger)

    @cached_property
    def laid(self) -> Laid:
        """Records and ledger together."""
        states = {**self.ledgers, self.key: self.ledger}
        return lay_over([self.project], self.facts, ledgers=states, programme=self.programme, now=self.now)

    @cached_property
    def evidence(self) -> dict[str, Evidence]:
        """The gate's evidence now, by criterion id, reported values among it."""
        found = ((c.id, self.laid.facts.evidence.get((*self.key, c.id))) for c in self.asked.criteria)
        return {name: item for name, item in found if item is not None and not item.absent}

    @cached_property
    def pack(self) -> EvidencePack:
        """The gate's evidence, frozen now."""
        submission = self.ledger.submission
        subject = submission.subject if submission else self.project.subject or Subject()
        return freeze(self.asked, self.evidence, subject=subject)

    @cached_property
    def pack_to_sign(self) -> EvidencePack:
        """What a signature given now rests on: the frozen pack, or a new one where more than the cosmetic changed."""
        submission = self.ledger.submission
        if submission is None:
            return self.pack
        changes = changes_of(self.asked, self.ledger, self.evidence)
        changed = any(changes.of(item.criterion, item.fingerprint) for item in submission.pack.items)
        return self.pack if changed else submission.pack

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        return {item.criterion: item.fingerprint for item in self.pack.items}

    @cached_property
    def report(self) -> GateReport:
        """The gate judged now."""
        project = self.laid.projects[0]
        gate = project.gate(self.gate.slug) or self.gate
        return evaluate(gate, project, programme=self.programme, facts=self.laid.facts, now=self.now)

    @cached_property
    def bars(self) -> Bars:
        """Who may not approve this gate, and why."""
        found = dict(bars_of(self.asked, self.evidence, self.programme))
        packed = self.ledger.submission.pack.items if self.ledger.submission and self.ledger.is_open else ()
        if not self.gate.self_approval:
            for item in packed:
                for producer in item.producers:
                    name = (item.document or item.criterion).rpartition("/")[2]
                    found.setdefault(producer, f"produced {name}, which this gate rests on")
        return found

    def after(self, events: tuple[Event, ...]) -> Context:
        """The same moment once these events are recorded; their numbers are provisional."""
        start = self.ledger.seq + 1
        recorded = [RecordedEvent(start + n, self.now, self.actor, self.surface, e) for n, e in enumerate(events)]
        return replace(self, ledger=fold(self.ledger, recorded))
