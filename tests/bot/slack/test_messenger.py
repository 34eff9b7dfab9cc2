"""Letters to Slack: posted once, found again after a crash, changed, streamed, and every refusal told apart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.chat import Button, Buttons, Heading, Line, Picture, Reply
from bot.messaging.model import (
    Account,
    Address,
    CannotAsk,
    Event,
    Letter,
    MessageRef,
    NotThere,
    PlaceFacts,
    Rejected,
    Said,
    Throttled,
    Unreachable,
)
from bot.platforms.slack.membership import SlackDirectory
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.web_api import open_slack_api
from tests.bot.conformance.replies import PNG, REPLIES
from tests.bot.slack.conftest import CHANNEL, PRIVATE, SHARED, acme
from tests.stand_ins.slack.people import read_aloud
from tests.stand_ins.slack.server import SlackServer, slack_running
from tests.stand_ins.slack.workspace import BOT, TEAM

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CARD = Reply((Heading("Production readiness"), Buttons((Button("Sign", "review churn-uplift production"),))))
LETTER = Letter("k1", Address("slack", TEAM, CHANNEL), CARD, {"review churn-uplift production": "tok-1"})

Story = Callable[[SlackServer, SlackMessenger], Coroutine[None, None, None]]


def play(story: Story, *, token: str = "xoxb-good") -> None:
    async def run() -> None:
        async with slack_running(acme()) as server, open_slack_api(token, url=f"{server.url}/api") as api:
            await story(server, SlackMessenger(api))

    asyncio.run(run())


def test_a_letter_is_posted_with_its_words_its_blocks_and_its_key() -> None:
    async def story(server: SlackServer, messenger: SlackMessenger) -> None:
        ref = await messenger.post(LETTER)
        (message,) = server.slack.posted(CHANNEL)
        assert ref == MessageRef(LETTER.to, message["ts"])
        assert message["metadata"] == {"event_type": "gatehouse_post", "event_payload": {"key": "k1"}}
        assert message["text"] == "Production readiness\nButtons: Sign"
        assert message["blocks"][1]["elements"][0]["value"] == "tok-1"
        assert message["unfurl_links"] is False

    play(story)


def test_a_post_whose_answer_was_lost_is_found_again_in_channel_and_thread() -> None:
    async def story(server: SlackServer, messenger: SlackMessenger) -> None:
        root = await messenger.post(replace(LETTER, key="root"))
        in_thread = replace(LETTER, key="k2", to=replace(LETTER.to, thread=root.id))
        for letter in (LETTER, in_thread):
            assert await messenger.find(letter) == NotThere()
            server.lose_answer = {"chat.postMessage"}
            with pytest.raises(Unreachable) as lost:
                await messenger.post(letter)
            assert lost.value.arrived is not False
            found = await messenger.find(letter)
            assert isinstance(found, MessageRef)
            assert found.id == server.slack.posted(CHANNEL)[-1]["ts"]
        assert len(server.slack.posted(CHANNEL)) == 3
        elsewhere = replace(LETTER, to=replace(LETTER.to, channel="CNONE"))
        assert await messenger.find(elsewhere) == CannotAsk()

    play(story)


def test_a_message_is_changed_in_place() -> None:
    async def story(server: SlackServer, messenger: SlackMessenger) -> None:
        ref = await messenger.post(LETTER)
        await messenger.update(ref, replace(LETTER, reply=Reply((Heading("Passed"),))))
        (message,) = server.slack.posted(CHANNEL)
        assert message["text"] == "Passed"
        with pytest.raises(Rejected):
            await messenger.update(replace(ref, id="1.000"), LETTER)

    play(story)


def test_somebody_is_written_to_alone() -> None:
    async def story(server: SlackServer, messenger: SlackMessenger) -> None:
        at = await messenger.open_direct(Account("slack", TEAM, "U1"))
        assert at == Address("slack", TEAM, "DU1")
        ref = await messenger.post(replace(LETTER, to=Address("slack", TEAM, "U1")))
        assert ref.at.channel == "DU1"
        assert len(server.slack.posted("DU1")) == 1
        with pytest.raises(Rejected):
            await messenger.open_direct(Account("slack", TEAM, "U8"))

    play(story)


def test_every_refusal_says_whether_to_wait_to_try_again_or_to_give_up() -> None:
    async def story(server: SlackServer, messenger: SlackMessenger) -> None:
        server.throttle = {"chat.postMessage": 1}
        with pytest.raises(Throttled) as wait:
            await messenger.post(LETTER)
        assert wait.value.seconds == 1
        server.down = True
        with pytest.raises(Unreachable):
            await messenger.post(LETTER)
        server.down = False
        server.slack.channels[CHANNEL].members.remove(BOT)
        with pytest.raises(Rejected, match="/invite @gatehouse"):
            await messenger.post(LETTER)
        server.slack.channels[PRIVATE].archived = True
        with pytest.raises(Rejected, match="archived"):
            await messenger.post(replace(LETTER, to=replace(LETTER.to, channel=PRIVATE)))
        assert server.slack.posted(CHANNEL) == []

    play(story)


def test_a_wrong_token_is_told_with_the_way_out() -> None:
    async def story(_: SlackServer, messenger: SlackMessenger) -> None:
        with pytest.raises(Rejected, match="gatehouse connect slack"):
            await messenger.post(LETTER)

    play(story, token="xoxb-wrong")


def test_nobody_listening_means_it_certainly_was_not_posted() -> None:
    async def run() -> None:
        async with open_slack_api("xoxb-good", url="http://127.0.0.1:9/api") as api:
            with pytest.raises(Unreachable) as lost:
                await SlackMessenger(api).post(LETTER)
            assert lost.value.arrived is False

    asyncio.run(run())


def test_the_stand_in_takes_every_reply_as_a_message() -> None:
    async def story(server: SlackServer, messenger: SlackMessenger) -> None:
        for reply in REPLIES.values():
            ref = await messenger.post(replace(LETTER, reply=reply))
            await messenger.update(ref, replace(LETTER, reply=reply))
        assert server.slack.refusals == []

    play(story)


def test_pictures_are_files_of_the_workspace_uploaded_once() -> None:
    async def story(server: SlackServer, messenger: SlackMessenger) -> None:
        letter = replace(LETTER, reply=Reply((Picture(PNG, "Gates by week", "Gates"),)))
        ref = await messenger.post(letter)
        await messenger.update(ref, letter)
        (block,) = server.slack.posted(CHANNEL)[0]["blocks"]
        assert server.slack.uploads[block["slack_file"]["id"]] == PNG
        assert server.slack.files[block["slack_file"]["id"]]["channel"] is None
        assert server.slack.calls["files.completeUploadExternal"] == 1

    play(story)


# --- an answer in the writing -------------------------------------------------------------


def written(text: str) -> Reply:
    return Reply((Line(text),))


def asked(letter: Letter) -> Event:
    """The question that a letter answers."""
    return Event(letter.key.removesuffix("/answer"), letter.to, Account("slack", TEAM, "U1"), Said("why?"))


def test_an_answer_is_streamed_in_a_thread_and_ends_as_a_whole_message() -> None:
    async def story(server: SlackServer, messenger: SlackMessenger) -> None:
        question = server.slack.new_ts()
        server.slack.channels[CHANNEL].messages.append({"type": "message", "user": "U1", "text": "?", "ts": question})
        letter = replace(LETTER, to=replace(LETTER.to, thread=question))
        messenger.askers.note(asked(letter))
        ref = await messenger.draft(replace(letter, reply=written("Because")), None)
        assert await messenger.draft(replace(letter, reply=written("Because of the budget")), ref) == ref
        (message,) = server.slack.posted(CHANNEL)
        assert message["text"] == "Because of the budget"
        assert message["streamed"]
        assert server.slack.streams == {ref.id}
        await messenger.update(ref, replace(letter, reply=written("Because of the budget [1].")))
        (message,) = server.slack.posted(CHANNEL)
        assert "budget [1]." in read_aloud(message["blocks"])
        assert message["metadata"]["event_payload"]["key"] == "k1"
        assert server.slack.streams == set()
        assert server.slack.refusals == []

    play(story)


def test_where_there_can_be_no_stream_the_message_changes() -> None:
    async def story(server: SlackServer, messenger: SlackMessenger) -> None:
        for letter in (LETTER, replace(LETTER, to=Address("slack", TEAM, "DU1"))):  # no thread
            ref = await messenger.draft(replace(letter, reply=written("One.")), None)
            await messenger.draft(replace(letter, reply=written("One. Two.")), ref)
            await messenger.update(ref, replace(letter, reply=written("One. Two. Three.")))
            (message,) = server.slack.posted(letter.to.channel)
            assert message["text"] == "One. Two. Three."
        assert server.slack.calls["chat.startStream"] == 0

    play(story)


def test_a_stream_whose_words_changed_goes_on_as_a_message_that_changes() -> None:
    async def story(server: SlackServer, messenger: SlackMessenger) -> None:
        root = await messenger.post(LETTER)
        letter = replace(
            LETTER, key="k2", to=replace(LETTER.to, thread=root.id), reference={"user": "U1", "team": TEAM}
        )
        messenger.askers.note(asked(letter))
        ref = await messenger.draft(replace(letter, reply=written("One. Two.")), None)
        await messenger.draft(replace(letter, reply=written("One. Three.")), ref)
        assert server.slack.posted(CHANNEL)[-1]["text"] == "One. Three."
        await messenger.update(ref, replace(letter, reply=written("Done.")))
        assert server.slack.posted(CHANNEL)[-1]["text"] == "Done."

    play(story)


# --- who reads there ------------------------------------------------------------------------


def look(channel: str, change: Callable[[SlackServer], object] = lambda _: None) -> PlaceFacts:
    async def run() -> PlaceFacts:
        async with slack_running(acme()) as server, open_slack_api("xoxb-good", url=f"{server.url}/api") as api:
            server.slack.add_channel("G1", "", [BOT, "U1", "U2"], kind="mpim")
            change(server)
            return await SlackDirectory(api, workspace=TEAM, bot=BOT, clock=lambda: NOW).place(
                Address("slack", TEAM, channel)
            )

    return asyncio.run(run())


def test_a_place_is_what_slack_says_it_is() -> None:
    assert look(CHANNEL) == PlaceFacts("public", NOW, None, "ai-gates")
    assert look(PRIVATE) == PlaceFacts("private", NOW, frozenset({"U1", "U2"}), "churn-core")
    assert look("DU1") == PlaceFacts("direct", NOW, frozenset({"U1"}))
    assert look("G1") == PlaceFacts("group", NOW, frozenset({"U1", "U2"}))
    assert look(SHARED).kind == "external"


def test_what_may_be_read_from_outside_is_external_and_what_cannot_be_seen_is_unknown() -> None:
    assert (
        look(CHANNEL, lambda server: setattr(server.slack.channels[CHANNEL], "pending_shared", True)).kind == "external"
    )
    assert look("CNONE").kind == "unknown"
    assert look(CHANNEL, lambda server: setattr(server, "down", True)).kind == "unknown"
    assert look(CHANNEL, lambda server: setattr(server.slack.channels[CHANNEL], "archived", True)).kind == "unknown"


def test_all_members_of_a_large_private_channel_are_listed() -> None:
    many = [f"U{n}" for n in range(2_500)]
    facts = look(PRIVATE, lambda server: setattr(server.slack.channels[PRIVATE], "members", many))
    assert facts.members == frozenset(many)


def test_an_account_is_a_member_only_when_slack_says_so() -> None:
    async def run() -> list[str]:
        async with slack_running(acme()) as server, open_slack_api("xoxb-good", url=f"{server.url}/api") as api:
            directory = SlackDirectory(api, workspace=TEAM, bot=BOT, clock=lambda: NOW)
            users = ("U1", "U7", "U8", "U9", BOT, "UNONE")
            facts = [await directory.account(Account("slack", TEAM, user)) for user in users]
            assert (facts[0].name, facts[0].email) == ("Ines Duarte", "ines@example.org")
            return [one.kind for one in facts]

    assert asyncio.run(run()) == ["member", "guest", "deactivated", "guest", "bot", "unknown"]
