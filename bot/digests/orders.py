"""Seats an order before digests: settings, snoozing and reminders of one person, inside the turn's transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, partial

from bot.chat import Line, Reply
from bot.conversation.digest_views import Circumstances
from bot.conversation.ledger_room import LedgerRoom
from bot.database import Session
from bot.digests.archive import as_readable_now
from bot.digests.desk import DigestDesk
from bot.digests.planning import replan, zone_of
from bot.digests.reminding import remind
from bot.digests.serving import read_serving
from bot.digests.stated import read_stated
from bot.subscriptions.model import Subscription
from bot.subscriptions.store import (
    archive,
    glimpse_named,
    keep_subscription,
    sent_on,
    snooze,
    snoozed_by,
    subscription_of,
)
from bot.subscriptions.store_reminders import Reminder
from gates.digest.model import Note
from rag.model import Audience

ADMINISTRATORS = ("administrator", "project_manager", "steering_committee")


@dataclass
class DigestOrders:
    """Digests as one person meets them. `now` is the real clock: what is due is due by it, also in a demo."""

    session: Session
    room: LedgerRoom
    person: str
    readers: Callable[[str], Audience | None]
    now: datetime

    @cached_property
    def desk(self) -> DigestDesk:
        serving = read_serving(self.session, now=self.now)
        dates = read_stated(self.session, self.room.projects)
        return DigestDesk(self.room, self.readers, serving=serving, dates=dates)

    def settings(self, reader: str) -> Subscription:
        """What is set, or what would be."""
        return subscription_of(self.session, reader) or Subscription(reader, self.now, on=False)

    def zone(self, reader: str) -> str:
        return zone_of(self.settings(reader), self.desk.programme)

    def may_set(self, channel: str) -> bool:
        """Whether the person may set a channel's digest: its project's owner or manager, or an administrator."""
        roles = self.desk.programme.roles
        if any(self.person in roles.get(role, ()) for role in ADMINISTRATORS):
            return channel in self.desk.programme.channels
        return any(self.person in (p.owner, p.manager) for p in self.room.projects if p.channel == channel)

    def keep(self, kept: Subscription) -> None:
        keep_subscription(self.session, kept)
        replan(self.session, kept, self.desk.programme, now=self.now)

    def show(self, reader: str, *, whole: bool, portfolio: bool = False) -> Reply:
        """The digest as it is now, or the quarterly edition; it does not count as delivered."""
        settings = self.settings(reader)
        known = self.desk.reader(replace(settings, every="quarter") if portfolio else settings, self.session)
        if known is None:
            return Reply((Line(f"Nobody can tell just now who reads in {reader}, so it gets no digest."),))
        told = self.desk.digest(known, self.session, name=reader, whole=whole)
        return self.desk.reply(told, known, self.session, Circumstances(), portfolio=portfolio)

    def note(self, about: str) -> Note | None:
        """A matter as the person may be told of it."""
        return self.desk.note_for(self.person, about)

    def snooze(self, about: str, until: date) -> None:
        snooze(self.session, self.person, about=about, until=until)

    def remind(self, about: str) -> tuple[str, ...]:
        """Remind those who can move a matter and may know of it; answers whom."""
        note = self.note(about)
        others = [person for person in (note.movers if note else ()) if person != self.person]
        quiet = snoozed_by(self.session, others, about=about, today=self.desk.today)
        return tuple(person for person in others if person not in quiet and self._remind(person, about))

    def _remind(self, person: str, about: str) -> bool:
        theirs = self.desk.note_for(person, about)
        if theirs is None:
            return False
        key = f"asked/{self.person}/{about}/{person}/{self.now.date().isoformat()}"
        return remind(self.session, Reminder(key, person, about, theirs.text, self.now, self.person), now=self.now)

    def archive(self, reader: str) -> Sequence[tuple[date, str]]:
        return archive(self.session, reader)

    def archived(self, reader: str, day: date) -> Reply | None:
        found, known = sent_on(self.session, reader, day), self.desk.reader(self.settings(reader), self.session)
        if found is None or known is None:
            return None
        # what he follows may have changed since: the projects are those the digest covered
        covered = replace(known, projects=frozenset(found.marks))
        views = self.desk.sight.outlook(covered).views
        return as_readable_now(found, views, glimpse=partial(glimpse_named, self.session))
