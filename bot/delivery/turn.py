"""One event, one transaction: what changes, what is recorded, what is sent and that the event is done, together."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.audience import AudienceError
from bot.chat import Ask, Button, Buttons, Command, Form, Line, Link, Outcome, Part, Reply
from bot.database import Database, DatabaseError
from bot.delivery.sends import Answer, Sending, send_out
from bot.failure import log_broken
from bot.messaging.model import Account, Event, Live, Ordered, Platform, Pressed, Said, Sent, Stale
from bot.messaging.store_inbox import Claimed, settle
from bot.messaging.store_invitations import COMMAND
from bot.messaging.store_links import Link as AccountLink
from bot.messaging.store_links import save_link
from bot.messaging.store_tokens import resolve
from bot.people.links import Known, Stranger, owner_by_email, person_behind
from gates.model import Programme

Result = TypeVar("Result")

log = logging.getLogger(__name__)

RETRIES = 6
MOST_TRIES = 10
"""Times an event may end the process that works on it, before it is given up with an apology."""


class Conversation(Protocol):
    """What the middle asks of the conversation. Everyone in `place` reads an answer; without one, `person` alone."""

    def is_order(self, text: str) -> bool:
        """Whether words addressed to the bot are a command rather than a question."""
        ...

    def answer(self, ask: Ask, show: Callable[[Reply], None]) -> Reply:
        """The answer to a question, worked out without a transaction; `show` takes what can be seen before the end."""
        ...

    def carry_out(self, command: Command, session: Session) -> Outcome:
        """Carry a command out in the turn's transaction; called again when the transaction has to be repeated."""
        ...

    def draw(self, card: str, *, place: str | None, person: str | None) -> Reply | None:
        """A card as it is now for the readers of `place`, or for `person` alone; None when it is no more."""
        ...


@dataclass(frozen=True)
class Settled:
    """The turn is committed. `answer` is what the one who acted should see; `key` its message in the outbox.

    `live`: it may be shown at once (interactions); otherwise the outbox posts it.
    """

    event: Event
    answer: Reply | Form
    key: str
    live: bool


@dataclass(frozen=True)
class Lost:
    """Somebody else claimed the event meanwhile: nothing of this turn was kept."""


@dataclass(frozen=True)
class Turns:
    """Takes one turn after the other; every accepted event ends in exactly one settled turn.

    `workspaces` are the connected ones by platform, for messages to channels that programme.yaml names. `invite` makes
    the URL where the owner of an account confirms it by signing in; None where nobody signs in so.
    """

    database: Database
    conversation: Conversation
    programme: Callable[[], Programme | None]
    clock: Callable[[], datetime]
    workspaces: Mapping[Platform, str] = field(default_factory=dict)
    sleep: Callable[[float], None] = time.sleep
    invite: Callable[[Session, Account], str] | None = None

    def take(self, claimed: Claimed, show: Callable[[Reply], None]) -> Settled | Lost:
        """Work an event out and commit it. Whatever goes wrong on the way becomes an answer that says so."""
        if claimed.fence > MOST_TRIES:
            return self._apologise(claimed, "the work on it was broken off every time")
        try:
            return self._take(claimed, show)
        except Exception as error:
            log_broken(log, error, "event %s could not be worked out", claimed.id)
            return self._apologise(claimed, type(error).__name__)

    def _take(self, claimed: Claimed, show: Callable[[Reply], None]) -> Settled | Lost:
        match self._understood(claimed.event):
            case Ask() as ask:
                return self._answer(claimed, ask, show)
            case Command() as command:
                return self._carry_out(claimed, command)
            case Stale() as stale:
                return self._tell(claimed, self._stale(claimed.event, stale))
            case Stranger(reason, may_link):
                return self._say(claimed, lambda session: self._not_known(session, claimed.event, reason, may_link))

    def _answer(self, claimed: Claimed, ask: Ask, show: Callable[[Reply], None]) -> Settled | Lost:
        drafts: list[Reply] = []

        def seen(draft: Reply) -> None:
            drafts.append(draft)
            show(draft)

        try:
            reply = self.conversation.answer(ask, seen)
        except AudienceError as refused:
            reply = Reply((Line(str(refused)),))
        drafted = bool(drafts) or claimed.fence > 1  # an earlier try may have left a draft
        answer = Answer(reply, alone=False, held=bool(drafts), drafted=drafted)
        return self._commit(claimed, lambda _: (answer, Outcome(reply)))

    def _carry_out(self, claimed: Claimed, command: Command) -> Settled | Lost:
        def work(session: Session) -> tuple[Answer, Outcome]:
            outcome = self.conversation.carry_out(command, session)
            return self._to_actor(claimed, outcome, place=command.place), outcome

        return self._commit(claimed, work)

    def _tell(self, claimed: Claimed, reply: Reply, *, error: str | None = None) -> Settled | Lost:
        return self._say(claimed, lambda _: reply, error=error)

    def _say(self, claimed: Claimed, words: Callable[[Session], Reply], *, error: str | None = None) -> Settled | Lost:
        """A refusal or an apology: where words were said in front of others it is said there, else to the one alone."""
        place = claimed.event.at.place if isinstance(claimed.event.payload, Said) else None

        def work(session: Session) -> tuple[Answer, Outcome]:
            outcome = Outcome(words(session))
            return self._to_actor(claimed, outcome, place=place), outcome

        return self._commit(claimed, work, error=error)

    def _not_known(self, session: Session, event: Event, reason: str, may_link: bool) -> Reply:
        """Why somebody unknown is refused, and to him alone how he makes himself known."""
        if self.invite is None or not may_link:
            return Reply((Line(reason),))
        way = Link("Confirm this account by signing in", self.invite(session, event.sender))
        alone: tuple[Part, ...] = (way, Line("It is good once, for ten minutes, and for you alone.", quiet=True))
        return Reply((Line(reason),), private=alone)

    def _to_actor(self, claimed: Claimed, outcome: Outcome, *, place: str | None) -> Answer:
        form = isinstance(outcome.answer, Form)
        said = outcome.answer if isinstance(outcome.answer, Reply) else _reopening(outcome.answer, claimed.event)
        return Answer(said, alone=place is None or form, held=place is None)

    def _commit(
        self, claimed: Claimed, work: Callable[[Session], tuple[Answer, Outcome]], *, error: str | None = None
    ) -> Settled | Lost:
        def once(session: Session) -> Settled | Lost:
            if not settle(session, claimed, now=self.clock(), error=error):
                return Lost()
            answer, outcome = work(session)
            sending = Sending(claimed.event, self.programme(), self.workspaces, self.clock())
            key = send_out(session, sending, answer=answer, sends=outcome.sends)
            return Settled(claimed.event, outcome.answer, key, answer.held and answer.alone)

        return repeated(self.database, once, sleep=self.sleep)

    def _apologise(self, claimed: Claimed, error: str) -> Settled | Lost:
        said = (
            f"That went wrong on our side and nothing was changed (event {claimed.id}). "
            "Try again; the administrator sees the event in gatehouse doctor."
        )
        return self._tell(claimed, Reply((Line(said),)), error=error)

    def _understood(self, event: Event) -> Ask | Command | Stale | Stranger:
        """What the event asks for. The person comes from the verified account, never from what was sent."""
        who = self._who(event)
        with self.database.read() as session:
            live = _line_of(session, event)
        if isinstance(live, Stale):
            return live
        if not live.question and isinstance(event.payload, Ordered | Pressed | Sent):
            return self._order(event, live.command, who=who, fields={**live.fields, **event.payload.fields})
        if live.question or not self.conversation.is_order(live.command):
            return Ask(live.command, event.at.conversation, _person(who), event.at.place)
        return self._order(event, live.command, who=who, place=event.at.place)

    def _who(self, event: Event) -> Known | Stranger:
        """Who acts; for somebody unknown whose e-mail address tells who he may be, that is noted to be confirmed."""
        programme, now = self.programme(), self.clock()
        with self.database.read() as session:
            who = person_behind(session, event.sender, programme=programme, now=now)
            owner = None if isinstance(who, Known) else owner_by_email(session, event.sender, programme=programme)
        if owner is None:
            return who
        with self.database.write() as session:
            save_link(session, AccountLink(event.sender, owner, "e-mail", now))
            return person_behind(session, event.sender, programme=programme, now=now)

    def _order(
        self,
        event: Event,
        line: str,
        *,
        who: Known | Stranger,
        place: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Command | Stranger:
        """The command, unless it wants a person and nobody can tell who gives it."""
        if isinstance(who, Stranger) and _wants_person(line):
            return who
        return Command(line, event.at.conversation, _person(who), place, fields or {}, event.key, event.at.platform)

    def _stale(self, event: Event, stale: Stale) -> Reply:
        """The reason, and the present state of what the button was on."""
        who = self._who(event)
        now = self.conversation.draw(stale.card, place=None, person=_person(who)) if stale.card else None
        return Reply((Line(stale.reason), *(now.parts if now else ())))


def _person(who: Known | Stranger) -> str | None:
    return who.person if isinstance(who, Known) else None


def _line_of(session: Session, event: Event) -> Live | Stale:
    """What was typed, or what the pressed button or the sent form stands for."""
    match event.payload:
        case Said(text) | Ordered(text):
            return Live(text)
        case Pressed(token) | Sent(token):
            return resolve(session, token, account=event.sender.text)


def _wants_person(line: str) -> bool:
    """Whether an order changes the ledger, or asks to be known."""
    from bot.conversation.commands.grammar import verb_named

    words = line.split(maxsplit=1)
    verb = verb_named(words[0]) if words else None
    return verb is not None and (verb.changes or verb.name == COMMAND)


def _reopening(form: Form, event: Event) -> Reply:
    """What is sent when a form could not be opened at once: the same order again, behind a button."""
    line = event.payload.text if isinstance(event.payload, Said | Ordered) else form.command
    return Reply((Line(f"{form.title}: open it when you are ready."), Buttons((Button("Open", line, "primary"),))))


def repeated(database: Database, work: Callable[[Session], Result], *, sleep: Callable[[float], None]) -> Result:
    """Do `work` in one transaction, again from its start when another transaction was in the way."""
    for attempt in range(RETRIES):
        try:
            with database.write() as session:
                return work(session)
        except (DatabaseError, DBAPIError) as error:
            if attempt == RETRIES - 1 or not in_the_way(error):
                raise
        sleep(0.02 * 2**attempt)
    raise AssertionError("unreachable")


def in_the_way(error: BaseException) -> bool:
    """Whether a transaction failed only because of another one: repeating it is right."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    driver = getattr(cause, "orig", None)
    return getattr(driver, "sqlstate", None) in ("40001", "40P01", "55P03") or "locked" in str(driver)
