"""The turn: one transaction for everything an event brings about, and exactly one visible end of it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.chat import Button, Form, Outcome, Post, Refresh, Reply, TextInput, ToPlace
from bot.database import Session
from bot.delivery.turn import in_the_way, repeated
from bot.messaging.model import Ordered, Pressed, Sent
from bot.messaging.store_inbox import inbox_state
from tests.bot.middle import CHANNEL, GUEST, INES, Account, Middle, act, again, mention, middle, reply, run, said

__all__ = ["middle"]

STRANGER = Account("slack", "T1", "U-NEW")


def test_a_change_that_fails_leaves_nothing_behind_but_an_apology(
    middle: Middle, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_command: object, session: Session) -> Outcome:
        session.execute(text("INSERT INTO bot_nonces (nonce, seen_at) VALUES ('half', '2026-11-20')"))
        raise ZeroDivisionError("canary")

    middle.script.outcome = fail
    run(middle.take(mention("hold churn")))
    (posted,) = middle.platform.in_()
    assert "nothing was changed" in posted.said
    assert "canary" not in posted.said
    assert "ZeroDivisionError" in caplog.text
    assert "canary" not in caplog.text
    with middle.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM bot_nonces")).scalar() == 0
        assert inbox_state(session).failed == 1


def test_what_was_ordered_and_what_is_sent_are_committed_together(middle: Middle) -> None:
    sends = (Post(ToPlace(CHANNEL.place), reply("news")),)
    middle.script.outcome = lambda _c, _s: Outcome(reply("done"), sends)
    run(middle.take(mention("hold churn")))
    assert [posted.said for posted in middle.platform.in_()] == ["done", "news"]


def test_the_person_comes_from_the_verified_account(middle: Middle) -> None:
    run(middle.take(act(Ordered("hold churn by omar"))))
    (command,) = middle.script.commands
    assert (command.person, command.surface, command.key, command.place) == ("ines", "slack", "slack:t1", None)


@pytest.mark.parametrize(("account", "told"), [(STRANGER, "do not know who you are"), (GUEST, "Guest accounts")])
def test_nobody_changes_anything_before_he_is_known(middle: Middle, account: Account, told: str) -> None:
    async def story() -> None:
        await middle.take(act(Ordered("hold churn"), by=account))
        middle.clock.pass_(seconds=6)
        await middle.settle()

    run(story())
    assert middle.script.commands == []
    assert told in middle.platform.alone(account)[0].said


def test_somebody_unknown_may_ask_and_is_nobody(middle: Middle) -> None:
    run(middle.take(mention("what is a gate?", by=STRANGER)))
    assert [ask.person for ask in middle.script.asks] == [None]


# --- buttons and forms ------------------------------------------------------------------


def _token(middle: Middle, command: str) -> str:
    return middle.platform.in_()[0].letter.tokens[command]


def test_a_button_runs_its_command_and_tells_nothing_of_it(middle: Middle) -> None:
    middle.script.answer_with = lambda _a, _s: reply("shall we?", buttons=("hold churn drift",))

    async def story() -> None:
        await middle.take(mention("drift?"))
        await middle.take(act(Pressed(_token(middle, "hold churn drift"), {"reason": "typed"})))

    run(story())
    assert "churn" not in _token(middle, "hold churn drift")
    (command,) = middle.script.commands
    assert (command.text, command.fields, command.person) == ("hold churn drift", {"reason": "typed"}, "ines")


def test_a_button_of_a_card_that_has_moved_on_answers_with_the_reason_and_the_present_state(middle: Middle) -> None:
    shows = iter([("lift churn",), ()])
    middle.script.cards = lambda card, _p, _w: reply(f"now {card}", buttons=next(shows, ()))
    card = Post(ToPlace(CHANNEL.place), reply("card", buttons=("hold churn",)), "gate:churn")
    middle.script.outcome = lambda command, _s: Outcome(
        reply("ok"), (card,) if command.text.startswith("submit") else (Refresh("gate:churn"),)
    )

    async def story() -> Reply:
        await middle.take(mention("submit churn", ts="1"))
        old = middle.platform.in_()[1].letter.tokens["hold churn"]
        await middle.take(mention("lift churn", ts="2"))
        middle.clock.pass_(seconds=10)
        await middle.cards.redraw()
        shown: list[Reply] = []

        async def respond(answer: object, _tokens: object) -> bool:
            shown.append(answer)  # type: ignore[arg-type]
            return True

        await middle.take(act(Pressed(old)), respond)
        return shown[0]

    answer = run(story())
    assert "moved on" in said(answer)
    assert "now gate:churn" in said(answer)
    assert [command.text for command in middle.script.commands] == ["submit churn", "lift churn"]


def test_a_button_that_was_never_ours_is_refused_with_words(middle: Middle) -> None:
    async def story() -> None:
        await middle.take(act(Pressed("forged")))
        middle.clock.pass_(seconds=6)
        await middle.settle()

    run(story())
    assert "not one of ours" in middle.platform.alone(INES)[0].said


def test_a_button_survives_a_restart(middle: Middle) -> None:
    middle.script.answer_with = lambda _a, _s: reply("shall we?", buttons=("hold churn",))
    run(middle.take(mention("drift?")))
    run(again(middle).take(act(Pressed(_token(middle, "hold churn")))))
    assert [command.text for command in middle.script.commands] == ["hold churn"]


FORM = Form(
    "Hold churn", "hold churn", inputs=(TextInput("reason", "Reason"),), others=(Button("Leave", "status churn"),)
)


def test_a_form_is_shown_at_once_and_its_token_runs_its_command(middle: Middle) -> None:
    middle.script.outcome = lambda command, _s: Outcome(reply("held") if command.fields else FORM)
    shown: list[tuple[object, dict[str, str]]] = []

    async def respond(answer: object, tokens: dict[str, str]) -> bool:
        shown.append((answer, tokens))
        return True

    async def story() -> None:
        await middle.take(act(Ordered("hold churn"), trigger="t1"), respond)  # type: ignore[arg-type]
        token = shown[0][1]["hold churn"]
        await middle.take(act(Sent(token, {"reason": "drift"}), trigger="t2"), respond)  # type: ignore[arg-type]

    run(story())
    assert shown[0][0] == FORM
    assert set(shown[0][1]) == {"hold churn", "status churn"}
    assert middle.script.commands[1].fields == {"reason": "drift"}
    assert middle.platform.messages == {}


def test_a_form_that_could_not_be_opened_in_time_becomes_a_message_with_an_open_button(middle: Middle) -> None:
    middle.script.outcome = lambda _c, _s: Outcome(FORM)

    async def too_late(_answer: object, _tokens: object) -> bool:
        return False

    async def story() -> str:
        await middle.take(act(Ordered("hold churn"), trigger="t1"), too_late)
        (posted,) = middle.platform.alone(INES)
        assert posted.said == "Hold churn: open it when you are ready."
        return posted.letter.tokens["hold churn"]

    token = run(story())
    run(middle.take(act(Pressed(token), trigger="t2")))
    assert [command.text for command in middle.script.commands] == ["hold churn", "hold churn"]


def test_what_a_shortcut_brought_along_is_still_there_when_its_form_is_opened_later(middle: Middle) -> None:
    middle.script.outcome = lambda _c, _s: Outcome(FORM)
    brought = {"text": "we ship on Friday", "source": "https://halden.slack.com/p1"}

    async def too_late(_answer: object, _tokens: object) -> bool:
        return False

    async def story() -> None:
        await middle.take(act(Ordered("hold churn", brought), trigger="t1"), too_late)
        for number in (2, 3):  # the second time too it cannot be shown at once
            token = middle.platform.alone(INES)[-1].letter.tokens["hold churn"]
            await middle.take(act(Pressed(token), trigger=f"t{number}"), too_late)

    run(story())
    assert [command.fields for command in middle.script.commands] == [brought, brought, brought]


# --- contention -------------------------------------------------------------------------


def test_a_transaction_that_was_in_the_way_is_repeated_from_its_start(middle: Middle) -> None:
    tries: list[int] = []

    def work(session: Session) -> int:
        tries.append(1)
        if len(tries) < 3:
            error = RuntimeError()
            error.sqlstate = "40001"  # type: ignore[attr-defined]
            raise OperationalError("UPDATE", {}, error)
        return len(tries)

    assert repeated(middle.database, work, sleep=lambda _: None) == 3
    assert not in_the_way(ZeroDivisionError())


def test_a_hundred_orders_at_once_all_take_effect_once(middle: Middle) -> None:
    def count(_command: object, session: Session) -> Outcome:
        session.execute(text("UPDATE bot_leases SET fence = fence + 1 WHERE name = 'count'"))
        return Outcome(reply("ok"))

    middle.script.outcome = count
    with middle.database.write() as session:
        session.execute(
            text("INSERT INTO bot_leases (name, holder, fence, until) VALUES ('count','', 0, '2026-11-20')")
        )

    async def story() -> None:
        events = [act(Ordered("hold churn"), trigger=f"t{number}") for number in range(100)]
        await asyncio.gather(*(middle.take(event) for event in [*events, *events[::7]]))

    run(story())
    with middle.database.read() as session:
        assert session.execute(text("SELECT fence FROM bot_leases")).scalar() == 100
