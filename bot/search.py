"""Finds gates and documents for letters typed into a menu, among those the one who types may know of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.audience import audience_of
from bot.conversation.ledger_room import LedgerRoom
from bot.database import Database
from bot.messaging.model import Account
from bot.people.links import Known, person_behind
from rag.model import Audience, Passage

MOST = 50


class Passages(Protocol):
    """The best passages that an audience may read."""

    def __call__(self, question: str, *, audience: Audience) -> Sequence[Passage]: ...


@dataclass(frozen=True)
class Search:
    """`ledger` opens the ledger as it is now. Whoever is not known to the programme finds what everyone may read."""

    ledger: Callable[[], LedgerRoom]
    passages: Passages
    database: Database
    clock: Callable[[], datetime]

    def gates(self, account: Account, text: str) -> Sequence[tuple[str, str]]:
        """(what to show, how it is called in a command), those that begin with the letters first."""
        room = self.ledger()
        audience = self._readers(room, account)
        wanted = text.casefold().split()
        gates = [(project.project, gate) for project in room.reports(audience) for gate in project.gates]
        found = [
            (f"{project.slug}: {gate.name}", f"{project.slug} {gate.gate}")
            for project, gate in gates
            if all(word in f"{project.slug} {project.name} {gate.gate} {gate.name}".casefold() for word in wanted)
        ]
        return sorted(found, key=lambda one: not one[0].casefold().startswith(text.casefold()))[:MOST]

    def documents(self, account: Account, text: str) -> Sequence[tuple[str, str]]:
        """(title, path) of the documents that say most about the words, the best first; none for no words."""
        if not text.strip():
            return ()
        found = self.passages(text, audience=self._readers(self.ledger(), account))
        return tuple({passage.doc: (passage.title or passage.doc, passage.doc) for passage in found}.values())[:MOST]

    def _readers(self, room: LedgerRoom, account: Account) -> Audience:
        with self.database.read() as session:
            who = person_behind(session, account, programme=room.programme, now=self.clock())
        person = who.person if isinstance(who, Known) else None
        return audience_of(room.programme, person=person, place=None)
