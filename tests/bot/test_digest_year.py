"""A year of digests: two hundred readers in twelve zones, three replicas that crash, ticks that come twice."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from bot.chat import Line, Reply, Tick
from bot.database import Session
from bot.digests.planning import plan
from bot.digests.works import TOGETHER
from bot.messaging.store_due import Due
from bot.messaging.store_outbox import Draft, put
from bot.schedule import Commit, Schedule
from bot.subscriptions.model import Subscription
from bot.subscriptions.store import keep_digest, keep_subscription
from bot.subscriptions.when import lateness
from tests.bot.digests import EVERY_DAY, Morning, people_of

ZONES = (
    "Europe/Lisbon", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "Asia/Tokyo",
    "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Auckland", "Africa/Cairo",
)  # fmt: skip
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
YEAR, MONTH = timedelta(days=365), timedelta(days=31)
READERS = 200
CRASH = 0.004
TAIL = timedelta(hours=9)
"""After the last of the owed digests the schedule goes on for as long as it may need to come late or be skipped."""


class MachineDown(KeyboardInterrupt):
    """The machine of a replica goes down in the middle of something; nothing catches it on its way out."""


@dataclass
class Replica:
    """One process: what it sends is a line, so that a year takes seconds; timing, rows and leases are the real ones."""

    morning: Morning
    name: str
    chance: random.Random
    down_until: datetime = BEGIN
    crashes: int = 0

    def tick(self, now: datetime) -> None:
        if now < self.down_until:
            return
        try:
            while self._schedule().tick(Tick(now)).more:
                pass
        except MachineDown:
            self.crashes += 1
            self.down_until = now + timedelta(minutes=self.chance.choice((10, 30, 120, 600)))

    def _schedule(self) -> Schedule:
        works: dict[str, Callable[[Due, datetime], Commit]] = {"plan": self._plan, "digest": self._digest}
        return Schedule(self.morning.database, works, self.name, lambda _: None, _daily, TOGETHER)

    def _plan(self, _: Due, now: datetime) -> Commit:
        programme = self.morning.programme
        return lambda session: plan(session, programme=programme, projects=(), now=now)

    def _may_crash(self) -> None:
        if self.chance.random() < CRASH:
            raise MachineDown

    def _digest(self, due: Due, now: datetime) -> Commit:
        self._may_crash()
        zone = self.morning.programme.people[due.about["reader"]].time_zone or "UTC"
        outcome = lateness(due.at, now, zone) or "sent"

        def commit(session: Session) -> None:
            new = keep_digest(
                session, reader=due.about["reader"], day=date.fromisoformat(due.about["day"]), due_at=due.at,
                sent_at=now, outcome=outcome, marks={}, reply=None,
            )  # fmt: skip
            if new and outcome != "stale":
                put(session, [Draft(due.key, Reply((Line("-"),)), account="slack:T1:U")], now=now)
            self._may_crash()

        return commit


def _daily(now: datetime) -> list[Due]:
    slot = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [Due(f"plan:{slot.isoformat()}", "plan", slot, {})]


def owed_to(kept: Subscription, zone: str, begin: datetime, end: datetime) -> Iterator[tuple[date, datetime]]:
    """Every local date on which this reader is owed a digest, with the instant, told without the code under test."""
    here = ZoneInfo(zone)
    day = begin.astimezone(here).date()
    while day <= end.astimezone(here).date():
        works = day.weekday() in kept.days and day.weekday() < 5 and day not in EVERY_DAY.holidays
        at = datetime.combine(day, kept.at, tzinfo=here)
        if works and begin < at < end:
            yield day, at.astimezone(UTC)
        day += timedelta(days=1)


@pytest.mark.slow
def test_every_digest_of_a_month_comes_once_at_its_local_time(tmp_path: Path) -> None:
    simulate(tmp_path, datetime(2026, 3, 10, tzinfo=UTC), MONTH)


@pytest.mark.proof
def test_every_digest_of_a_year_comes_once_at_its_local_time(tmp_path: Path) -> None:
    simulate(tmp_path, BEGIN, YEAR)


def simulate(folder: Path, begin: datetime, span: timedelta) -> None:
    began, chance, end = perf_counter(), random.Random(12), begin + span
    zones = [ZONES[number % len(ZONES)] for number in range(READERS)]
    morning = Morning.on(folder, people_of(*zones), linked=False)
    event.listen(morning.database.engine, "connect", _without_waiting_for_the_disk)
    morning.database.engine.dispose()
    kept = [
        Subscription(f"p{n}", begin, time(chance.choice((2, 6, 7, 8, 9, 17)), chance.choice((0, 30))),
                     days=chance.choice(((0, 1, 2, 3, 4), (0, 2), (1,))))
        for n in range(READERS)
    ]  # fmt: skip
    with morning.database.write() as session:
        for one in kept:
            keep_subscription(session, one)
    by_reader = {one.reader: zone for one, zone in zip(kept, zones, strict=True)}
    owed = {(o.reader, day): at for o in kept for day, at in owed_to(o, by_reader[o.reader], begin, end)}
    replicas = [Replica(morning, name, random.Random(name)) for name in "abc"]
    ticks = _live(replicas, [begin, *owed.values()], chance)
    rows = [_read(row) for row in morning.rows("SELECT reader, day, due_at, sent_at, outcome FROM bot_digests")]
    rows = [row for row in rows if row.due_at < end]
    outcomes = Counter(row.outcome for row in rows)
    wrong = [row for row in rows if not _right(row, by_reader[row.reader], owed)]
    missing = set(owed) - {(row.reader, row.day) for row in rows}
    sent = Counter(str(key) for (key,) in morning.rows("SELECT key FROM bot_outbox"))
    messages = sum(n for key, n in sent.items() if (key.split(":")[1], date.fromisoformat(key.split(":")[2])) in owed)
    counts = f"owed {len(owed)}, on time {outcomes['sent']}, late {outcomes['late']}, stale {outcomes['stale']}"
    found = f"twice {sum(n > 1 for n in sent.values())}, missing {len(missing)}, wrong time {len(wrong)}"
    crashes = sum(replica.crashes for replica in replicas)
    took = perf_counter() - began
    print(f"\n{counts}; messages {messages}, {found}; {ticks} ticks, {crashes} crashes, {took:.0f} s")  # noqa: T201
    assert crashes > 0
    assert not wrong
    assert not missing
    assert set(sent.values()) == {1}
    assert messages == outcomes["sent"] + outcomes["late"]


def _live(replicas: Sequence[Replica], moments: Iterable[datetime], chance: random.Random) -> int:
    """Let one or two replicas tick at each moment and a little after, some of them twice; answers how many ticks."""
    ordered = sorted(set(moments))
    ordered += [ordered[-1] + timedelta(minutes=15 * n) for n in range(1, int(TAIL / timedelta(minutes=15)))]
    ticks = 0
    for moment in ordered:
        for late in (chance.randint(0, 240), chance.randint(300, 840)):
            here = chance.sample(replicas, chance.choice((1, 2))) * chance.choice((1, 1, 2))
            for replica in here:
                replica.tick(moment + timedelta(seconds=late))
            ticks += len(here)
    return ticks


def _without_waiting_for_the_disk(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@dataclass(frozen=True)
class Noted:
    """A digest as it was noted."""

    reader: str
    day: date
    due_at: datetime
    sent_at: datetime
    outcome: str


def _read(row: Sequence[object]) -> Noted:
    reader, day, due_at, sent_at, outcome = map(str, row)
    return Noted(reader, date.fromisoformat(day[:10]), _utc(due_at), _utc(sent_at), outcome)


def _utc(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=UTC)


def _right(row: Noted, zone: str, owed: Mapping[tuple[str, date], datetime]) -> bool:
    """Whether it was due at the instant that was owed, and went out at that local time, or later and said so."""
    if owed.get((row.reader, row.day)) != row.due_at:
        return False
    here, waited = ZoneInfo(zone), row.sent_at - row.due_at
    same_day = row.sent_at.astimezone(here).date() == row.due_at.astimezone(here).date()
    if row.outcome == "stale":
        return waited > timedelta(hours=8) or not same_day
    if row.outcome == "late":
        return timedelta(minutes=15) < waited <= timedelta(hours=8) and same_day
    return timedelta(0) <= waited <= timedelta(minutes=15) and same_day
