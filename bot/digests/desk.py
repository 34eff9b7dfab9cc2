"""Builds digests over the ledger of one moment: who the reader is, what he saw last, with the picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache, partial

from bot.audience import audience_of
from bot.chat import Picture, Reply
from bot.conversation.digest_chart import alt_of, chart_of
from bot.conversation.digest_views import Circumstances, digest_reply
from bot.conversation.ledger_room import LedgerRoom
from bot.database import Session
from bot.digests.oversight import AUDIT_ROLES, SPEND_ROLES, holds
from bot.digests.serving import Serving
from bot.picture import Chart, Gallery
from bot.subscriptions.model import Subscription
from bot.subscriptions.store import glimpse_named, last_sent, snoozed
from gates.digest.build import Seen, digest_for
from gates.digest.edition import edition_of
from gates.digest.glimpse import Glimpse
from gates.digest.model import Besides, Digest, Note, Reader, StatedDate
from gates.digest.sight import OUTLOOKS, Outlook, Sight
from gates.model import Programme
from gates.portfolio import portfolio
from gates.report import ProjectReport
from gates.store_audit import load_head
from rag.model import Audience


@dataclass(frozen=True)
class Told:
    """A digest, with what it showed by mark, and by project the mark."""

    digest: Digest
    shown: Mapping[str, Glimpse]
    marks: Mapping[str, str]


@dataclass
class DigestDesk:
    """Digests of one moment, for many readers: every project is judged once.

    `readers` gives who reads in a channel, None when nothing may be said there. `serving` is what models cost.
    `archive_url` is the address of the archive's page, "" where none is known. `dates` are what documents state.
    """

    room: LedgerRoom
    readers: Callable[[str], Audience | None]
    gallery: Gallery = field(default_factory=Gallery)
    serving: Serving = field(default_factory=Serving)
    archive_url: str = ""
    dates: tuple[StatedDate, ...] = ()

    @property
    def programme(self) -> Programme:
        assert self.room.programme is not None  # without a programme there is no digest
        return self.room.programme

    @cached_property
    def reports(self) -> tuple[ProjectReport, ...]:
        """Every project judged, unrestricted: nothing of it is shown to anybody as it is."""
        return portfolio(self.programme, self.room.projects, facts=self.room.facts, now=self.room.now)

    @cached_property
    def sight(self) -> Sight:
        room = self.room
        return Sight(self.programme, self.reports, facts=room.facts, now=room.now, besides=self._besides)

    @property
    def _besides(self) -> Besides:
        waivers = {
            (*key, criterion): note.until
            for key, ruling in self.room.facts.rulings.items()
            for criterion, note in ruling.waived.items()
        }
        return Besides(self.dates, self.serving.projects, waivers, self.serving.said)

    def reader(self, subscription: Subscription, session: Session) -> Reader | None:
        """The reader as a digest takes him; None when nobody can tell what he may read."""
        person, audience = subscription.person, self.audience(subscription)
        if audience is None:
            return None
        return Reader(
            self.room.readable(audience),
            person,
            frozenset(subscription.projects) or self._of_channel(subscription.reader),
            everything=subscription.everything or subscription.every == "quarter",
            muted=frozenset(subscription.muted),
            snoozed=snoozed(session, person, today=self.sight.almanac.today) if person else {},
            pays=holds(self.programme, person, SPEND_ROLES),
        )

    def audience(self, subscription: Subscription) -> Audience | None:
        """Who reads a digest; None when nobody can tell."""
        person = subscription.person
        if person is None:
            return self.readers(subscription.reader)
        return audience_of(self.programme, person=person, place=None) if person in self.programme.people else None

    def _of_channel(self, reader: str) -> frozenset[str] | None:
        """A project's channel gets that project; any other gets what it may read."""
        owned = frozenset(project.slug for project in self.room.projects if project.channel == reader)
        return owned or None

    def digest(self, reader: Reader, session: Session, *, name: str, whole: bool = False) -> Told:
        """The digest since the last one that `name` was sent."""
        last = last_sent(session, name)
        seen = Seen(last[0], last[1], partial(glimpse_named, session)) if last else None
        outlook = self.sight.outlook(reader)
        return Told(
            digest_for(reader, self.sight, seen=seen, whole=whole),
            {view.mark: view.glimpse for view in outlook.views},
            outlook.marks,
        )

    def reply(self, told: Told, reader: Reader, session: Session, around: Circumstances, *, portfolio: bool) -> Reply:
        """The digest as it is sent; with `portfolio` as the quarterly edition."""
        head = load_head(session) if holds(self.programme, reader.person, AUDIT_ROLES) else None
        views = self.sight.outlook(reader).views
        found = replace(
            around,
            head=(head.seq, head.hash) if head and head.seq else None,
            edition=edition_of(views, self.today) if portfolio else None,
            past=self.archive_url,
        )
        return digest_reply(told.digest, picture=self.picture(reader), around=found)

    def picture(self, reader: Reader) -> Picture | None:
        """Gates by week and spend, as the reader may see them; None when there is nothing to draw."""
        chart, alt = self._charted(self.sight.outlook(reader))
        if not chart.gates and not chart.burn:
            return None
        return Picture(self.gallery.picture_of(chart), alt, "Gates by week, spend against envelope")

    @cached_property
    def _charted(self) -> Callable[[Outlook], tuple[Chart, str]]:
        """The chart of an outlook and its words, worked out once for all who share it."""

        def charted(outlook: Outlook) -> tuple[Chart, str]:
            chart = chart_of(outlook.views, self.sight.almanac.today)
            return chart, alt_of(chart, outlook.views)

        return lru_cache(OUTLOOKS)(charted)

    def note_for(self, person: str, about: str) -> Note | None:
        """A matter as this person may be told of it; None when he may not know of it."""
        if person not in self.programme.people:
            return None
        readable = self.room.readable(audience_of(self.programme, person=person, place=None))
        views = (v for v in self.sight.views(readable) if v.report.project.slug == about.partition("/")[0])
        notes = (note for view in views for topic in view.notes.values() for note in topic)
        return next((note for note in notes if note.about == about and note.topic != "you"), None)

    @property
    def today(self) -> date:
        return self.sight.almanac.today
