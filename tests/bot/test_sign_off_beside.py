"""Sign-offs while two hundred people ask: what somebody waits who presses the button, on workers of their own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from bot.chat import Ask
from bot.process.pools import Busy, Pool, Pools, open_pools
from bot.process.right_of_way import RightOfWay
from tests.bot.front_door import House
from tests.bot.signing import Talk, talk

ASKERS, PRESSES = 200, 60


@pytest.mark.slow
def test_sign_offs_beside_two_hundred_questions(lighthouse: House) -> None:
    """Figures of the run: a whole order with its commit, from the press on, on an idle bot and beside the crowd."""
    with talk() as conversation:
        assert not conversation.says("ada.moss", "submit beam launch").refused
        idle, busy, ended = asyncio.run(_idle_and_busy(conversation))
    p95 = [sorted(took)[int(0.95 * PRESSES)] * 1000 for took in (idle, busy)]
    print(f"\nsign-offs p95: idle {p95[0]:.0f} ms, beside the crowd {p95[1]:.0f} ms; {dict(ended)}")  # noqa: T201
    assert ended["answered"] > 0
    assert ended["answered"] + ended["sent back"] >= ASKERS


async def _idle_and_busy(conversation: Talk) -> tuple[list[float], list[float], Counter[str]]:
    pools, stop = open_pools(), asyncio.Event()
    press = partial(_press, conversation)
    try:
        idle = [await _timed(pools, press) for _ in range(PRESSES)]
        crowd = [asyncio.create_task(_keep_asking(conversation, pools, stop)) for _ in range(ASKERS)]
        await asyncio.sleep(0.5)
        busy = [await _timed(pools, press) for _ in range(PRESSES)]
        stop.set()
        return idle, busy, sum(await asyncio.gather(*crowd), Counter[str]())
    finally:
        pools.close()


def _press(conversation: Talk) -> None:
    """One signature and, the next time, its withdrawal: each is decided, written and committed."""
    number = next(conversation.numbers)
    outcome = conversation.says(
        "cy.park", "hold beam launch because the pilot waits" if number % 2 else "lift beam launch"
    )
    assert not outcome.refused


async def _timed(pools: Pools, press: Callable[[], None]) -> float:
    began = time.perf_counter()
    await pools["sign_off"].run(press)
    return time.perf_counter() - began


async def _keep_asking(conversation: Talk, pools: Pools, stop: asyncio.Event) -> Counter[str]:
    """One question after the other; who finds the line full comes again after a moment."""
    ended: Counter[str] = Counter()
    while not stop.is_set():
        try:
            await pools["question"].run(
                partial(conversation.conversing.answer, Ask("what blocks beam launch?", "t", "bo.lind"))
            )
            ended["answered"] += 1
        except Busy:
            ended["sent back"] += 1
            await asyncio.sleep(0.5)
    return ended


def test_a_question_begins_after_the_sign_off_that_is_on_its_way() -> None:
    assert asyncio.run(_told_in_order()) == ["signed", "answered"]


async def _told_in_order() -> list[str]:
    pools, told, pressed = open_pools(), list[str](), threading.Event()

    def sign() -> None:
        pressed.wait(5)
        told.append("signed")

    try:
        signing = asyncio.create_task(pools["sign_off"].run(sign))
        await asyncio.sleep(0)
        asking = asyncio.create_task(pools["question"].run(lambda: told.append("answered")))
        await asyncio.sleep(0.05)
        assert told == []
        pressed.set()
        await asyncio.gather(signing, asking)
    finally:
        pressed.set()
        pools.close()
    return told


def test_answers_are_computed_one_at_a_time_and_those_that_wait_for_the_model_let_others_go_on() -> None:
    assert asyncio.run(_told_beside_a_slow_model()) == [
        "first asks the model",
        "second computes",
        "first has its answer",
    ]


async def _told_beside_a_slow_model() -> list[str]:
    way, told, asked, answered = RightOfWay(), list[str](), asyncio.Event(), threading.Event()
    pools, loop = open_pools(way), asyncio.get_running_loop()

    def first() -> None:
        told.append("first asks the model")
        loop.call_soon_threadsafe(asked.set)
        with way.aside():
            answered.wait(5)
        told.append("first has its answer")

    def second() -> None:
        told.append("second computes")
        answered.set()
        assert not finished.wait(0.05)  # the first one has its answer, but not the lane

    finished = threading.Event()
    try:
        asking = asyncio.create_task(pools["question"].run(first))
        asking.add_done_callback(lambda _: finished.set())
        await asked.wait()
        await pools["question"].run(second)
        await asking
    finally:
        answered.set()
        pools.close()
    return told


def test_whoever_has_the_models_answer_goes_on_before_others_begin() -> None:
    way, told = RightOfWay(), list[str]()
    waits, answered, computes, begins, done = (threading.Event() for _ in range(5))

    def asked_the_model() -> None:
        with way.lane():
            with way.aside():
                waits.set()
                answered.wait(30)
            told.append("goes on")

    def computing() -> None:
        with way.lane():
            computes.set()
            done.wait(30)

    def beginning() -> None:
        begins.set()
        with way.lane():
            told.append("begins")

    threads = [threading.Thread(target=work) for work in (asked_the_model, computing, beginning)]
    for thread, there in zip(threads, (waits, computes, begins), strict=True):
        thread.start()
        assert there.wait(30)
    answered.set()
    while not way.coming_back:  # until it waits for the lane, beside the one that was there before it
        threads[0].join(0.002)
    done.set()
    for thread in threads:
        thread.join(30)
    assert told == ["goes on", "begins"]


def test_a_digest_begins_when_the_sign_offs_have_passed() -> None:
    way, told = RightOfWay(patience=30), list[str]()

    def digest() -> None:
        way.give_way()
        told.append("digest")

    way.enter()
    writing = threading.Thread(target=digest)
    writing.start()
    writing.join(0.05)
    told.append("signed")
    way.leave()
    writing.join(30)
    assert told == ["signed", "digest"]


def test_a_full_line_sends_back_and_counts_who_is_in_it() -> None:
    assert asyncio.run(_sent_back_from_a_full_line()) == (3, 2, 0)


async def _sent_back_from_a_full_line() -> tuple[int, int, int]:
    pool, go = Pool("few", workers=1, waiting=2), threading.Event()
    try:
        asking = [asyncio.create_task(pool.run(lambda: go.wait(5))) for _ in range(5)]
        await asyncio.sleep(0)
        inside = pool.inside
        go.set()
        ended = await asyncio.gather(*asking, return_exceptions=True)
        return inside, sum(isinstance(one, Busy) for one in ended), pool.inside
    finally:
        go.set()
        pool.close()


def test_questions_are_not_put_off_for_long() -> None:
    asyncio.run(_answered_beside_a_stuck_order())


async def _answered_beside_a_stuck_order() -> None:
    pools, mended = open_pools(), threading.Event()
    try:
        signing = asyncio.create_task(pools["sign_off"].run(lambda: mended.wait(5)))
        await asyncio.sleep(0)
        assert await pools["question"].run(lambda: "answered") == "answered"
        assert not signing.done()
        mended.set()
        await signing
    finally:
        mended.set()
        pools.close()
