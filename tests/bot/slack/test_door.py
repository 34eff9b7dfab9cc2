"""What comes in from Slack: taken once, acknowledged when it is on disk, refused when it is not Slack's."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from bot.chat import Button, Buttons, Form, Line, Reply, TextInput
from bot.messaging.model import Account, Address, Ordered, Pressed, Said, Sent
from bot.platforms.pace import Pace
from bot.platforms.slack.parts import Means
from bot.platforms.slack.render import render
from tests.bot.slack.conftest import CHANNEL, PRIVATE, Stage, stage
from tests.stand_ins.slack.people import labels, read_aloud
from tests.stand_ins.slack.rules import broken_view
from tests.stand_ins.slack.sender import as_request, signed
from tests.stand_ins.slack.workspace import BOT, TEAM

FORM = Form(
    "Reject", "reject churn-uplift production", parts=(Line("Production readiness"),),
    inputs=(TextInput("reason", "Reason", required=True),), submit="Reject", others=(Button("Leave", "leave"),),
)  # fmt: skip


def test_a_mention_that_comes_as_two_events_is_taken_once(by_socket: bool) -> None:
    async def story() -> None:
        async with stage(socket=by_socket) as here:
            for _ in range(4):  # both orders occur
                await here.client.says("U1", CHANNEL, f"<@{BOT}> status of churn-uplift &amp; <#C2|churn-core>?")
            assert len(here.desk.events) == 4
            event = here.desk.events[0]
            ts = event.at.thread
            assert event.payload == Said("status of churn-uplift & #churn-core?")
            assert event.at == Address("slack", TEAM, CHANNEL, ts)
            assert event.sender == Account("slack", TEAM, "U1")
            assert event.key == f"{TEAM}:{CHANNEL}:{ts}"
            assert {one.addressed for one in here.desk.events} == {"bot"}

    asyncio.run(story())


def test_words_in_a_thread_are_passed_on_as_such_and_other_words_are_not(by_socket: bool) -> None:
    async def story() -> None:
        async with stage(socket=by_socket) as here:
            first = await here.client.says("U1", CHANNEL, "good morning")
            await here.client.says("U1", CHANNEL, "and who owns it?", thread=first)
            await here.client.says("U1", "DU1", "status?")
            said = [(one.payload, one.addressed, one.at.thread) for one in here.desk.events]
            assert said == [(Said("and who owns it?"), "thread", first), (Said("status?"), "bot", "")]

    asyncio.run(story())


def test_the_bot_hears_neither_itself_nor_other_bots(by_socket: bool) -> None:
    async def story() -> None:
        async with stage(socket=by_socket) as here:
            await here.api.call("chat.postMessage", channel=CHANNEL, text=f"I am <@{BOT}>")
            assert await here.client.echoes() == 1
            other = {"type": "message", "bot_id": "B9", "text": f"<@{BOT}> status?", "ts": "1.1", "channel": CHANNEL}
            await here.client.happens(other)
            await here.client.happens({**other, "type": "app_mention"})
            edited = {"type": "message", "subtype": "message_changed", "channel": CHANNEL, "ts": "1.2"}
            await here.client.happens(edited)
            assert here.desk.events == []

    asyncio.run(story())


def test_slash_commands_are_orders_and_questions(by_socket: bool) -> None:
    async def story() -> None:
        async with stage(socket=by_socket) as here:
            for command, text in (("/gate", "status churn-uplift"), ("/gate", ""), ("/ask", "why precision@10 %?")):
                assert (await here.client.orders("U1", CHANNEL, command, text)).status == 200
            payloads = [event.payload for event in here.desk.events]
            assert payloads == [Ordered("status churn-uplift"), Ordered("help"), Said("why precision@10 %?")]

    asyncio.run(story())


def test_a_press_opens_a_form_and_what_is_typed_comes_back_with_its_token(by_socket: bool) -> None:
    async def story() -> None:
        async with stage(socket=by_socket) as here:
            await card(here)
            here.desk.answers = {"reject": FORM, FORM.command: Reply((Line("Rejected."),))}
            await here.client.presses("U1", CHANNEL, "Reject")
            await here.desk.settle()
            assert here.desk.shown == [True]
            assert here.client.view_of("U1")["private_metadata"] == FORM.command
            sent = await here.client.submits("U1", {"reason": "too slow"})
            assert sent.body["response_action"] == "update"
            assert here.desk.events[-1].payload == Sent(FORM.command, {"reason": "too slow"})
            assert "Rejected." in read_aloud(here.client.view_of("U1")["blocks"])

    asyncio.run(story())


def test_errors_come_back_in_the_acknowledgement_and_leave_the_form_as_it_is() -> None:
    async def story() -> None:
        async with stage() as here:
            await card(here)
            wrong = Form(FORM.title, FORM.command, inputs=FORM.inputs, errors={"reason": "Say why.", "other": "x"})
            here.desk.answers = {"reject": FORM, FORM.command: wrong}
            await here.client.presses("U1", CHANNEL, "Reject")
            await here.desk.settle()
            sent = await here.client.submits("U1", {"reason": ""})
            assert sent.body == {"response_action": "errors", "errors": {"input:reason": "Say why."}}

    asyncio.run(story())


def test_a_button_in_a_modal_changes_it_and_brings_what_was_typed() -> None:
    async def story() -> None:
        async with stage() as here:
            await card(here)
            here.desk.answers = {"reject": FORM, "leave": Reply((Line("Saved."),))}
            await here.client.presses("U1", CHANNEL, "Reject")
            await here.desk.settle()
            await here.client.presses_in_view("U1", "Leave", {"reason": "half a sent"})
            await here.desk.settle()
            assert here.desk.events[-1].payload == Pressed("leave", {"reason": "half a sent"})
            assert here.desk.events[-1].at == Address("slack", TEAM, "U1")
            assert "Saved." in read_aloud(here.client.view_of("U1")["blocks"])

    asyncio.run(story())


def test_what_is_ready_too_late_for_a_modal_is_not_tried() -> None:
    async def story() -> None:
        now = [0.0]
        async with stage(clock=lambda: now[0]) as here:
            await card(here)
            here.desk.answers = {"reject": FORM}
            here.desk.delay = 0.05
            await here.client.presses("U1", CHANNEL, "Reject")
            now[0] += 2.6
            await here.desk.settle()
            assert here.desk.shown == [False]
            assert here.slack.calls["views.open"] == 0

    asyncio.run(story())


def test_a_step_that_takes_too_long_is_said_so_and_shown_when_it_is_there() -> None:
    async def story() -> None:
        clock = Stepping()
        async with stage(clock=clock) as here:
            await card(here)
            here.desk.answers = {"reject": FORM, FORM.command: Reply((Line("Rejected."),))}
            await here.client.presses("U1", CHANNEL, "Reject")
            await here.desk.settle()
            here.desk.delay, clock.step = 0.05, 2.4
            sent = await here.client.submits("U1", {"reason": "too slow"})
            assert "being worked on" in read_aloud(sent.body["view"]["blocks"])
            await here.desk.settle()
            assert "Rejected." in read_aloud(here.client.view_of("U1")["blocks"])

    asyncio.run(story())


class Stepping:
    """A clock that moves by `step` seconds at every look."""

    def __init__(self) -> None:
        self.now = self.step = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_two_presses_on_one_modal_leave_the_newer_step() -> None:
    async def story() -> None:
        async with stage() as here:
            await card(here)
            here.desk.answers = {"reject": FORM, "leave": Reply((Line("Saved."),))}
            await here.client.presses("U1", CHANNEL, "Reject")
            await here.desk.settle()
            view = here.client.view_of("U1")
            here.desk.delay = 0.05
            await asyncio.gather(*(here.client.presses_in_view("U1", "Leave") for _ in range(2)))
            await here.desk.settle()
            assert here.desk.shown == [True, True, True]
            assert ("views.update", "hash_conflict", []) in here.slack.refusals
            assert here.client.view_of("U1")["hash"] != view["hash"]

    asyncio.run(story())


def test_the_home_shows_what_waits() -> None:
    async def story() -> None:
        async with stage() as here:
            here.desk.answers = {"home": Reply((Line("Two sign-offs wait for you."), Buttons((Button("Go", "go"),))))}
            await here.client.opens_home("U1")
            await here.desk.settle()
            assert "Two sign-offs" in read_aloud(here.slack.homes["U1"]["blocks"])
            assert labels(here.slack.homes["U1"]) == ["Go"]

    asyncio.run(story())


def test_a_message_is_recorded_by_a_shortcut() -> None:
    async def story() -> None:
        async with stage() as here:
            here.desk.answers = {"record decision": FORM}
            ts = await here.client.says("U2", CHANNEL, "we ship on &lt;Friday&gt;")
            await here.client.shortcut("U1", "record_decision", channel=CHANNEL, ts=ts)
            await here.desk.settle()
            link = f"https://acme.slack.com/archives/{CHANNEL}/p{ts.replace('.', '')}"
            assert here.desk.events[0].payload == Ordered(
                "record decision", {"text": "we ship on <Friday>", "source": link}
            )
            assert here.client.view_of("U1")["title"]["text"] == "Reject"

    asyncio.run(story())


def test_the_global_search_finds_a_gate_and_shows_it(by_socket: bool) -> None:
    async def story() -> None:
        async with stage(socket=by_socket) as here:
            await here.client.shortcut("U1", "find")
            while not here.slack.views:  # opened beside the acknowledgement
                await asyncio.sleep(0.01)
            assert (
                broken_view(
                    {
                        k: v
                        for k, v in here.client.view_of("U1").items()
                        if k in ("type", "title", "blocks", "submit", "close")
                    }
                )
                == []
            )
            found = (await here.client.searches("U1", "churn")).body["options"]
            assert [one["value"] for one in found] == ["churn-uplift production"]
            here.desk.answers = {"show churn-uplift production": Reply((Line("Collecting."),))}
            await here.client.submits("U1", {"search": found[0]["value"]})
            assert "Collecting." in read_aloud(here.client.view_of("U1")["blocks"])

    asyncio.run(story())


def test_changes_of_places_and_people_are_told() -> None:
    async def story() -> None:
        async with stage() as here:
            for event in (
                {"type": "member_joined_channel", "user": "U4", "channel": PRIVATE},
                {"type": "member_left_channel", "user": "U4", "channel": PRIVATE},
                {"type": "channel_archive", "channel": PRIVATE},
                {"type": "channel_rename", "channel": {"id": PRIVATE, "name": "new"}},
                {"type": "channel_shared", "channel": PRIVATE},
                {"type": "message", "subtype": "channel_convert_to_private", "channel": PRIVATE, "ts": "1.1"},
            ):
                await here.client.happens(event)
            assert here.desk.changed == [Address("slack", TEAM, PRIVATE)] * 6
            await here.client.happens({"type": "team_join", "user": {"id": "U5", "team_id": TEAM}})
            assert here.desk.changed[-1] == Address("slack", TEAM, "")
            await here.client.happens({"type": "user_change", "user": {"id": "U8", "team_id": TEAM}})
            assert here.desk.changed[-1] == Account("slack", TEAM, "U8")
            assert here.desk.events == []

    asyncio.run(story())


# --- who may knock ----------------------------------------------------------------------


def test_only_slack_s_own_signature_of_the_last_five_minutes_opens_the_door() -> None:
    async def story() -> None:
        async with stage() as here:
            _, events = here.client.written("U1", CHANNEL, f"<@{BOT}> status?")
            body, kind = as_request("events_api", events[0])
            now = time.time()
            for headers, status in (
                (signed(here.slack, body, at=now), 200),
                (signed(here.slack, body, at=now, secret="wrong"), 401),
                (signed(here.slack, body, at=now - 301), 401),
                (signed(here.slack, body + b" ", at=now), 401),
                ({}, 401),
            ):
                answer = await here.door.post("/slack/events", content=body, headers=headers | {"content-type": kind})
                assert answer.status_code == status, headers
            assert len(here.desk.events) == 1
            assert here.desk.events[0].nonce.startswith("v0=")

    asyncio.run(story())


def test_what_is_no_request_of_slack_s_is_refused_without_a_fuss() -> None:
    async def story() -> None:
        async with stage() as here:
            kind = {"content-type": "application/json"}
            for body in (b"\xff\xfe", b"{", b"[]", b"{}", b"null", b'{"type":"event_callback"}', b'{"command": 1}'):
                headers = signed(here.slack, body, at=time.time()) | kind
                answer = await here.door.post("/slack/events", content=body, headers=headers)
                assert answer.status_code in (200, 400, 401), body
            assert (await here.door.get("/slack/events")).status_code == 405
            assert (await here.door.post("/slack/events", content=b"x" * 2_000_000)).status_code == 413
            assert here.desk.events == []

    asyncio.run(story())


def test_the_url_is_verified() -> None:
    async def story() -> None:
        async with stage() as here:
            body = json.dumps({"type": "url_verification", "challenge": "c1", "token": "t"}).encode()
            headers = signed(here.slack, body, at=time.time()) | {"content-type": "application/json"}
            answer = await here.door.post("/slack/events", content=body, headers=headers)
            assert (answer.status_code, answer.json()) == (200, {"challenge": "c1"})

    asyncio.run(story())


def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again() -> None:
    async def story() -> None:
        async with stage() as here:
            here.desk.broken = True
            _, events = here.client.written("U1", CHANNEL, f"<@{BOT}> status?")
            sent = await here.client.sender.send("events_api", events[0])
            assert (sent.status, sent.attempts) == (503, 4)
            here.desk.broken = False
            assert (await here.client.sender.send("events_api", events[0])).attempts == 1
            assert len(here.desk.events) == 1

    asyncio.run(story())


def test_a_status_line_shows_that_an_answer_is_on_its_way() -> None:
    async def story() -> None:
        async with stage() as here:
            ts = await here.client.says("U1", CHANNEL, f"<@{BOT}> status?")
            while not here.slack.statuses:
                await asyncio.sleep(0.01)
            assert here.slack.statuses == [{"channel": CHANNEL, "thread_ts": ts, "status": "is looking it up"}]

    asyncio.run(story())


def test_somebody_who_asks_too_fast_is_told_and_others_are_not_held_up() -> None:
    async def story() -> None:
        pace = Pace(burst=3, per_second=1, clock=lambda: 0.0)
        async with stage(person=pace) as here:
            for n in range(5):
                await here.client.says("U1", CHANNEL, f"<@{BOT}> status {n}?")  # two events each, counted once
            await here.client.says("U2", CHANNEL, f"<@{BOT}> status?")
            assert len(here.desk.events) == 4
            assert here.desk.turned_away == 4
            while not here.slack.ephemeral:  # told beside the acknowledgement
                await asyncio.sleep(0.01)
            (told,) = here.slack.ephemeral  # once, not for each
            assert told["user"] == "U1"
            assert "not taken in" in told["text"]

    asyncio.run(story())


def test_a_channel_that_asks_too_fast_holds_up_no_other_channel() -> None:
    async def story() -> None:
        pace = Pace(burst=3, per_second=1, clock=lambda: 0.0)
        async with stage(channel=pace) as here:
            for n in range(5):
                await here.client.says(f"U{n % 4 + 1}", CHANNEL, f"<@{BOT}> status {n}?")
            await here.client.says("U1", PRIVATE, f"<@{BOT}> status?")
            assert [event.at.channel for event in here.desk.events] == [CHANNEL] * 3 + [PRIVATE]

    asyncio.run(story())


def test_no_acknowledgement_waits_for_slack_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        answers = asyncio.Event()
        async with stage(person=Pace(burst=0, per_second=0, clock=lambda: 0.0)) as here:
            call = here.api.call

            async def slow(method: str, **arguments: object) -> object:
                await answers.wait()
                return await call(method, **arguments)

            monkeypatch.setattr(here.api, "call", slow)
            await here.client.says("U1", CHANNEL, f"<@{BOT}> status?")
            assert (await here.client.shortcut("U1", "find")).status == 200
            assert here.slack.ephemeral == []
            assert here.slack.views == {}
            answers.set()
            while not (here.slack.ephemeral and here.slack.views):
                await asyncio.sleep(0.01)

    asyncio.run(story())


def test_every_event_comes_on_one_of_the_socket_s_connections_and_goes_on_when_one_is_renewed() -> None:
    async def story() -> None:
        async with stage(socket=True) as here:
            assert 1 < len(here.server.sockets) <= 10
            for n in range(4):
                await here.client.says("U1", CHANNEL, f"<@{BOT}> status {n}?")
            renewed = here.server.sockets[0]
            await renewed.close()
            while renewed in here.server.sockets:
                await asyncio.sleep(0.01)
            await here.client.says("U1", CHANNEL, f"<@{BOT}> status 4?")
            assert len({event.key for event in here.desk.events}) == 5

    asyncio.run(story())


async def card(here: Stage) -> None:
    """A card with a button stands in the channel."""
    drawn = render(
        Reply((Line("Production readiness"), Buttons((Button("Reject", "reject"),)))), Means({"reject": "reject"})
    )
    await here.api.call("chat.postMessage", channel=CHANNEL, text=drawn.text, blocks=list(drawn.blocks))
