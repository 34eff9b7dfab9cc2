"""Slack at its worst: everything twice, out of order, at once, its API down: one effect each, one message each."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

import pytest

from tests.bot.slack.lighthouse import BEAM, OPEN, PEOPLE, Lighthouse, lighthouse_at_work
from tests.bot.slack.test_conversation import built, home
from tests.stand_ins.slack.workspace import BOT, Json

__all__ = ["built", "home"]

ROUNDS = 12
QUESTIONS = ("status of beam?", "what is blocking the launch of beam?", "who owns beam?")


def test_mentions_told_up_to_eight_times_in_any_order_are_answered_once(home: Path) -> None:
    asyncio.run(_storm(home, rounds=ROUNDS))


@pytest.mark.slow
def test_a_storm_of_events_while_slack_fails_now_and_then_ends_in_one_answer_each(home: Path) -> None:
    asyncio.run(_storm(home, rounds=90, faults=True))


async def _storm(home: Path, *, rounds: int, faults: bool = False) -> None:
    dice = random.Random(7)
    async with lighthouse_at_work(home) as here:
        asked, deliveries = _deliveries(here, rounds, dice)
        for number in range(0, len(deliveries), 16):
            if faults:
                _misbehave(here, dice)
            batch = deliveries[number : number + 16]
            await asyncio.gather(*(here.client.sender.send("events_api", payload) for payload in batch))
        here.server.down = False
        await _answered(here, asked)
        answers = [message.get("thread_ts") for place in (BEAM, OPEN) for message in here.slack.posted(place)]
        counts = {ts: answers.count(ts) for ts in asked}
        sys.stdout.write(f"{len(deliveries)} deliveries of {len(asked)} questions, {len(answers)} answers\n")
        assert set(counts.values()) == {1}
        assert len(answers) == len(asked)


def _deliveries(here: Lighthouse, rounds: int, dice: random.Random) -> tuple[list[str], list[Json]]:
    """Questions by everybody, each told as two events and each event up to four times, shuffled."""
    asked, deliveries = [], []
    people = [user for user in PEOPLE if user in here.slack.channels[OPEN].members]
    for number in range(rounds):
        user, place = people[number % len(people)], OPEN
        message, events = here.client.written(user, place, f"<@{BOT}> {dice.choice(QUESTIONS)}")
        asked.append(str(message["ts"]))
        deliveries += [event for event in events for _ in range(dice.randint(1, 4))]
    dice.shuffle(deliveries)
    return asked, deliveries


def _misbehave(here: Lighthouse, dice: random.Random) -> None:
    """Slack's API throttles, goes away, or carries a post out and loses the answer."""
    here.server.down = dice.random() < 0.2
    if dice.random() < 0.3:
        here.server.throttle["chat.postMessage"] = 2
    if dice.random() < 0.5:
        here.server.lose_answer.add("chat.postMessage")


async def _answered(here: Lighthouse, asked: list[str]) -> None:
    """Until every question has its answer; leases and waiting times pass meanwhile."""
    for _ in range(400):
        answers = {m.get("thread_ts") for place in (BEAM, OPEN) for m in here.slack.posted(place)}
        if answers >= set(asked):
            break
        await asyncio.sleep(0.05)
        here.pass_(2)
    await asyncio.sleep(0.3)
