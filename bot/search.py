"""Finds gates for letters typed into a menu, among those the one who types may know of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.audience import audience_of
from bot.conversation.ledger_room import LedgerRoom
from bot.database import Database
from bot.links import Known, person_behind
from bot.messaging.model import Account

MOST = 50


@dataclass(frozen=True)
class GateSearch:
    """`ledger` opens the ledger as it is now."""

    ledger: Callable[[], LedgerRoom]
    database: Database
    clock: Callable[[], datetime]

    def __call__(self, account: Account, text: str) -> Sequence[tuple[str, str]]:
        """(what to show, how it is called in a command), those that begin with the letters first."""
        room = self.ledger()
        with self.database.read() as session:
            who = person_behind(session, account, programme=room.programme, now=self.clock())
        person = who.person if isinstance(who, Known) else None
        audience = audience_of(room.programme, person=person, place=None)
        wanted = text.casefold().split()
        gates = [(project.project, gate) for project in room.reports(audience) for gate in project.gates]
        found = [
            (f"{project.slug}: {gate.name}", f"{project.slug} {gate.gate}")
            for project, gate in gates
            if all(word in f"{project.slug} {project.name} {gate.gate} {gate.name}".casefold() for word in wanted)
        ]
        return sorted(found, key=lambda one: not one[0].casefold().startswith(text.casefold()))[:MOST]
