"""A year of digests: two hundred readers in twelve zones, three replicas that crash, ticks that come twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.chat import Line, Reply, Tick
from bot.database import Session
from bot.digests.planning import plan
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
END = datetime(2027, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=15)


@dataclass
class Replica:
    """One process: what it sends is a line, so that a year takes seconds; timing, rows and leases are the real ones."""

    morning: Morning
    name: str
    chance: random.Random
    down_until: datetime = BEGIN

    def tick(self, now: datetime) -> None:
        if now < self.down_until:
            return
        try:
            self._schedule().tick(Tick(now))
        except KeyboardInterrupt:  # the machine of this replica went down in the middle
            self.down_until = now + timedelta(minutes=self.chance.choice((10, 30, 120)))

    def _schedule(self) -> Schedule:
        works: dict[str, Callable[[Due, datetime], Commit]] = {"plan": self._plan, "digest": self._digest}
        return Schedule(self.morning.database, works, self.name, lambda _: None, _daily)

    def _plan(self, _: Due, now: datetime) -> Commit:
        programme = self.morning.programme
        return lambda session: plan(session, programme=programme, projects=(), now=now)

    def _digest(self, due: Due, now: datetime) -> Commit:
        if self.chance.random() < 0.002:
            raise KeyboardInterrupt
        zone = self.morning.programme.people[due.about["reader"]].time_zone or "UTC"
        outcome = lateness(due.at, now, zone) or "sent"

        def commit(session: Session) -> None:
            new = keep_digest(
                session, reader=due.about["reader"], day=date.fromisoformat(due.about["day"]), due_at=due.at,
                sent_at=now, outcome=outcome, marks={}, reply=None,
            )  # fmt: skip
            if new and outcome != "stale":
                put(session, [Draft(due.key, Reply((Line("-"),)), account="slack:T1:U")], now=now)

        return commit


def _daily(now: datetime) -> list[Due]:
    slot = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [Due(f"plan:{slot.isoformat()}", "plan", slot, {})] if now.minute == 0 else []


def expected(kept: Subscription, zone: str, begin: datetime, end: datetime) -> Iterator[tuple[date, time]]:
    """Every local date and time at which this reader is owed a digest, told without the code under test."""
    here = ZoneInfo(zone)
    day = begin.astimezone(here).date()
    while day <= end.astimezone(here).date():
        works = day.weekday() in kept.days and day.weekday() < 5 and day not in EVERY_DAY.holidays
        if works and begin < datetime.combine(day, kept.at, tzinfo=here) < end - timedelta(hours=6):
            yield day, kept.at
        day += timedelta(days=1)


@pytest.mark.slow
def test_every_digest_of_a_year_comes_once_at_its_local_time(tmp_path: Path) -> None:
    simulate(tmp_path, BEGIN, END)


def simulate(folder: Path, begin: datetime, end: datetime) -> None:
    chance = random.Random(12)
    zones = [ZONES[number % len(ZONES)] for number in range(200)]
    morning = Morning.on(folder, people_of(*zones), linked=False)
    since = begin
    kept = [
        Subscription(f"p{n}", since, time(chance.choice((2, 6, 7, 8, 9, 17)), chance.choice((0, 30))),
                     days=chance.choice(((0, 1, 2, 3, 4), (0, 2), (1,))))
        for n in range(200)
    ]  # fmt: skip
    with morning.database.write() as session:
        for one in kept:
            keep_subscription(session, one)
    replicas = [Replica(morning, name, random.Random(name)) for name in "abc"]
    now = begin
    while now < end:
        for replica in chance.sample(replicas, chance.choice((1, 2))) * chance.choice((1, 1, 2)):
            replica.tick(now)
        now += STEP
    rows = morning.rows("SELECT reader, day, due_at, outcome FROM bot_digests")
    outcomes = Counter(str(row[3]) for row in rows)
    by_reader = {one.reader: zone for one, zone in zip(kept, zones, strict=True)}
    owed = {(o.reader, day.isoformat()): at for o in kept for day, at in expected(o, by_reader[o.reader], begin, end)}
    wrong = [row for row in rows if _utc(row[2]) < end - timedelta(hours=6) and not _right(row, owed, by_reader)]
    sent = Counter(str(key) for (key,) in morning.rows("SELECT key FROM bot_outbox"))
    missing = set(owed) - {(str(row[0]), str(row[1])[:10]) for row in rows}
    counts = f"owed {len(owed)}, noted {len(rows)} {dict(outcomes)}, messages {sum(sent.values())}"
    print(f"\n{counts}, twice {sum(n > 1 for n in sent.values())}, missing {len(missing)}, wrong {len(wrong)}")  # noqa: T201
    assert not wrong
    assert not missing
    assert set(sent.values()) == {1}
    assert sum(sent.values()) == outcomes["sent"] + outcomes["late"]


def _utc(at: object) -> datetime:
    return datetime.fromisoformat(str(at)).replace(tzinfo=UTC)


def _right(row: Sequence[object], owed: dict[tuple[str, str], time], zones: dict[str, str]) -> bool:
    reader, day, due_at, _ = (str(part) for part in row)
    at = _utc(due_at).astimezone(ZoneInfo(zones[reader]))
    wanted = owed.get((reader, day[:10]))
    if wanted is None:
        return False
    gap = at.replace(tzinfo=None) - datetime.combine(date.fromisoformat(day[:10]), wanted)
    return timedelta(0) <= gap <= timedelta(hours=1) and (not gap or _skipped(at.date(), wanted, zones[reader]))


def _skipped(day: date, at: time, zone: str) -> bool:
    """Whether the clocks went forward over this local time."""
    local = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC).astimezone(ZoneInfo(zone)).time() != at
