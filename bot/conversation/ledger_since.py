"""What changed at a gate since somebody signed it: his signature's evidence beside that of now, for these readers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.chat import Ask, Heading, Item, Items, Line, Part
from bot.conversation.ledger_room import LedgerRoom
from bot.conversation.ledger_views import Told
from bot.conversation.lexicon import SMALL_WORDS
from bot.conversation.names import Name, find_names
from bot.conversation.threads import Subject
from bot.conversation.words import day
from gates.model import Programme
from gates.people import role_name
from gates.report import GateReport, ProjectReport
from gates.signoff.model import GateLedger
from gates.signoff.rule import changes_of
from gates.signoff.signature import SignedSeat
from rag.model import NoAnswer

_CHANGED = frozenset({"changed", "change", "changes", "new", "different", "happened", "moved"})
_SIGNED = frozenset({"signed", "sign", "signature", "approved", "approval", "signing"})
_BESIDE = frozenset({"since", "i", "my", "me", "anything", "something", "gate", "gates", "project", "evidence", "last"})
_WORDS = SMALL_WORDS | _CHANGED | _SIGNED | _BESIDE


@dataclass(frozen=True)
class SinceSigned:
    """Whose signature is meant (None: the asker's), and where, as far as it was said."""

    person: str | None
    projects: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()


def asks_since_signed(text: str, names: Sequence[Name]) -> SinceSigned | None:
    """The question as understood; None where it asks something else, or any word of it is left over."""
    found = find_names(text, names)
    said, people = frozenset(found.rest), found.refs("person")
    about_somebody = bool(people or said & {"i", "my"})
    if not (said & _CHANGED and said & _SIGNED and "since" in said and about_somebody) or said - _WORDS:
        return None
    return SinceSigned(next(iter(people), None), found.refs("project"), found.refs("gate"))


def since_signed(
    question: SinceSigned, *, room: LedgerRoom, reports: Mapping[str, ProjectReport], asked: Ask, thread: Subject
) -> Told | NoAnswer:
    """Every gate that person has signed and that is meant, each with what is no longer as it was."""
    person, programme = question.person or asked.person, room.programme
    if person is None or programme is None:
        return NoAnswer("I do not know who you are here, so I cannot tell what you signed.", route="ledger")
    signed = list(_signed(person, room, reports))
    meant = [each for each in signed if _is_meant(each[0], question, thread, signed)]
    you = person == asked.person
    who = "You have" if you else f"{programme.name_of(person)} has"
    if not meant:
        where = " that gate" if question.projects or question.gates else " no gate that is told of here"
        no = "not signed" if question.projects or question.gates else "signed"
        return Told((Line(f"{who} {no}{where}, so nothing can have changed since."),), ("none",))
    whose = "you" if you else programme.name_of(person)
    told = [_Since(gate, ledger, seat, room, programme) for gate, ledger, seat in meant]
    parts = tuple(part for since in told for part in since.parts(whose))
    return Told(parts, tuple(title for since in told for title, _ in since.changes) or ("none",))


Signed = tuple[GateReport, GateLedger, SignedSeat]


def _signed(person: str, room: LedgerRoom, reports: Mapping[str, ProjectReport]) -> Iterator[Signed]:
    """The last signature of somebody at each gate, where these readers may know of it."""
    for report in reports.values():
        for gate in report.gates:
            ledger = room.ledgers.get((gate.project, gate.gate))
            shown = {finding.criterion.id for finding in gate.findings if not finding.restricted}
            seats = [s for s in ledger.signed if s.by == person and not s.withdrawn] if ledger else []
            if ledger is not None and seats and seats[-1].criterion in shown:
                yield gate, ledger, seats[-1]


def _is_meant(gate: GateReport, question: SinceSigned, thread: Subject, signed: Sequence[Signed]) -> bool:
    """As said; else what the thread is about, where that was signed; else all."""
    if question.projects or question.gates:
        by_gate = not question.gates or f"{gate.project}/{gate.gate}" in question.gates
        return by_gate and (not question.projects or gate.project in question.projects)
    near = [each.gate for each, _, _ in signed if each.project == thread.project]
    if not near:
        return True
    return gate.project == thread.project and (thread.gate not in near or gate.gate == thread.gate)


@dataclass(frozen=True)
class _Since:
    """One signature, and everything that came after it."""

    gate: GateReport
    ledger: GateLedger
    seat: SignedSeat
    room: LedgerRoom
    programme: Programme

    @property
    def shown(self) -> Collection[str]:
        return {finding.criterion.id for finding in self.gate.findings if not finding.restricted}

    @property
    def changes(self) -> tuple[tuple[str, str], ...]:
        """The (criterion's title, what changed) pairs, without evidence that may not be read here."""
        project = next(p for p in self.room.projects if p.slug == self.gate.project)
        gate = project.gate(self.gate.gate)
        assert gate is not None  # it was judged
        keys = {c.id: (project.slug, gate.slug, c.id) for c in gate.criteria}
        evidence = {name: item for name, key in keys.items() if (item := self.room.facts.evidence.get(key))}
        changes = changes_of(gate, self.ledger, evidence)
        return tuple(
            (changes.title(criterion), said)
            for criterion, fingerprint in self.seat.confirmed
            if criterion in self.shown and (said := changes.of(criterion, fingerprint))
        )

    def parts(self, whose: str) -> Iterator[Part]:
        about, hidden = f"{self.gate.project} {self.gate.gate}", len(self.shown) < len(self.gate.findings)
        when = day(self.programme.calendar.today(self.seat.at))
        yield Heading(f"{self.gate.project} · {self.gate.name}: since {whose} signed on {when}")
        if self.changes:
            yield Items(tuple(Item(said) for _, said in self.changes))
            yield Line(f"Line by line: changed {about}. To sign again: review {about}.", quiet=True)
        else:
            yield Line("No evidence that may be read here has changed." if hidden else "No evidence has changed.")
        if after := tuple(self._after()):
            yield Items(after, title="Since then also")

    def _after(self) -> Iterator[Item]:
        """What others did at the gate after the signature, as far as it still stands."""
        named = self.programme.name_of
        for seat in self.ledger.given:
            if seat.seq > self.seat.seq and seat.criterion in self.shown:
                yield Item(f"{named(seat.by)} signed as {role_name(seat.role)}")
        for waiver in self.ledger.waivers:
            if waiver.at >= self.seat.at and waiver.criterion in self.shown:
                yield Item(f"{named(waiver.by)} waived {waiver.criterion} until {day(waiver.until)}", waiver.reason)
        for hold in self.ledger.holds:
            if hold.binds(self.room.today):  # nobody signs a held gate, so it came after
                yield Item(f"{named(hold.by)} holds the gate", hold.reason)
