"""The outbox: in order by place, again after failures, once where the platform can be asked, counted where not."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from sqlalchemy import text

from bot.chat import Outcome, Post, Refresh, ToPerson, ToPlace
from bot.messaging.model import Ordered, Rejected, Throttled, Unreachable
from bot.messaging.store_outbox import outbox_state, send_again
from tests.bot.middle import CHANNEL, OMAR, Middle, act, again, crash, mention, middle, reply, run

__all__ = ["middle"]

PLACE = CHANNEL.place


def _state(middle: Middle):  # type: ignore[no-untyped-def]
    with middle.database.read() as session:
        return outbox_state(session)


def test_a_throttled_place_waits_as_long_as_the_platform_says_and_keeps_its_order(middle: Middle) -> None:
    middle.platform.fails = [Throttled(30)]

    async def story() -> None:
        await middle.take(mention("first", ts="1"))
        await middle.take(mention("second", ts="2"))
        assert middle.platform.in_() == []
        middle.clock.pass_(seconds=29)
        await middle.settle()
        assert middle.platform.in_() == []
        middle.clock.pass_(seconds=2)
        await middle.settle()

    run(story())
    assert [posted.said for posted in middle.platform.in_()] == ["about first", "about second"]


def test_one_place_in_trouble_does_not_hold_up_another(middle: Middle) -> None:
    middle.script.outcome = lambda _c, _s: Outcome(reply("ok"), (Post(ToPerson("omar"), reply("for you")),))
    middle.platform.fails = [Throttled(30)]

    async def story() -> None:
        await middle.take(mention("hold it", ts="1"))
        await middle.settle()

    run(story())
    assert [posted.said for posted in middle.platform.alone(OMAR)] == ["for you"]
    assert middle.platform.in_() == []


def test_a_platform_that_is_down_for_two_minutes_gets_everything_once_it_is_back(middle: Middle) -> None:
    middle.platform.fails = [Unreachable("connection refused", arrived=False)] * 100

    async def story() -> None:
        for number in range(5):
            await middle.take(mention(f"q{number}", ts=str(number)))
        for _ in range(24):
            middle.clock.pass_(seconds=5)
            await middle.settle()
        assert middle.platform.in_() == []
        middle.platform.fails = []
        for _ in range(24):
            middle.clock.pass_(seconds=5)
            await middle.settle()

    run(story())
    assert [posted.said for posted in middle.platform.in_()] == [f"about q{number}" for number in range(5)]
    assert _state(middle).repeats == 0


@pytest.mark.parametrize("lost", [Unreachable("timed out"), asyncio.CancelledError()], ids=["answer lost", "crash"])
def test_a_post_whose_end_is_not_known_is_found_again_where_history_can_be_read(
    middle: Middle, lost: BaseException
) -> None:
    middle.platform.after = [lost]

    async def story() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await middle.take(mention("status?"))
        crash(middle)
        await again(middle).settle()

    run(story())
    assert len(middle.platform.in_()) == 1
    assert (_state(middle).sent, _state(middle).repeats) == (1, 0)


@pytest.mark.parametrize("trouble", [Throttled(5), Unreachable("connection refused", arrived=False)])
@pytest.mark.parametrize("step", ["unfindable", "fails"], ids=["looked for", "brought up to date"])
def test_a_platform_that_fails_while_it_is_asked_does_not_get_the_message_twice(
    middle: Middle, step: str, trouble: Exception
) -> None:
    middle.platform.after = [Unreachable("timed out")]

    async def story() -> None:
        await middle.take(mention("status?"))
        getattr(middle.platform, step).append(trouble)
        for _ in range(3):
            middle.clock.pass_(seconds=10)
            await middle.settle()

    run(story())
    assert len(middle.platform.in_()) == 1
    assert (_state(middle).sent, _state(middle).repeats) == (1, 0)


def test_where_nobody_can_be_asked_the_post_is_repeated_once_and_counted(middle: Middle) -> None:
    middle.platform.history = False
    middle.platform.after = [Unreachable("timed out")]

    async def story() -> None:
        await middle.take(mention("status?"))
        crash(middle)
        await middle.settle()

    run(story())
    assert len(middle.platform.in_()) == 2
    assert (_state(middle).sent, _state(middle).repeats) == (1, 1)


def test_what_the_platform_will_never_take_becomes_a_dead_letter_with_its_reason(middle: Middle) -> None:
    middle.platform.fails = [Rejected("The bot is not in this channel: invite it.")]

    async def story() -> None:
        await middle.take(mention("first", ts="1"))
        await middle.take(mention("second", ts="2"))

    run(story())
    (dead,) = _state(middle).dead
    assert dead.error == "The bot is not in this channel: invite it."
    assert [posted.said for posted in middle.platform.in_()] == ["about second"]
    with middle.database.write() as session:
        assert send_again(session, dead.id, now=middle.clock())
    run(middle.settle())
    assert [posted.said for posted in middle.platform.in_()] == ["about second", "about first"]


def test_after_a_day_of_trying_a_message_is_given_up(middle: Middle) -> None:
    middle.platform.fails = [Unreachable("no route", arrived=False)] * 3

    async def story() -> None:
        await middle.take(mention("status?"))
        middle.clock.pass_(hours=25)
        await middle.settle()

    run(story())
    assert "Given up after 24 h" in _state(middle).dead[0].error


def test_a_message_to_somebody_without_an_account_is_a_dead_letter_not_a_lost_one(middle: Middle) -> None:
    middle.script.outcome = lambda _c, _s: Outcome(reply("ok"), (Post(ToPerson("helena"), reply("for you")),))
    run(middle.take(mention("hold it")))
    assert "Helena Koch" in _state(middle).dead[0].error


def test_a_channel_of_programme_yaml_is_found_by_its_id_and_an_unknown_one_is_told(middle: Middle) -> None:
    sends = (Post(ToPlace("#churn"), reply("news")), Post(ToPlace("#nowhere"), reply("lost")))
    middle.script.outcome = lambda _c, _s: Outcome(reply("ok"), sends)
    run(middle.take(mention("hold it")))
    assert [posted.said for posted in middle.platform.in_()] == ["ok", "news"]
    assert "#nowhere" in _state(middle).dead[0].error


def test_the_private_part_of_an_answer_goes_to_the_asker_alone(middle: Middle) -> None:
    middle.script.answer_with = lambda _a, _s: reply("open words", private="only for you")
    run(middle.take(mention("status?", by=OMAR)))
    assert [posted.said for posted in middle.platform.in_()] == ["open words"]
    assert [posted.said for posted in middle.platform.alone(OMAR)] == ["only for you"]


def test_the_channels_reply_is_byte_identical_whether_or_not_there_is_a_private_part(middle: Middle) -> None:
    async def story() -> list[object]:
        seen = []
        for number, private in enumerate(("", "secret")):
            middle.script.answer_with = lambda _a, _s, private=private: reply(
                "open", private=private, buttons=("lift x",)
            )
            await middle.take(mention("status?", ts=f"{number}", thread="t"))
            letter = middle.platform.in_()[-1].letter
            seen.append((letter.reply, letter.to, letter.tokens.keys()))
        return seen

    without, with_ = run(story())
    assert without == with_


# --- cards ----------------------------------------------------------------------------


def _post_card(middle: Middle) -> None:
    sends = (Post(ToPlace(PLACE), reply("card", buttons=("lift churn",)), "gate:churn"),)
    middle.script.outcome = lambda command, _s: Outcome(
        reply("ok"), sends if command.text.startswith("submit") else (Refresh("gate:churn"),)
    )


def test_every_posted_card_is_drawn_anew_when_the_gate_moves(middle: Middle) -> None:
    _post_card(middle)

    async def story() -> None:
        await middle.take(mention("submit churn", ts="1"))
        await middle.take(mention("submit churn", ts="2"))
        middle.clock.pass_(seconds=10)
        await middle.take(mention("hold churn", ts="3"))
        await middle.cards.redraw()

    run(story())
    cards = [posted for posted in middle.platform.in_() if posted.edits]
    assert [posted.said for posted in cards] == ["now gate:churn", "now gate:churn"]


def test_changes_of_a_card_within_five_seconds_become_one_update(middle: Middle) -> None:
    _post_card(middle)

    async def story() -> None:
        await middle.take(mention("submit churn", ts="1"))
        middle.clock.pass_(seconds=10)
        for number in range(20):
            await middle.take(mention("hold churn", ts=f"h{number}"))
            await middle.cards.redraw()
            middle.clock.pass_(seconds=0.2)
        middle.clock.pass_(seconds=5)
        await middle.cards.redraw()
        await middle.cards.redraw()

    run(story())
    (card,) = [posted for posted in middle.platform.in_() if posted.edits]
    assert card.edits == 2


def test_a_card_whose_message_was_deleted_is_forgotten(middle: Middle) -> None:
    _post_card(middle)

    async def story() -> int:
        await middle.take(mention("submit churn", ts="1"))
        await middle.take(mention("hold churn", ts="2"))
        middle.clock.pass_(seconds=10)
        middle.platform.fails = [Rejected("message_not_found")]
        await middle.cards.redraw()
        middle.clock.pass_(hours=1)
        return await middle.cards.redraw()

    assert run(story()) == 0


def test_a_card_is_drawn_for_those_who_read_it_where_it_stands(middle: Middle) -> None:
    seen: list[tuple[str | None, str | None]] = []
    middle.script.cards = lambda card, place, person: seen.append((place, person)) or reply(card)
    sends = (Post(ToPlace(PLACE), reply("c"), "gate:churn"), Post(ToPerson("omar"), reply("c"), "gate:churn"))
    middle.script.outcome = lambda command, _s: Outcome(
        reply("ok"), sends if command.text.startswith("submit") else (Refresh("gate:churn"),)
    )

    async def story() -> None:
        await middle.take(mention("submit churn", ts="1"))
        await middle.take(mention("hold churn", ts="2"))
        middle.clock.pass_(seconds=10)
        await middle.cards.redraw()

    run(story())
    assert sorted(seen, key=str) == sorted([(PLACE, None), (None, "omar")], key=str)


# --- drafts ---------------------------------------------------------------------------


def test_an_answer_being_written_shows_its_newest_draft_and_ends_in_one_message(middle: Middle) -> None:
    def write(_ask: object, show):  # type: ignore[no-untyped-def]
        for words in ("one", "one two", "one two three"):
            show(reply(words))
        return reply("one two three four")

    middle.script.answer_with = write
    run(middle.take(mention("why?")))
    (posted,) = middle.platform.in_()
    assert posted.said == "one two three four"
    assert _state(middle).sent == 1


def test_after_a_crash_the_answer_is_written_over_its_draft(middle: Middle) -> None:
    def write(_ask: object, show):  # type: ignore[no-untyped-def]
        show(reply("a beginning"))
        return reply("the whole answer")

    middle.script.answer_with = write
    middle.platform.after = []

    async def story() -> None:
        accepted = await middle.inbox.accept(mention("why?"))
        claimed = middle.worker._claim_one(accepted.id)  # type: ignore[union-attr]
        drafts = await middle.worker._drafts(claimed.event)  # type: ignore[union-attr]
        middle.turns.take(claimed, drafts.offer)  # type: ignore[arg-type, union-attr]
        await asyncio.sleep(0.05)
        assert middle.platform.in_()[0].said == "a beginning"
        crash(middle)
        await again(middle).settle()

    run(story())
    (posted,) = middle.platform.in_()
    assert posted.said == "the whole answer"


def test_an_order_of_the_slash_command_is_answered_once_where_its_giver_sees_it(middle: Middle) -> None:
    shown: list[object] = []

    async def respond(answer: object, _tokens: object) -> bool:
        shown.append(answer)
        return True

    async def story() -> None:
        await middle.take(act(Ordered("status churn")), respond)
        middle.clock.pass_(minutes=5)
        await middle.settle()

    run(story())
    assert shown == [reply("did status churn")]
    assert middle.platform.messages == {}


def test_with_sqlite_the_row_of_a_sent_message_says_where_it_stands(middle: Middle) -> None:
    run(middle.take(mention("status?")))
    with middle.database.read() as session:
        row = session.execute(text("SELECT place, thread, message, state FROM bot_outbox")).one()
    assert tuple(row) == (PLACE, "1", "m1", "sent")
