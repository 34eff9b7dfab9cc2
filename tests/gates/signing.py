"""Sign-off played through: a gate, its evidence, and people who act on it, one command after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from gates.model import Gate, Programme, Project, Subject, Terms
from gates.report import Evidence, Facts, GateReport
from gates.signoff.commands import Command, Submit
from gates.signoff.decide import Context, Decided, Refused, decide
from gates.signoff.event_record import RecordedEvent
from gates.signoff.fold import fold
from gates.signoff.model import GateLedger, PolicyRevision
from tests.gates.given import NOW, PROGRAMME, a_gate, a_project, approval, artifact, document, latency, measured

SUBJECT = Subject("scorer", "v3.2")
GOOD = {
    "p95": measured("108", content_hash="load-1", authors=("finn",)),
    "runbook": document(content_hash="book-1", authors=("eve",)),
}


def production(**more: object) -> Gate:
    """A gate with a measured and a written criterion, signed by a data steward and one model risk owner."""
    gate = a_gate(latency(), artifact(), approval("data_steward"), approval("model_risk_owner"))
    return replace(gate, **more)  # type: ignore[arg-type]


@dataclass
class Table:
    """One gate with everything around it; `does` lets somebody act, and keeps the record."""

    gate: Gate = field(default_factory=production)
    project: Project = field(default_factory=lambda: a_project(risk_tier="medium"))
    evidence: Mapping[str, Evidence] = field(default_factory=lambda: dict(GOOD))
    programme: Programme = PROGRAMME
    now: datetime = NOW
    revision: PolicyRevision = field(default_factory=PolicyRevision)
    terms: Terms = field(default_factory=Terms)
    others: tuple[Project, ...] = ()
    ledger: GateLedger = field(default_factory=lambda: GateLedger("churn", "production"))
    record: list[RecordedEvent] = field(default_factory=list)

    def context(self, actor: str | None = None) -> Context:
        project = replace(self.project, gates=(self.gate,))
        found = {(project.slug, self.gate.slug, name): item for name, item in self.evidence.items()}
        facts = Facts(found, {other.slug: other for other in (*self.others, project)})
        return Context(
            actor,
            "terminal",
            self.programme,
            project,
            self.gate,
            self.ledger,
            facts,
            self.now,
            self.revision,
            self.terms,
        )

    def tries(self, actor: str | None, command: Command) -> Decided | Refused:
        outcome = decide(command, self.context(actor))
        if isinstance(outcome, Decided):
            start = self.ledger.seq + 1
            new = [RecordedEvent(start + n, self.now, actor, "terminal", e) for n, e in enumerate(outcome.events)]
            self.record += new
            self.ledger = fold(self.ledger, new)
        return outcome

    def does(self, actor: str | None, command: Command) -> GateReport:
        outcome = self.tries(actor, command)
        assert isinstance(outcome, Decided), outcome
        return outcome.report

    def refuses(self, actor: str | None, command: Command) -> Refused:
        outcome = self.tries(actor, command)
        assert isinstance(outcome, Refused), outcome
        return outcome

    def submitted(self, by: str = "dan") -> Table:
        self.does(by, Submit(SUBJECT))
        return self

    def later(self, days: int) -> Table:
        self.now += timedelta(days=days)
        return self

    def edit(self, criterion: str, **more: object) -> Table:
        self.evidence = {**self.evidence, criterion: replace(self.evidence[criterion], **more)}  # type: ignore[arg-type]
        return self

    @property
    def report(self) -> GateReport:
        return self.context().report

    @property
    def today(self) -> date:
        return self.programme.calendar.today(self.now)
