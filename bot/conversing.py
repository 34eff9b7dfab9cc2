"""The conversation as the middle meets it: questions, orders and cards, each for its own readers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.audience import AudienceError, Unreadable, audience_of
from bot.chat import Ask, Command, Line, Outcome, Reply, Send
from bot.conversation.apart import answer_in_place
from bot.conversation.asking import Rooms
from bot.conversation.commands import running
from bot.conversation.commands.cards import gate_card, named_gate
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.notices import notices
from bot.conversation.ledger_room import LedgerRoom
from bot.desk import TurnRecords, gate_state
from bot.messaging.model import Address
from bot.messaging.store_places import place_facts
from bot.people.places import audience_at
from gates.audit.checkpoint import Signer
from gates.model import Programme
from gates.report import GateReport
from gates.service.receipt import Actor, Recorded
from gates.signoff.commands import Command as SignoffCommand
from gates.signoff.context import Refused
from rag.model import EVERYONE, Audience
from rag.store.session import Session

if TYPE_CHECKING:
    from bot.digests.orders import DigestOrders

NO_PROGRAMME = "No programme has been taken in yet. An engineer does that once: gatehouse sync FOLDER."


@dataclass(frozen=True)
class Conversing:
    """Answers asks, carries out orders, draws cards (`bot.delivery.turn.Conversation`).

    `read` opens a session for looking only. `signer` signs receipts, None where no key is set up. `resolve` turns a
    channel of programme.yaml into the place of a connected workspace, None where it is in none.
    """

    rooms: Rooms
    read: Callable[[], AbstractContextManager[Session]]
    clock: Callable[[], datetime]
    signer: Signer | None = None
    resolve: Callable[[str], str | None] = lambda _: None

    def is_order(self, text: str) -> bool:
        return running.is_order(text)

    def answer(self, ask: Ask, show: Callable[[Reply], None] = lambda _: None) -> Reply:
        return answer_in_place(ask, replace(self.rooms, readers=self._asked_by), show=show)

    def carry_out(self, command: Command, session: Session, *, impersonated_by: str | None = None) -> Outcome:
        """What an order comes to; everything it changes is part of the caller's transaction."""
        room = self.rooms.ledger()
        if room.programme is None:
            return Outcome(Reply((Line(NO_PROGRAMME),)), refused=True)
        try:
            audience = self._audience(session, room.programme, person=command.person, place=command.place)
        except AudienceError as refused:
            return Outcome(Reply((Line(str(refused)),)), refused=True)
        actor = Actor(command.person, command.surface, command.key, impersonated_by)
        desk = Desk(
            person=command.person,
            room=room,
            audience=audience,
            ledger=TurnRecords(session, actor, self.signer),
            readers=lambda name: self.readers_of(session, room, name),
            here=_project_of(command.place, room, audience),
            digests=self._digests(command.person, room, session),
        )
        return running.carry_out(command, desk)

    def _digests(self, person: str | None, room: LedgerRoom, session: Session) -> DigestOrders | None:
        if person is None:
            return None
        from bot.digests.orders import DigestOrders

        return DigestOrders(session, room, person, lambda name: self.readers_of(session, room, name), self.clock())

    def follow(
        self, command: SignoffCommand, session: Session, *, project: str, gate: str, key: str = ""
    ) -> tuple[Send, ...]:
        """What nobody ordered but the records or the clock brought about; answers who is told of it."""
        return self.take(command, session, project=project, gate=gate, actor=Actor(None, "schedule", key))[1]

    def take(
        self, command: SignoffCommand, session: Session, *, project: str, gate: str, actor: Actor
    ) -> tuple[Recorded | Refused, tuple[Send, ...]]:
        """A command that no person gave: what it came to, and who is told of it."""
        room = self.rooms.ledger()
        records = TurnRecords(session, actor, self.signer)
        desk = Desk(None, room, EVERYONE, records, lambda name: self.readers_of(session, room, name))
        done = records.act(command, project=project, gate=gate)
        return done, () if isinstance(done, Refused) else notices(done, desk)

    def draw(self, card: str, *, place: str | None, person: str | None) -> Reply | None:
        """A gate's card for these readers; None when they may not know of it any more."""
        named, room = named_gate(card), self.rooms.ledger()
        if named is None or room.programme is None:
            return None
        with self.read() as session:
            gate = self._report(session, room, card, place=place, person=person)
            state = gate_state(session, *named)
        return gate_card(gate, state, programme=room.programme) if gate else None

    def voters(self, card: str, *, place: str) -> frozenset[str]:
        """Who can fill an empty seat of a gate, as far as the readers of a place may know."""
        with self.read() as session:
            gate = self._report(session, self.rooms.ledger(), card, place=place, person=None)
        return frozenset(
            person
            for blocker in (gate.blockers if gate else ())
            if blocker.kind == "approval" and not blocker.restricted
            for person in blocker.mover.people
        )

    def _report(
        self, session: Session, room: LedgerRoom, card: str, *, place: str | None, person: str | None
    ) -> GateReport | None:
        """The gate of a card as these readers may know it."""
        named = named_gate(card)
        if named is None or room.programme is None:
            return None
        try:
            audience = self._audience(session, room.programme, person=person, place=place)
        except AudienceError:
            return None
        project = next((report for report in room.reports(audience) if report.project.slug == named[0]), None)
        return next((gate for gate in project.gates if gate.gate == named[1]), None) if project else None

    def _asked_by(self, programme: Programme | None, ask: Ask) -> Audience:
        if ask.place is None or not _is_chat(ask.place) or programme is None:
            return audience_of(programme, person=ask.person, place=ask.place)
        with self.read() as session:
            return self._audience(session, programme, person=ask.person, place=ask.place)

    def _audience(self, session: Session, programme: Programme, *, person: str | None, place: str | None) -> Audience:
        """Who reads the answer: a chat place by its platform's facts, everything else by the programme.

        Raises:
            AudienceError: Nobody can tell, or people from outside read there.
        """
        if place is None or not _is_chat(place):
            return audience_of(programme, person=person, place=place)
        found = audience_at(session, Address.read(place), programme=programme, now=self.clock())
        if isinstance(found, Unreadable):
            raise AudienceError(found.reason)
        return found

    def readers_of(self, session: Session, room: LedgerRoom, name: str) -> Audience | None:
        """Who would read a notice to a person or a channel; None when nothing may be sent there.

        Where a channel's members are not known just now, it gets what everyone may read and no more: a request must
        not be lost because the platform was not asked for five minutes. A channel shared with outsiders gets nothing.
        """
        assert room.programme is not None
        if name in room.programme.people:
            return audience_of(room.programme, person=name, place=None)
        place = self.resolve(name)
        if place is None:
            return audience_of(room.programme, person=None, place=name)
        found = audience_at(session, Address.read(place), programme=room.programme, now=self.clock())
        if isinstance(found, Audience):
            return found
        facts = place_facts(session, place)
        return None if facts is not None and facts.kind == "external" else EVERYONE


def _is_chat(place: str) -> bool:
    return place.count(":") >= 2


def _project_of(place: str | None, room: LedgerRoom, audience: Audience) -> str | None:
    """The project whose channel this is."""
    if place is None or room.programme is None:
        return None
    channels = room.programme.channels.values()
    name = next((c.name for c in channels if place == c.name or place.endswith(f":{c.id}")), place)
    owned = [project.slug for project in room.visible(audience) if project.channel == name]
    return owned[0] if len(owned) == 1 else None
