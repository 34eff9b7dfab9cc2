"""Due work: done once, by one process at a time, also after crashes, failures and clocks that jump."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.chat import Tick
from bot.database import Session
from bot.messaging.store_due import Due, drop_due, overdue, put_due, take_lease
from bot.schedule import Commit, Schedule, Ticked
from tests.bot.middle import BEGAN, Middle, middle

__all__ = ["middle"]


def _due(number: int, after: timedelta = timedelta(0)) -> Due:
    return Due(f"digest:ines:{number}", "digest", BEGAN + after, {"person": "ines"})


def _put(middle: Middle, *works: Due) -> None:
    with middle.database.write() as session:
        put_due(session, works)


def _count(session: Session, key: str) -> None:
    session.execute(
        text("INSERT INTO bot_leases (name, holder, fence, until) VALUES (:key, '', 1, '2026-11-20')"), {"key": key}
    )


def _effects(middle: Middle) -> list[str]:
    with middle.database.read() as session:
        found = session.execute(text("SELECT name FROM bot_leases WHERE name LIKE 'digest%' ORDER BY name"))
        return list(found.scalars())


def _schedule(middle: Middle, holder: str = "a", work: Callable[[Due, datetime], Commit] | None = None) -> Schedule:
    usual = work or (lambda due, _now: lambda session: _count(session, due.key))
    return Schedule(middle.disk, {"digest": usual}, holder, lambda _: None)


def test_what_is_due_is_done_and_what_is_not_waits(middle: Middle) -> None:
    _put(middle, _due(1), _due(2, timedelta(hours=1)))
    assert _schedule(middle).tick(Tick(BEGAN)) == Ticked(done=1)
    assert _effects(middle) == ["digest:ines:1"]
    assert _schedule(middle).tick(Tick(BEGAN + timedelta(hours=1))) == Ticked(done=1)


def test_work_noted_twice_is_done_once(middle: Middle) -> None:
    _put(middle, _due(1))
    _schedule(middle).tick(Tick(BEGAN))
    _put(middle, _due(1))
    assert _schedule(middle).tick(Tick(BEGAN)) == Ticked()
    assert len(_effects(middle)) == 1


def test_one_replica_ticks_and_another_follows_when_it_is_gone(middle: Middle) -> None:
    _put(middle, _due(1), _due(2, timedelta(minutes=5)))
    first, second = _schedule(middle, "a"), _schedule(middle, "b")
    assert first.tick(Tick(BEGAN)).done == 1
    assert second.tick(Tick(BEGAN + timedelta(seconds=30))).elsewhere
    assert second.tick(Tick(BEGAN + timedelta(minutes=5))).done == 1
    assert first.tick(Tick(BEGAN + timedelta(minutes=5))).elsewhere


def test_a_process_that_lost_its_turn_while_working_keeps_nothing(middle: Middle) -> None:
    _put(middle, _due(1))

    def slow(due: Due, now: datetime) -> Commit:
        with middle.database.write() as session:
            assert take_lease(
                session, "schedule", holder="b", now=now + timedelta(minutes=2), lasts=timedelta(minutes=1)
            )
        return lambda session: _count(session, due.key)

    assert _schedule(middle, "a", slow).tick(Tick(BEGAN)) == Ticked()
    assert _effects(middle) == []
    assert _schedule(middle, "b").tick(Tick(BEGAN + timedelta(minutes=2))).done == 1


def test_work_that_fails_leaves_nothing_and_is_tried_again_and_given_up_at_last(middle: Middle) -> None:
    _put(middle, _due(1))

    def fail(due: Due, _now: datetime) -> Commit:
        def commit(session: Session) -> None:
            _count(session, due.key)
            raise ZeroDivisionError

        return commit

    now = BEGAN
    for _ in range(20):
        _schedule(middle, "a", fail).tick(Tick(now))
        now += timedelta(hours=1)
    assert _effects(middle) == []
    with middle.database.read() as session:
        assert overdue(session, before=now) == (0, 1)


def test_a_clock_that_jumps_back_repeats_nothing(middle: Middle) -> None:
    _put(middle, _due(1), _due(2))
    schedule = _schedule(middle)
    schedule.tick(Tick(BEGAN + timedelta(days=1)))
    for back in (timedelta(hours=5), timedelta(0)):
        assert schedule.tick(Tick(BEGAN + back)) == Ticked()
    assert len(_effects(middle)) == 2


def test_work_that_is_not_wanted_any_more_is_not_done(middle: Middle) -> None:
    _put(middle, _due(1))
    with middle.database.write() as session:
        assert drop_due(session, "digest:ines:1")
    assert _schedule(middle).tick(Tick(BEGAN)) == Ticked()


def test_late_work_knows_how_late_it_is(middle: Middle) -> None:
    _put(middle, _due(1))
    late: list[timedelta] = []

    def work(due: Due, now: datetime) -> Commit:
        late.append(now - due.at)
        return lambda _session: None

    _schedule(middle, "a", work).tick(Tick(BEGAN + timedelta(hours=3)))
    assert late == [timedelta(hours=3)]


@pytest.mark.parametrize("replicas", [3])
def test_a_month_with_replicas_and_duplicate_ticks_does_everything_once(middle: Middle, replicas: int) -> None:
    _put(middle, *(_due(day, timedelta(days=day)) for day in range(30)))
    schedules = [_schedule(middle, str(number)) for number in range(replicas)]
    done = sum(
        schedule.tick(Tick(BEGAN + timedelta(hours=12 * half))).done
        for half in range(62)
        for schedule in (*schedules, *reversed(schedules))
    )
    assert done == len(_effects(middle)) == 30
