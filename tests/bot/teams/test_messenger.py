"""What goes to Teams and where: threads, streams in personal chats alone, who has the app, who comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from bot.chat import Line, Reply
from bot.messaging.model import Account, Address, Letter, Rejected
from bot.platforms.teams.heard import Act, Installed, Nothing, PlaceChanged, TeamChanged
from bot.platforms.teams.parse import parse
from tests.bot.teams.conftest import CHANNEL, GROUP, Stage, stage
from tests.stand_ins.teams.service import SERVICE, TEAM, TENANT

Story = Callable[[Stage], Coroutine[None, None, None]]


def play(story: Story) -> None:
    async def run() -> None:
        async with stage() as on:
            await story(on)

    asyncio.run(run())


def letter(channel: str, text: str, *, kind: str, thread: str = "") -> Letter:
    at = Address("teams", TENANT, channel, thread)
    return Letter("key", at, Reply((Line(text),)), reference={"service_url": SERVICE, "kind": kind})


def test_a_message_to_a_channel_begins_a_thread_that_it_can_be_changed_in() -> None:
    async def story(on: Stage) -> None:
        ref = await on.connected.messenger.post(letter(CHANNEL, "before", kind="channel"))
        assert ref.at == Address("teams", TENANT, CHANNEL, ref.id)
        await on.connected.messenger.update(ref, letter(CHANNEL, "after", kind="channel", thread=ref.id))
        (shown,) = on.teams.conversations[CHANNEL].messages.values()
        assert "after" in str(shown)
        assert shown["thread"] == ref.id

    play(story)


def test_an_answer_grows_in_a_personal_chat_and_ends_as_one_message() -> None:
    async def story(on: Stage) -> None:
        messenger, chat = on.connected.messenger, "a:ines"
        ref = await messenger.draft(letter(chat, "It", kind="personal"), None)
        ref = await messenger.draft(letter(chat, "It waits", kind="personal"), ref)
        assert [part["text"] for part in on.teams.conversations[chat].typing] == ["It", "It waits"]
        await messenger.update(ref, letter(chat, "It waits for Tomas.", kind="personal"))
        assert list(on.teams.conversations[chat].messages) == [ref.id]

    play(story)


@pytest.mark.parametrize(("place", "kind"), [(GROUP, "groupChat"), (CHANNEL, "channel")])
def test_nothing_is_streamed_before_others(place: str, kind: str) -> None:
    async def story(on: Stage) -> None:
        with pytest.raises(Rejected, match="personal chats"):
            await on.connected.messenger.draft(letter(place, "It", kind=kind, thread="1"), None)
        assert on.teams.conversations[place].typing == []

    play(story)


def test_whoever_has_not_the_app_cannot_be_written_to_and_what_to_do_is_said() -> None:
    async def story(on: Stage) -> None:
        on.teams.not_installed.add("tomas")
        with pytest.raises(Rejected, match="The app is not installed there"):
            await on.connected.messenger.open_direct(Account("teams", TENANT, "tomas"))

    play(story)


def test_a_team_that_installs_the_app_has_its_standard_channels_kept_to_be_written_to_unasked() -> None:
    async def story(on: Stage) -> None:
        await on.client.installs(TEAM)
        assert set(on.desk.references) == {f"teams:{TENANT}:{TEAM}", f"teams:{TENANT}:{CHANNEL}"}
        assert on.desk.references[f"teams:{TENANT}:{CHANNEL}"]["service_url"] == SERVICE

    play(story)


def test_what_is_said_without_a_mention_counts_in_threads_alone() -> None:
    async def story(on: Stage) -> None:
        for place in (CHANNEL, GROUP):
            assert isinstance(parse(on.client.activity("ines", place, text="so?"), tenant=TENANT), Nothing)
        followed = parse(on.client.activity("ines", f"{CHANNEL};messageid=7", text="so?"), tenant=TENANT)
        assert isinstance(followed, Act)
        assert followed.event.addressed == "thread"

    play(story)


def test_who_comes_and_goes_makes_what_is_known_of_the_readers_old() -> None:
    async def story(on: Stage) -> None:
        def heard(place: str, **said: object) -> type:
            return type(parse(on.client.activity("ines", place, text=None, **said), tenant=TENANT))

        gone = {"membersRemoved": [{"id": "29:tomas"}]}
        assert heard(CHANNEL, type="conversationUpdate", **gone) is TeamChanged
        assert heard(GROUP, type="conversationUpdate", **gone) is PlaceChanged
        assert heard(CHANNEL, type="conversationUpdate", channelData={
            "tenant": {"id": TENANT}, "team": {"id": TEAM}, "eventType": "channelDeleted"}) is TeamChanged  # fmt: skip
        assert heard("a:ines", type="installationUpdate", action="add") is Installed
        assert heard("a:ines", type="installationUpdate", action="remove") is PlaceChanged

    play(story)
