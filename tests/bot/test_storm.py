"""Duplicates, disorder, kill -9 and a platform that is down: the effect once, the message once, nothing silent."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.database import migrate, open_database
from bot.messaging.model import Account
from bot.messaging.store_inbox import inbox_state
from bot.messaging.store_links import Link, save_link
from bot.messaging.store_outbox import outbox_state
from tests.bot.front_door import ROOT
from tests.bot.middle import BEGAN, database_on
from tests.bot.storm import PEOPLE, Plan

LAST_PROCESS_S = 1_800
"""The one that is not killed ends within this, or the storm has failed."""


@dataclass(frozen=True)
class Counts:
    """What a storm came to."""

    events: int
    deliveries: int
    kills: int
    effects: int
    effects_twice: int
    messages: int
    extra: int
    repeats: int
    silent: int
    given_up: int

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in vars(self).items())


def _prepare(plan: Plan) -> None:
    (plan.folder / "began").write_text(str(time.time()))
    for name in ("acknowledged", "posted"):
        (plan.folder / name).touch()
    database = open_database(plan.url)
    migrate(database)
    with database.write() as session:
        session.execute(text("CREATE TABLE storm_effects (key TEXT)"))
        for number in range(PEOPLE):
            person = ("ines", "omar")[number % 2]
            save_link(session, Link(Account("slack", "T1", f"U{number}"), person, "helena", BEGAN, "helena", BEGAN))
    database.engine.dispose()


def _weather(plan: Plan, *, kills: int) -> int:
    """Run processes and kill them at random moments of their work until all is done; answers how many were killed."""
    chance, killed = random.Random(plan.seed), 0
    history = "history" if plan.history else "none"
    words = [sys.executable, "-m", "tests.bot.storm", plan.url, str(plan.folder), str(plan.events), history, "7"]
    for _ in range(kills + 20):
        process = subprocess.Popen(words, cwd=ROOT)
        _begun(plan, process)
        try:
            process.wait(timeout=0.5 + chance.random() * 3 if killed < kills else LAST_PROCESS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
        if (plan.folder / "finished").exists():
            return killed
    raise AssertionError("the storm did not end")


def _begun(plan: Plan, process: subprocess.Popen[bytes]) -> None:
    """Wait until the process is at work: starting Python takes seconds on a busy machine, and is not the storm."""
    while process.poll() is None and not (plan.folder / f"at-work-{process.pid}").exists():
        time.sleep(0.05)


def _count(plan: Plan, kills: int) -> Counts:
    database = open_database(plan.url)
    posted = Counter((plan.folder / "posted").read_text().split())
    with database.read() as session:
        effects = Counter(session.execute(text("SELECT key FROM storm_effects")).scalars())
        inbox, outbox = inbox_state(session), outbox_state(session)
        ends = set(session.execute(text("SELECT key FROM bot_events WHERE state <> 'waiting'")).scalars())
        given_up = set(session.execute(text("SELECT key FROM bot_events WHERE state = 'failed'")).scalars())
    database.engine.dispose()
    assert (inbox.waiting, outbox.open, outbox.dead) == (0, 0, ())
    silent = [key for key in ends if f"{key}/answer" not in posted]
    return Counts(
        events=len(ends),
        deliveries=len(plan.deliveries),
        kills=kills,
        effects=len(effects),
        effects_twice=sum(many > 1 for many in effects.values()),
        messages=len(posted),
        extra=posted.total() - len(posted),
        repeats=outbox.repeats,
        silent=len(silent),
        given_up=len(given_up),
    )


@pytest.mark.parametrize(
    "events", [pytest.param(300, marks=pytest.mark.slow), pytest.param(10_000, marks=pytest.mark.proof)]
)
@pytest.mark.parametrize("history", [True, False], ids=["history", "no-history"])
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_nothing_is_lost_nothing_counts_twice_and_every_repeat_is_counted(
    engine: str, *, history: bool, events: int, tmp_path: Path
) -> None:
    with database_on(engine, tmp_path) as url:
        plan = Plan(url, tmp_path, events, history, seed=7)
        _prepare(plan)
        found = _count(plan, _weather(plan, kills=2 if events < 1_000 else 20))
    sys.stdout.write(f"\n{engine}, {'history' if history else 'no history'}: {found}\n")
    assert (found.events, found.messages, found.silent, found.given_up) == (events, events, 0, 0)
    assert (found.effects, found.effects_twice) == (events // 2, 0)
    assert found.extra <= (0 if history else found.repeats)
