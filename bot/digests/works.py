"""The works of the schedule: plan digests, send one, follow the records, send bundled reminders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol

from bot.chat import Post, Reply, ToPerson, ToPlace
from bot.conversation.digest_views import Circumstances
from bot.conversation.ledger_room import LedgerRoom
from bot.database import Database, Session
from bot.delivery.sends import Sending, send_to_others
from bot.digests.desk import DigestDesk, Told
from bot.digests.lead import DigestLead
from bot.digests.planning import plan, zone_of
from bot.digests.reminding import bundle, remind_all
from bot.digests.serving import read_serving
from bot.digests.stated import read_stated
from bot.messaging.model import Platform
from bot.messaging.store_due import Due, put_due
from bot.messaging.store_links import links_of
from bot.picture import Gallery
from bot.subscriptions.model import Subscription
from bot.subscriptions.store import digest_named, keep_digest, keep_glimpses, last_sent, skipped_since, subscription_of
from bot.subscriptions.when import is_day, lateness
from gates.digest.glimpse import Glimpse
from gates.service.look import the_programme
from rag.model import Audience

ROOM_LASTS = timedelta(seconds=60)
"""Digests that fall due together are made from one look at the ledger."""

TOGETHER = frozenset({"digest"})
"""Work that has no effect before its commit, and may share one with that of other readers."""

Commit = Callable[[Session], None]
Readers = Callable[[Session, LedgerRoom, str], Audience | None]


class SendMail(Protocol):
    """The way out by mail."""

    def __call__(self, reply: Reply, *, to: str, key: str) -> None: ...


@dataclass
class DigestWorks:
    """What the schedule does by kind. `open_room` looks at the ledger; `follow` brings gates up to their records.

    `workspaces` are the connected chat platforms. `mailer` sends mail to those without an account, None where no mail
    server is set. Whatever is sent is kept for the archive, which stands on the web page at `public_url`.
    `open_lead` gives what writes the sentence above the digests of one look at the ledger, None where no model does.
    """

    database: Database
    open_room: Callable[[], LedgerRoom]
    readers: Readers
    workspaces: Mapping[Platform, str]
    follow: Callable[[], int] = lambda: 0
    mailer: SendMail | None = None
    gallery: Gallery = field(default_factory=Gallery)
    public_url: str = ""
    open_lead: Callable[[], DigestLead] | None = None
    _lead: DigestLead | None = None
    _shown: set[str] = field(default_factory=set)
    _desk: tuple[datetime, DigestDesk] | None = None

    @property
    def by_kind(self) -> Mapping[str, Callable[[Due, datetime], Commit]]:
        return {
            "plan": self.plan,
            "follow": self.follow_up,
            "digest": self.digest,
            "bundle": self.bundle,
            "mail": self.mail,
        }

    def plan(self, _: Due, now: datetime) -> Commit:
        room = self.open_room()
        if room.programme is None:
            return _nothing
        return partial(plan, programme=room.programme, projects=room.projects, now=now)

    def follow_up(self, _: Due, now: datetime) -> Commit:
        """Bring gates up to their records, then note the reminders whose timers have run out."""
        self.follow()
        desk = self._desk_at(now)
        if desk is None:
            return _nothing
        with self.database.read() as session:
            ledger = the_programme(session)
        return partial(remind_all, desk=desk, ledgers=ledger.ledgers, now=now) if ledger else _nothing

    def bundle(self, due: Due, now: datetime) -> Commit:
        programme = self.open_room().programme
        sending = Sending(None, programme, self.workspaces, now)
        return partial(bundle, person=due.about["person"], key=due.key, sending=sending)

    def mail(self, due: Due, _now: datetime) -> Commit:
        if self.mailer is not None:
            with self.database.read() as session:
                reply = digest_named(session, due.about["digest"])
            if reply is not None:
                self.mailer(reply, to=due.about["to"], key=due.key)
        return _nothing

    def digest(self, due: Due, now: datetime) -> Commit:
        """Send a reader's digest of a date: once, marked when late, skipped and noted when stale."""
        desk = self._desk_at(now)
        if desk is None:
            return _nothing
        reader, day = due.about["reader"], date.fromisoformat(due.about["day"])
        with self.database.read() as session:
            kept = subscription_of(session, reader)
            if kept is None or not kept.on or not is_day(kept, desk.programme.calendar, day):
                return _nothing
            late = lateness(due.at, now, zone_of(kept, desk.programme))
            if late == "stale":
                return partial(_skip, reader=reader, day=day, due=due, now=now)
            return self._made(desk, kept, day=day, due=due, now=now, late=bool(late), session=session)

    def _desk_at(self, now: datetime) -> DigestDesk | None:
        if self._desk is None or not timedelta(0) <= now - self._desk[0] <= ROOM_LASTS:
            room = self.open_room()
            if room.programme is None:
                return None
            with self.database.read() as session:
                serving, dates = read_serving(session, now=now), read_stated(session, room.projects)
            self._shown.clear()
            self._lead = self.open_lead() if self.open_lead else None
            archive_url = f"{self.public_url.rstrip('/')}/digests" if self.public_url else ""
            self._desk = now, DigestDesk(room, lambda _: None, self.gallery, serving, archive_url, dates)
        return self._desk[1]

    def _made(
        self, desk: DigestDesk, kept: Subscription, *, day: date, due: Due, now: datetime, late: bool, session: Session
    ) -> Commit:
        desk.readers = partial(self.readers, session, desk.room)
        reader = desk.reader(kept, session)
        if reader is None:
            return _nothing
        told = desk.digest(reader, session, name=kept.reader)
        self._keep_shown(told.shown, now)
        before = last_sent(session, kept.reader)
        skipped = tuple(skipped_since(session, kept.reader, before[0] if before else None))
        around = Circumstances(late=late, skipped=skipped, lead=self._lead_of(told, kept, desk))
        reply = desk.reply(told, reader, session, around, portfolio=kept.every == "quarter")
        return partial(self._send, desk=desk, kept=kept, told=told, reply=reply, day=day, due=due, now=now, late=late)

    def _keep_shown(self, shown: Mapping[str, Glimpse], now: datetime) -> None:
        """Keep what readers are shown, each once for all who are shown the same; ahead of the digests that name it."""
        new = {mark: glimpse for mark, glimpse in shown.items() if mark not in self._shown}
        if new:
            with self.database.write() as session:
                keep_glimpses(session, new, on=now.date())
            self._shown.update(new)

    def _lead_of(self, told: Told, kept: Subscription, desk: DigestDesk) -> str:
        audience = desk.audience(kept)
        if self._lead is None or audience is None:
            return ""
        return self._lead(told.digest, audience=audience, person=kept.person, programme=desk.programme)

    def _send(
        self, session: Session, *, desk: DigestDesk, kept: Subscription, told: Told, reply: Reply, day: date, due: Due,
        now: datetime, late: bool,
    ) -> None:  # fmt: skip
        outcome = "late" if late else "sent"
        new = keep_digest(
            session, reader=kept.reader, day=day, due_at=due.at, sent_at=now, outcome=outcome, marks=told.marks,
            reply=reply,
        )  # fmt: skip
        if not new:
            return
        person = kept.person
        if person is not None and not links_of(session, person):
            address = desk.programme.people[person].email
            if address:
                about = {"to": address, "digest": due.key.removeprefix("digest:")}
                put_due(session, [Due(f"mail:{due.key}", "mail", now, about)])
            return
        to = ToPerson(person) if person is not None else ToPlace(kept.reader)
        sending = Sending(None, desk.programme, self.workspaces, now)
        send_to_others(session, sending, key=due.key, sends=[Post(to, reply)])


def _skip(session: Session, *, reader: str, day: date, due: Due, now: datetime) -> None:
    keep_digest(session, reader=reader, day=day, due_at=due.at, sent_at=now, outcome="stale", marks={}, reply=None)


def _nothing(_: Session) -> None:
    return
