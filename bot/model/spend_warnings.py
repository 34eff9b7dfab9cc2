"""Says in chat when half, four fifths or all of a model budget is spent: once each, to whoever answers for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat import Button, Buttons, Heading, Line, Post, Reply, Send, ToPerson
from bot.conversation.ledger_room import LedgerRoom
from bot.database import Database, Session
from bot.delivery.sends import Sending, send_to_others
from bot.delivery.turn import repeated
from bot.messaging.model import Platform
from bot.people.links import ADMINISTRATOR
from gates.model import Programme, Project
from inference.pricing import dollars
from inference.spend import Held
from inference.store_spend import take_warnings


@dataclass(frozen=True)
class SpendWarnings:
    """Looks at the budgets' accounts; what was said is noted in the transaction that writes the messages."""

    database: Database
    open_room: Callable[[], LedgerRoom]
    clock: Callable[[], datetime]
    workspaces: Mapping[Platform, str]

    def send(self) -> int:
        """Warn where a mark was reached since the last look; answers how many messages that sends."""
        room = self.open_room()
        if room.programme is None:
            return 0
        programme = room.programme

        def work(session: Session) -> int:
            now = self.clock()
            sends = spend_warnings(session, programme=programme, projects=room.projects, now=now)
            sending = Sending(None, programme, self.workspaces, now)
            send_to_others(session, sending, key=f"spend/{now.isoformat()}", sends=sends)
            return len(sends)

        return repeated(self.database, work, sleep=time.sleep)


def spend_warnings(
    session: Session, *, programme: Programme, projects: Iterable[Project], now: datetime
) -> tuple[Send, ...]:
    """A message to each person who answers for an account that has reached 50, 80 or 100 per cent."""
    known = {project.slug: project for project in projects}
    return tuple(
        Post(ToPerson(person), Reply(_warning(held)))
        for held in take_warnings(session, now=now)
        for person in _answering_for(held, programme, known)
        if person in programme.people
    )


def _answering_for(held: Held, programme: Programme, projects: Mapping[str, Project]) -> tuple[str, ...]:
    """The person himself, owner and manager of the project; for everything else the administrators."""
    scope, _, name = held.key.rsplit("/", 2)[0].partition(":")
    match scope:
        case "person":
            return (name,)
        case "project" if name in projects:
            found = projects[name].owner, projects[name].manager
            return tuple(dict.fromkeys(person for person in found if person))
    return tuple(programme.roles.get(ADMINISTRATOR, ()))


def _warning(held: Held) -> tuple[Heading | Line | Buttons, ...]:
    spent = [f"{held.tokens:,} of {held.tokens_limit:,} tokens"] if held.tokens_limit else []
    if held.micros_limit:
        spent.append(f"{dollars(held.micros):,.2f} of {dollars(held.micros_limit):,.2f} USD")
    whole = (held.warning or 0) >= 100
    then = "Answers quote their sources word for word until the next period begins." if whole else "Nothing stops yet."
    return (
        Heading(f"{held.share:.0%} of the model budget for {held.label} is spent"),
        Line(f"Spent: {', '.join(spent)}."),
        Line(then),
        Line("Budgets are set by the administrator (gatehouse spend shows them all).", quiet=True),
        Buttons((Button("What is waiting for me", "queue"),)),
    )
