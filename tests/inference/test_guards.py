"""Each guard round a model that does as it is told: what passes, what ends, what is asked again."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

import pytest

from inference.breaker import Breaker, BreakerPolicy, Broken
from inference.cache import AnswerCache, Cached, CachePolicy
from inference.deadline import Deadlined, Deadlines, next_due
from inference.hedge import Hedged, HedgePolicy, Pace
from inference.ladder import Ladder
from inference.model import (
    BudgetExceeded,
    Completion,
    Decision,
    Malformed,
    ModelError,
    Overloaded,
    Payer,
    Refused,
    Regex,
    TimedOut,
    Unavailable,
)
from inference.retry import Retried, RetryPolicy, wait_before
from tests.inference.given import Scripted, Ticking, a_request, ending, says, until

pytestmark = pytest.mark.anyio

SHORT = Deadlines(first_token=0.2, silence=0.3, whole=0.6)


# --- deadlines --------------------------------------------------------------------


def test_the_next_deadline_is_the_first_word_then_the_silence_and_never_later_than_the_whole() -> None:
    limits = Deadlines(first_token=5, silence=2, whole=8)
    assert (next_due(limits, 100, heard=None).at, next_due(limits, 100, heard=None).what) == (105, "first_token")
    assert (next_due(limits, 100, heard=103).at, next_due(limits, 100, heard=103).what) == (105, "silence")
    assert (next_due(limits, 100, heard=107).at, next_due(limits, 100, heard=107).what) == (108, "whole")


@pytest.mark.parametrize(("script", "what"), [
    ((5.0, "late"), "first_token"),
    (("one", 5.0, "two"), "silence"),
    (("a", 0.1) * 12, "whole"),
])  # fmt: skip
async def test_what_is_late_is_ended_and_named(script: tuple[str | float, ...], what: str) -> None:
    slow = says(*script)
    failed = await ending(Deadlined(slow, SHORT, clock=time.monotonic))
    assert isinstance(failed, TimedOut)
    assert failed.what == what
    assert slow.left == 1
    assert failed.decisions[0].guard == "deadline"


async def test_a_caller_who_takes_his_time_is_not_taken_for_a_silent_server() -> None:
    calm = Deadlined(says("one ", "two"), Deadlines(0.3, 0.1, 9.0), clock=time.monotonic)
    heard = []
    async with aclosing(calm.stream(a_request())) as chunks:
        async for chunk in chunks:
            heard.append(chunk)
            await asyncio.sleep(0.15)
    assert isinstance(heard[-1], Completion)


# --- retry ------------------------------------------------------------------------


async def no_wait(_seconds: float) -> None:
    return


def retried(model: Scripted) -> Retried:
    return Retried(model, RetryPolicy(), draw=lambda: 0.5, sleep=no_wait)


async def test_a_server_that_was_not_reached_is_asked_once_more_and_that_is_noted() -> None:
    shaky = Scripted([(Unavailable("away", sent=False),), ("here",)])
    answer = await ending(retried(shaky))
    assert isinstance(answer, Completion)
    assert (answer.text, shaky.asked) == ("here", 2)
    assert answer.decisions == (Decision("retry", "asked again", "Unavailable"),)


@pytest.mark.parametrize("error", [
    TimedOut("late", what="first_token"), Refused("no"), Malformed("what"), BudgetExceeded("empty", budget="x"),
    Overloaded("full"), Overloaded("full", retry_after=30.0), Overloaded("shed here", sent=False),
])  # fmt: skip
async def test_what_would_fail_again_or_costs_the_time_there_is_is_not_repeated(error: ModelError) -> None:
    model = says(error)
    assert await ending(retried(model)) is error
    assert model.asked == 1


async def test_after_the_first_word_nothing_is_repeated() -> None:
    model = says("half an ", Unavailable("cut"))
    assert isinstance(await ending(retried(model)), Unavailable)
    assert model.asked == 1


def test_waits_are_spread_and_follow_what_the_server_asks_for() -> None:
    policy = RetryPolicy(attempts=3, wait=0.1)
    away = Unavailable("away")
    assert wait_before(away, policy, attempt=1, draw=0.0) == pytest.approx(0.05)
    assert wait_before(away, policy, attempt=2, draw=0.999) == pytest.approx(0.2, abs=0.001)
    assert wait_before(away, policy, attempt=3, draw=0.0) is None
    assert wait_before(Overloaded("busy", retry_after=0.5), policy, attempt=1, draw=0.0) == pytest.approx(0.55)


# --- breaker ----------------------------------------------------------------------


def test_five_failures_open_it_and_one_good_probe_closes_it() -> None:
    breaker = Breaker(BreakerPolicy(failures=5, open_for=10))
    for _ in range(5):
        assert breaker.admits(0.0)
        breaker.record("bad", 0.0)
    assert not breaker.admits(9.9)
    assert breaker.admits(10.0)
    assert not breaker.admits(10.0), "one probe at a time"
    breaker.record("good", 10.5)
    assert breaker.state == "closed"
    assert breaker.admits(10.5)


def test_a_bad_probe_opens_it_for_twice_as_long_and_a_probe_given_up_is_tried_again() -> None:
    breaker = Breaker(BreakerPolicy(failures=1, open_for=10, at_most=15))
    breaker.record("bad", 0.0)
    assert breaker.admits(10.0)
    breaker.record("bad", 10.0)
    assert (breaker.until, breaker.admits(24.9)) == (25.0, False)
    assert breaker.admits(25.0)
    breaker.record("neither", 25.0)
    assert breaker.admits(25.0)


def test_some_failures_among_many_answers_leave_it_closed() -> None:
    breaker = Breaker(BreakerPolicy(failures=5, window=20))
    for n in range(60):
        breaker.record("bad" if n % 3 == 0 else "good", float(n))
    assert breaker.state == "closed"


async def test_an_open_breaker_sends_nothing_and_a_full_server_does_not_open_it() -> None:
    clock = Ticking()
    failing = says(Unavailable("down"))
    guarded = Broken(failing, Breaker(BreakerPolicy(failures=3)), clock=clock)
    for _ in range(10):
        last = await ending(guarded)
    assert failing.asked == 3
    assert isinstance(last, Unavailable)
    assert not last.sent
    assert "tried again in" in str(last)
    full = says(Overloaded("full"))
    busy = Broken(full, Breaker(BreakerPolicy(failures=3)), clock=clock)
    for _ in range(10):
        await ending(busy)
    assert full.asked == 10


# --- hedge ------------------------------------------------------------------------


def a_pace(delay: float, *, share: float = 0.05) -> Pace:
    pace = Pace(HedgePolicy(least=delay, share=share))
    for _ in range(20):
        pace.heard(0.001)
    return pace


async def test_a_late_first_word_is_asked_for_twice_and_the_loser_is_left() -> None:
    model = Scripted([(5.0, "slow"), ("quick ", "answer")])
    answer = await ending(Hedged(model, a_pace(0.02), clock=time.monotonic))
    assert isinstance(answer, Completion)
    assert answer.text == "quick answer"
    assert answer.decisions[0] == Decision("hedge", "second spoke first", "no word for 0.02 s")
    await until(lambda: model.left == 2)


async def test_when_the_first_speaks_after_all_the_second_is_left() -> None:
    model = Scripted([(0.05, "first"), (5.0, "second")])
    answer = await ending(Hedged(model, a_pace(0.02), clock=time.monotonic))
    assert isinstance(answer, Completion)
    assert (answer.text, answer.decisions[0].verdict) == ("first", "first spoke after all")
    await until(lambda: model.left == 2)


async def test_the_second_may_save_a_first_that_fails_and_both_failing_tells_the_first() -> None:
    saved = Scripted([(0.05, Unavailable("first")), (0.05, "saved")])
    answer = await ending(Hedged(saved, a_pace(0.02), clock=time.monotonic))
    assert isinstance(answer, Completion)
    assert answer.text == "saved"
    lost = Scripted([(0.05, Unavailable("first")), (0.02, Unavailable("second"))])
    failed = await ending(Hedged(lost, a_pace(0.02), clock=time.monotonic))
    assert str(failed) == "first"


async def test_digests_are_not_doubled_nor_is_more_than_the_allowed_share() -> None:
    model = says(0.03, "slow")
    hedged = Hedged(model, a_pace(0.005), clock=time.monotonic)
    await ending(hedged, a_request(request_class="digest"))
    assert model.asked == 1
    for _ in range(10):
        await ending(hedged)
    assert model.asked <= 1 + 10 + 2


async def test_leaving_a_race_leaves_both() -> None:
    model = Scripted([(5.0, "slow"), (5.0, "slow too")])
    asking = asyncio.ensure_future(ending(Hedged(model, a_pace(0.01), clock=time.monotonic)))
    await until(lambda: model.asked == 2)
    asking.cancel()
    await until(lambda: model.left == 2)


# --- cache ------------------------------------------------------------------------


async def test_the_same_request_is_answered_once_and_costs_nothing_the_second_time() -> None:
    model = says("the same")
    cached = Cached(model, AnswerCache(CachePolicy()), clock=Ticking())
    first = await ending(cached)
    again = await ending(cached, a_request(request_class="digest", payer=Payer(person="ben")))
    assert isinstance(again, Completion)
    assert isinstance(first, Completion)
    assert (again.text, model.asked, again.usage.total, again.from_cache) == (first.text, 1, 0, True)
    assert not first.from_cache


@pytest.mark.parametrize("changed", [
    {"audience": "steering"}, {"max_tokens": 65}, {"temperature": 0.5}, {"seed": 1}, {"grammar": Regex("a")},
    {"options": {"top_k": 1}}, {"prompt": "answer@2"}, {"text": "where do we stand?"},
])  # fmt: skip
async def test_another_audience_or_anything_that_changes_the_answer_is_asked_anew(changed: dict[str, object]) -> None:
    model = says("answer")
    cached = Cached(model, AnswerCache(CachePolicy()), clock=Ticking())
    await ending(cached)
    await ending(cached, a_request(**changed))  # type: ignore[arg-type]
    assert model.asked == 2


async def test_the_cache_forgets_by_age_and_by_size_and_keeps_no_failure() -> None:
    clock, model = Ticking(), says("four")
    cached = Cached(model, AnswerCache(CachePolicy(answers=10, letters=8, age=60)), clock=clock)
    for text in ("a", "b", "c", "a"):
        await ending(cached, a_request(text))
    assert model.asked == 4, "three answers of four letters do not fit into eight"
    clock.seconds = 61
    await ending(cached, a_request("a"))
    assert model.asked == 5
    failing = Scripted([("half", Unavailable("cut")), ("whole",)])
    recached = Cached(failing, AnswerCache(CachePolicy()), clock=clock)
    await ending(recached)
    assert isinstance(await ending(recached), Completion)


# --- ladder -----------------------------------------------------------------------


async def test_the_second_endpoint_answers_when_the_first_has_not_spoken() -> None:
    answer = await ending(Ladder([says(TimedOut("late", what="first_token")), says("second")]))
    assert isinstance(answer, Completion)
    assert (answer.text, answer.decisions[-1]) == ("second", Decision("ladder", "next rung", "TimedOut"))


async def test_after_the_first_word_there_is_no_change_of_model() -> None:
    second = says("second")
    assert isinstance(await ending(Ladder([says("half", Unavailable("cut")), second])), Unavailable)
    assert second.asked == 0


async def test_when_all_rungs_fail_the_last_error_tells_what_was_decided_on_each() -> None:
    failed = await ending(Ladder([says(Refused("no")), says(Unavailable("down"))]))
    assert isinstance(failed, Unavailable)
    assert [decision.reason for decision in failed.decisions] == ["Refused", "Unavailable"]
