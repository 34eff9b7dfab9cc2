"""A hundred approvers press at once: each counts exactly once, nobody is turned away, and the chain stays whole."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.database import Database, open_database
from gates.audit.verify import verify
from gates.service.history import differing_states
from gates.service.look import report_on, the_programme
from gates.service.receipt import Recorded
from gates.signoff.commands import Sign
from gates.signoff.context import Refused
from gates.store_audit import load_entries, load_head, read_records
from tests.gates.crowd import NOW, approver, command, opened, taken_in
from tests.gates.databases import own_database

APPROVERS = 100

CONNECTIONS = 60
"""At a time: a PostgreSQL server admits a hundred in all, and others use it too. Who waits for one has pressed."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of its own for one test."""
    yield from own_database(request.param, tmp_path_factory.mktemp("crowd"))


def press_together(url: str, presses: list[tuple[str, str]]) -> list[Recorded | Refused]:
    """Each (person, key) in a thread and over a connection of its own, all released at the same moment."""
    together = threading.Barrier(len(presses))
    lines = threading.BoundedSemaphore(CONNECTIONS if url.startswith("postgresql") else len(presses))

    def press(person: str, key: str) -> Recorded | Refused:
        database = open_database(url)
        together.wait()
        with lines:
            try:
                return command(database, person, Sign(), key=key)
            finally:
                database.engine.dispose()

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(lambda one: press(*one), presses))


def is_whole(database: Database) -> bool:
    with database.read() as session:
        found = verify(read_records(session), head=load_head(session))
        return found.intact and list(differing_states(session)) == []


def signatures(database: Database) -> list[str | None]:
    with database.read() as session:
        return sorted(str(entry.actor) for entry in load_entries(session) if entry.kind == "Signed")


@pytest.mark.slow
def test_a_hundred_approvers_at_once_all_count_exactly_once(url: str) -> None:
    database = opened(url, count=APPROVERS)
    everybody = [approver(number) for number in range(APPROVERS)]
    outcomes = press_together(url, [(person, f"press-{person}") for person in everybody])
    assert [outcome for outcome in outcomes if not isinstance(outcome, Recorded)] == []
    assert signatures(database) == everybody
    assert is_whole(database)
    with database.read() as session:
        ledger = the_programme(session)
        assert ledger is not None
        assert report_on(ledger, "churn", gate="production", now=NOW).state == "passed"
    database.engine.dispose()


def test_presses_that_arrive_several_times_at_once_count_once(url: str) -> None:
    database = opened(url, count=12)
    people = [approver(number) for number in range(8)]
    outcomes = press_together(url, [(person, f"press-{person}") for person in people for _ in range(3)])
    done = [outcome for outcome in outcomes if isinstance(outcome, Recorded)]
    assert len(done) == len(outcomes)
    assert sum(not outcome.again for outcome in done) == len(people)
    assert signatures(database) == people
    assert is_whole(database)
    database.engine.dispose()


def test_one_person_pressing_twice_under_two_keys_is_told_and_counts_once(url: str) -> None:
    database = opened(url, count=3)
    outcomes = press_together(url, [(approver(0), "web"), (approver(0), "slack")])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Recorded", "Refused"]
    assert signatures(database) == [approver(0)]
    assert is_whole(database)
    database.engine.dispose()


def test_strangers_who_touch_a_gate_first_at_the_same_moment_are_all_answered(url: str) -> None:
    database = taken_in(url, count=3)
    presses = [(f"stranger-{number % 4}", f"press-{number}") for number in range(12)]
    assert {type(outcome) for outcome in press_together(url, presses)} == {Refused}
    assert is_whole(database)
    database.engine.dispose()
