"""A house where digests fall due: a database, a programme in memory, a clock that is told the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import text

from bot.chat import Tick
from bot.conversation.ledger_room import LedgerRoom
from bot.database import Database, migrate, open_database
from bot.digests.planning import recurring, replan
from bot.digests.works import TOGETHER, DigestWorks
from bot.messaging.model import Account, Platform
from bot.messaging.store_links import Link, save_link
from bot.platforms.mail import Mailer
from bot.schedule import Schedule, Ticked
from bot.subscriptions.model import Subscription
from bot.subscriptions.store import keep_subscription
from gates.calendar import WorkCalendar
from gates.model import Gate, Person, Programme, Project
from gates.report import Evidence, Facts
from tests.gates.given import artifact

BEGAN = datetime(2026, 11, 16, 6, tzinfo=UTC)  # a Monday
EVERY_DAY = WorkCalendar("Europe/Lisbon", holidays=(date(2026, 12, 1),))


def people_of(*zones: str) -> Programme:
    people = {
        f"p{n}": Person(f"p{n}", f"Person {n}", email=f"p{n}@x.example", time_zone=z) for n, z in enumerate(zones)
    }
    return Programme("test", people, calendar=EVERY_DAY)


def a_project(programme: Programme) -> Project:
    gate = Gate("launch", "Launch", 1, owner="p0", due=date(2026, 12, 4), criteria=(artifact(),))
    return Project("beam", "Beam", (gate,), owner="p0", manager="p0", roles={"readers": tuple(programme.people)})


@dataclass
class Morning:
    """Everything a process needs to send digests; several schedules may share the database."""

    database: Database
    programme: Programme
    workspaces: dict[Platform, str] = field(default_factory=lambda: {"slack": "T1"})
    evidence: dict[tuple[str, str, str], Evidence] = field(default_factory=dict)
    now: datetime = BEGAN
    mailer: Mailer | None = None

    @classmethod
    def on(cls, folder: Path, programme: Programme, *, linked: bool = True, url: str = "") -> Morning:
        database = open_database(url or f"sqlite:///{folder / 'morning.db'}")
        migrate(database)
        made = cls(database, programme)
        if linked:
            with database.write() as session:
                for person in programme.people:
                    account = Account("slack", "T1", f"U-{person}")
                    save_link(session, Link(account, person, "test", BEGAN, "test", BEGAN))
        return made

    def room(self) -> LedgerRoom:
        project = a_project(self.programme)
        facts = Facts(self.evidence, {"beam": project})
        return LedgerRoom(self.programme, (project,), facts, self.now, lambda _: frozenset({0}), lambda _f, _l: None)

    def works(self) -> DigestWorks:
        return DigestWorks(self.database, self.room, lambda _s, _r, _n: None, self.workspaces, mailer=self.mailer)

    def schedule(self, holder: str = "a") -> Schedule:
        works = {kind: work for kind, work in self.works().by_kind.items() if kind != "follow"}
        return Schedule(self.database, works, holder, lambda _: None, recurring, TOGETHER)

    def subscribe(self, *kept: Subscription) -> None:
        with self.database.write() as session:
            for one in kept:
                keep_subscription(session, one)
                replan(session, one, self.programme, now=self.now)

    def tick(self, schedule: Schedule, at: datetime) -> Ticked:
        self.now = at
        return schedule.tick(Tick(at))

    def rows(self, query: str) -> list[Sequence[object]]:
        with self.database.read() as session:
            return [tuple(row) for row in session.execute(text(query))]

    def sent(self) -> list[tuple[str, str]]:
        """Reader and outcome of every digest so far, oldest first."""
        return [
            (str(r[0]), str(r[1])) for r in self.rows("SELECT reader, outcome FROM bot_digests ORDER BY sent_at, key")
        ]

    def messages(self) -> list[str]:
        return [str(row[0]) for row in self.rows("SELECT key FROM bot_outbox ORDER BY id")]


def daily(reader: str = "p0", at: time = time(8, 30), **more: object) -> Subscription:
    settings = {"since": BEGAN - timedelta(hours=1), **more}
    return Subscription(reader, at=at, **settings)  # type: ignore[arg-type]


def with_runbook() -> dict[tuple[str, str, str], Evidence]:
    return {("beam", "launch", "runbook"): Evidence("runbook.md", updated=date(2026, 11, 16))}
