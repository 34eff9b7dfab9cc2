"""The inbox: on disk before the acknowledgement, once however often and in whatever shape an event comes."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.chat import Ask, Line, Reply
from bot.database import durable, migrate, open_database
from bot.delivery.turn import MOST_TRIES
from bot.messaging.model import Accepted, Duplicate, Ignored, Ordered, Replayed
from tests.bot.middle import INES, Middle, act, again, crash, mention, middle, run

__all__ = ["middle"]


def test_an_accepted_event_is_on_disk_before_it_is_acknowledged(middle: Middle) -> None:
    accepted = run(middle.inbox.accept(mention("status?")))
    other = again(middle)
    with other.database.read() as session:
        found = session.execute(text("SELECT id, state FROM bot_events")).all()
    assert [(row.id, row.state) for row in found] == [(accepted.id, "waiting")]  # type: ignore[union-attr]


def test_the_inbox_of_sqlite_commits_through_to_the_disk(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'gatehouse.db'}")
    migrate(database)
    with durable(database).read() as disk, database.read() as usual:
        assert disk.scalar(text("PRAGMA synchronous")) == 2
        assert usual.scalar(text("PRAGMA synchronous")) == 1


def test_a_message_that_is_told_twice_in_two_shapes_is_answered_once(middle: Middle) -> None:
    async def story() -> list[object]:
        return [await middle.take(mention("status of churn?")) for _ in range(3)]

    first, *others = run(story())
    assert isinstance(first, Accepted)
    assert others == [Duplicate(first.id), Duplicate(first.id)]
    assert [posted.said for posted in middle.platform.in_()] == ["about status of churn?"]


def test_duplicates_that_arrive_at_the_same_moment_are_told_apart(middle: Middle) -> None:
    async def story() -> list[object]:
        events = [mention("status?", ts=str(number // 3)) for number in range(90)]
        return await asyncio.gather(*(middle.inbox.accept(event) for event in events))

    answers = run(story())
    assert sum(isinstance(answer, Accepted) for answer in answers) == 30
    assert sum(isinstance(answer, Duplicate) for answer in answers) == 60


def test_events_that_arrive_together_share_a_commit(middle: Middle, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[int] = []
    commit = middle.inbox._commit
    monkeypatch.setattr(middle.inbox, "_commit", lambda events: commits.append(len(events)) or commit(events))

    async def story() -> list[object]:
        events = [middle.inbox.accept(mention("x", ts=str(number))) for number in range(100)]
        signatures = [middle.inbox.is_first(f"v0={number}") for number in range(10)]
        return await asyncio.gather(*events, *signatures)

    answers = run(story())
    assert sum(commits) == 110
    assert len(commits) <= 3
    assert [type(answer) for answer in answers] == [Accepted] * 100 + [bool] * 10


def test_an_event_that_cannot_be_stored_takes_no_other_with_it(middle: Middle) -> None:
    broken = replace(mention("x", ts="7"), key=None)  # type: ignore[arg-type]

    async def story() -> list[object]:
        events = [mention("x", ts="6"), broken, mention("x", ts="8")]
        return await asyncio.gather(*(middle.inbox.accept(event) for event in events), return_exceptions=True)

    before, refused, after = run(story())
    assert isinstance(before, Accepted)
    assert isinstance(after, Accepted)
    assert isinstance(refused, Exception)


def test_a_request_that_is_replayed_is_refused(middle: Middle) -> None:
    async def story() -> None:
        assert isinstance(await middle.inbox.accept(mention("x", nonce="v0=abc")), Accepted)
        assert await middle.inbox.accept(mention("x", nonce="v0=abc")) == Replayed()
        assert await middle.inbox.accept(mention("another", ts="2", nonce="v0=abc")) == Replayed()
        assert isinstance(await middle.inbox.accept(mention("x", nonce="v0=later")), Duplicate)
        assert await middle.inbox.is_first("v0=search")
        assert not await middle.inbox.is_first("v0=search")

    run(story())


def test_talk_that_is_not_for_the_bot_is_never_stored(middle: Middle) -> None:
    chatter = mention("lunch?", ts="9", thread="1", addressed="thread")

    async def story() -> None:
        assert await middle.inbox.accept(chatter) == Ignored()
        assert await middle.inbox.accept(mention("alone", ts="8", thread="", addressed="thread")) == Ignored()

    run(story())
    with middle.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM bot_events")).scalar() == 0


def test_a_thread_the_bot_was_asked_in_goes_on_without_mentions(middle: Middle) -> None:
    async def story() -> None:
        await middle.take(mention("status of churn?", ts="1"))
        await middle.take(mention("and who owns it?", ts="2", thread="1", addressed="thread"))
        elsewhere = mention("and who owns it?", ts="3", thread="0", addressed="thread")
        assert await middle.inbox.accept(elsewhere) == Ignored()

    run(story())
    assert [ask.text for ask in middle.script.asks] == ["status of churn?", "and who owns it?"]
    assert len({ask.thread for ask in middle.script.asks}) == 1


def test_a_thread_under_a_message_of_the_bot_is_its_own(middle: Middle) -> None:
    async def story() -> None:
        await middle.take(mention("status of churn?", ts="1", thread=""))
        posted = middle.platform.in_()[0].ref.id
        reply = mention("why?", ts="5", thread=posted, addressed="thread")
        assert isinstance(await middle.inbox.accept(reply), Accepted)

    run(story())


def test_what_was_accepted_and_never_worked_on_is_answered_after_a_restart(middle: Middle) -> None:
    async def before() -> None:
        await middle.inbox.accept(mention("status?"))

    async def after(other: Middle) -> None:
        assert await other.worker.work_off() == 0  # so young an event is left to whoever accepted it
        other.clock.pass_(seconds=3)
        assert await other.worker.work_off() == 1
        await other.settle()

    run(before())
    run(after(again(middle)))
    assert [posted.said for posted in middle.platform.in_()] == ["about status?"]


def test_two_replicas_answer_an_event_once(middle: Middle) -> None:
    other = again(middle)

    async def story() -> None:
        for number in range(20):
            await middle.inbox.accept(mention("x", ts=str(number)))
        middle.clock.pass_(seconds=3)
        await asyncio.gather(middle.worker.work_off(), other.worker.work_off(), middle.worker.work_off())
        await asyncio.gather(middle.settle(), other.settle())

    run(story())
    assert len(middle.platform.in_()) == 20


def test_a_worker_that_comes_back_too_late_changes_nothing(middle: Middle) -> None:
    async def story() -> None:
        accepted = await middle.inbox.accept(act(Ordered("hold churn until tomorrow")))
        stuck = middle.worker._claim_one(accepted.id)  # type: ignore[union-attr]
        crash(middle)
        assert await middle.worker.work_off() == 1
        middle.turns.take(stuck, lambda _: None)  # type: ignore[arg-type]

    run(story())
    with middle.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM bot_outbox")).scalar() == 1


def test_a_worker_does_not_begin_again_what_it_is_slow_at(middle: Middle) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(ask: Ask, _show: object) -> Reply:
        begun.set()
        assert go_on.wait(30)
        return Reply((Line(ask.text),))

    async def story() -> None:
        middle.script.answer_with = slow
        await middle.inbox.accept(mention("status?"))
        middle.clock.pass_(seconds=3)
        first = asyncio.create_task(middle.worker.work_off())
        await asyncio.to_thread(begun.wait, 30)
        middle.clock.pass_(seconds=600)  # its lease is long over
        assert await middle.worker.work_off() == 0
        go_on.set()
        assert await first == 1
        await middle.settle()

    run(story())
    assert [posted.said for posted in middle.platform.in_()] == ["status?"]


def test_texts_are_forgotten_after_thirty_days(middle: Middle) -> None:
    async def story() -> None:
        await middle.take(mention("my secret question"))
        middle.clock.pass_(days=31)
        await middle.worker.expire()

    run(story())
    with middle.database.read() as session:
        kept = session.execute(text("SELECT payload FROM bot_events UNION ALL SELECT reply FROM bot_outbox")).scalars()
        assert [found for found in kept if found not in (None, "null")] == []


def test_an_event_that_ends_its_process_every_time_is_given_up_with_words(middle: Middle) -> None:
    async def story() -> None:
        accepted = await middle.inbox.accept(mention("poison"))
        for _ in range(MOST_TRIES):
            middle.worker._claim_one(accepted.id)  # type: ignore[union-attr]
            crash(middle)
        await middle.worker.work_off()
        await middle.settle()

    run(story())
    assert "went wrong on our side" in middle.platform.in_()[0].said
    assert middle.script.asks == []


def test_a_database_that_is_locked_means_no_acknowledgement(tmp_path: Path, middle: Middle) -> None:
    if middle.database.engine.dialect.name != "sqlite":
        return
    holder = sqlite3.connect(str(middle.database.engine.url.database), isolation_level=None)
    middle.disk.engine.dispose()
    with middle.disk.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Exception, match="locked"):
        run(middle.inbox.accept(replace(mention("x"), sender=INES)))
    holder.execute("ROLLBACK")
    holder.close()
