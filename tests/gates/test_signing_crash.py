"""Killed in the middle, over and over: after each restart the state equals the audit log, nothing is half done."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from multiprocessing.connection import Connection

import pytest

from bot.database import Database, open_database
from gates.audit.verify import verify
from gates.service.history import differing_states
from gates.service.receipt import Recorded
from gates.signoff.commands import Command, LiftHold, SetHold, Sign, Withdraw
from gates.store_audit import load_entries, load_head, read_records
from tests.gates.crowd import approver, command, opened
from tests.gates.databases import own_database

MOST_PRESSES = 3
LONGEST_S = 0.1
PATIENCE_S = 120
APPROVERS = 20
FORK = multiprocessing.get_context("fork")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of its own for one test."""
    yield from own_database(request.param, tmp_path_factory.mktemp("crash"))


def keep_pressing(url: str, run: int, told: Connection) -> None:
    """Sign, hold, lift and take back until killed; tells that it begins, then every key that was answered as done."""
    database, chance = open_database(url), random.Random(run)
    told.send("begun")
    for number in count():
        person, order = _some_order(chance)
        key = f"{run}-{number}"
        if isinstance(command(database, person, order, key=key), Recorded):
            told.send(key)


def _some_order(chance: random.Random) -> tuple[str, Command]:
    person = approver(chance.randrange(APPROVERS))
    return chance.choice(((person, Sign()), (person, Withdraw()), ("eve", SetHold("leak")), ("eve", LiftHold())))


def killed(url: str, run: int, chance: random.Random) -> list[str]:
    """Run a process and kill it somewhere behind a few presses that were answered; answers the keys of all of them.

    The moment goes by what the process has done, so that it falls into its work on a loaded machine as well.
    """
    heard, told = FORK.Pipe(duplex=False)
    process = FORK.Process(target=keep_pressing, args=(url, run, told))
    process.start()
    told.close()
    assert heard.recv() == "begun"
    done = [_next(heard) for _ in range(chance.randrange(MOST_PRESSES))]
    time.sleep(chance.random() * LONGEST_S)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    return [*done, *_heard(heard)]


def _next(heard: Connection) -> str:
    assert heard.poll(PATIENCE_S), "nothing was answered for a long time"
    return str(heard.recv())


def _heard(heard: Connection) -> Iterator[str]:
    while True:
        try:
            yield heard.recv()
        except (EOFError, OSError):
            return


def is_whole(database: Database) -> bool:
    with database.read() as session:
        found = verify(read_records(session), head=load_head(session))
        return found.intact and list(differing_states(session)) == []


@pytest.mark.parametrize(
    "kills", [pytest.param(30, marks=pytest.mark.slow), pytest.param(200, marks=pytest.mark.proof)]
)
def test_killed_over_and_over_the_state_equals_the_log(url: str, kills: int) -> None:
    database, chance = opened(url, count=APPROVERS), random.Random(7)
    database.engine.dispose()
    answered: list[str] = []
    for run in range(kills):
        answered += killed(url, run, chance)
        assert is_whole(database), f"not whole after kill {run + 1}"
        database.engine.dispose()
    with database.read() as session:
        recorded = Counter(entry.key for entry in load_entries(session) if entry.kind != "CommandRefused")
    database.engine.dispose()
    assert [key for key in answered if key not in recorded] == []
    assert len(answered) > kills // 2  # kills fell into the middle of work, not before it
    # whatever the process did not live to tell is there as a whole or not at all, and repeating it changes nothing
    for key in answered[-20:]:
        again = command(database, approver(0), Sign(), key=key)
        assert isinstance(again, Recorded)
        assert again.again
    database.engine.dispose()


def test_a_process_killed_while_it_signs_leaves_a_whole_log(url: str) -> None:
    database, chance = opened(url, count=APPROVERS), random.Random(11)
    database.engine.dispose()
    for run in range(3):
        killed(url, run, chance)
        assert is_whole(database)
        database.engine.dispose()
