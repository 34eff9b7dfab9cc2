"""What carrying out an order needs, whoever supplies it: the ledger as the actor sees it, and the way to change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from bot.chat import Reply
from bot.conversation.ledger_room import LedgerRoom
from bot.subscriptions.model import Subscription
from gates.digest.model import Note
from gates.model import Programme, Project
from gates.report import GateReport, ProjectReport
from gates.restrict import shown_gate
from gates.service.receipt import Recorded
from gates.service.reviewing import Review
from gates.signoff.commands import Command
from gates.signoff.context import Refused
from gates.signoff.event_record import RecordedEvent
from gates.signoff.model import GateLedger
from gates.signoff.walkthrough import Walkthrough
from rag.model import Audience


class Records(Protocol):
    """The ledger inside one transaction, acting for one person."""

    def state(self, project: str, gate: str) -> GateLedger:
        """What happened to a gate so far."""
        ...

    def act(self, command: Command, *, project: str, gate: str) -> Recorded | Refused:
        """Carry a command out, or say why not; either is recorded."""
        ...

    def act_on_each(self, command: Command, *, project: str, gates: Sequence[str]) -> Mapping[str, Recorded | Refused]:
        """Carry a command out on several gates of a project; what came of it by gate."""
        ...

    def review(self, project: str, gate: str) -> Review | Refused:
        """The person's walk-through of an open sign-off, where it was left; why not, where nothing is asked for."""
        ...

    def keep_review(self, review: Review, draft: Walkthrough) -> None:
        """Save a walk-through under way; it is no record and counts for nothing."""
        ...

    def document(self, path: str) -> str | None:
        """The stored text of a document of the programme, whoever may read it; None when there is none."""
        ...

    def changes(self, sha256: str, path: str) -> Sequence[str]:
        """A bounded unified difference between the frozen bytes of this hash and the document as it is now."""
        ...

    def rate(self, answer: str, *, helpful: bool) -> bool:
        """Keep what the person thought of an answer; False where the answer itself was not kept."""
        ...

    def history(self, project: str, gate: str | None) -> Sequence[RecordedEvent]:
        """The events of a gate, or of a whole project, oldest first."""
        ...


class Digests(Protocol):
    """The digests of one person inside one transaction; `reader` is a person's id or a channel."""

    def settings(self, reader: str) -> Subscription: ...

    def zone(self, reader: str) -> str: ...

    def may_set(self, channel: str) -> bool: ...

    def keep(self, kept: Subscription) -> None: ...

    def show(self, reader: str, *, whole: bool, portfolio: bool = False) -> Reply: ...

    def note(self, about: str) -> Note | None:
        """A matter as the person may be told of it."""
        ...

    def snooze(self, about: str, until: date) -> None: ...

    def remind(self, about: str) -> tuple[str, ...]:
        """Remind those who can move a matter; answers whom."""
        ...

    def archive(self, reader: str) -> Sequence[tuple[date, str]]: ...

    def archived(self, reader: str, day: date) -> Reply | None:
        """The digest of a past day as the reader may see it now; None where there is none."""
        ...


@dataclass(frozen=True)
class Desk:
    """Where one order is carried out.

    `person` gave it, None for somebody who is not linked. `audience` reads the answer. `readers` are the readers of a
    place or a person a notice goes to; None when nobody may be told there. `here` is the project of the thread or the
    channel.
    """

    person: str | None
    room: LedgerRoom
    audience: Audience
    ledger: Records
    readers: Callable[[str], Audience | None]
    here: str | None = None
    digests: Digests | None = None

    @property
    def programme(self) -> Programme:
        assert self.room.programme is not None  # without a programme no order is carried out
        return self.room.programme

    @property
    def now(self) -> datetime:
        return self.room.now

    @property
    def today(self) -> date:
        return self.room.today

    @cached_property
    def reports(self) -> Mapping[str, ProjectReport]:
        """Every project the reader may know of, by slug, as it stood before the order."""
        return {report.project.slug: report for report in self.room.reports(self.audience)}

    def gate_after(self, done: Recorded, audience: Audience) -> GateReport:
        """The gate as a command left it, as this audience may see it."""
        project = done.laid.project(done.report.project)
        gate = project.gate(done.report.gate) if project else None
        assert project is not None  # the command was carried out on it
        assert gate is not None
        readable, at = self.room.readable(audience), done.report.as_of
        return shown_gate(gate, project, programme=self.programme, facts=done.laid.facts, now=at, readable=readable)

    def project(self, slug: str) -> Project:
        """A project as recorded; who may know of it is settled before it is shown."""
        return next(project for project in self.room.projects if project.slug == slug)
