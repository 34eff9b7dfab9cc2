"""Connecting: every token is tried, and what is missing is said with the way to get it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
import yaml

from bot.platforms.slack.checks import Finding, check_slack
from bot.platforms.slack.connection import SlackTokens
from bot.platforms.slack.manifest import manifest, wanted_scopes
from bot.platforms.slack.parse import ASK_COMMAND, RECORDED
from tests.bot.front_door import House
from tests.bot.slack.conftest import acme
from tests.stand_ins.slack.server import SlackServer, slack_running

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def look(
    tokens: SlackTokens, *, change: Callable[[SlackServer], object] = lambda _: None, address: str = ""
) -> dict[str, Finding]:
    async def run() -> dict[str, Finding]:
        async with slack_running(acme()) as server:
            server.slack.scopes = ",".join(wanted_scopes())
            change(server)
            here = SlackTokens(tokens.bot, tokens.signing_secret, tokens.app, f"{server.url}/api")
            return {one.what: one for one in await check_slack(here, address=address, now=time.time)}

    return asyncio.run(run())


def test_good_tokens_are_found_good() -> None:
    found = look(SlackTokens("xoxb-good", app="xapp-good"))
    assert [one.good for one in found.values()] == [True, True, True]
    assert found["bot token"].said == "gatehouse in Acme (T1)"


def test_a_missing_scope_is_named() -> None:
    found = look(
        SlackTokens("xoxb-good", app="xapp-good"),
        change=lambda server: setattr(server.slack, "scopes", ",".join(wanted_scopes() - {"users:read", "im:write"})),
    )
    assert found["scopes"].said == "missing: im:write, users:read"
    assert "install the app" in found["scopes"].fix


@pytest.mark.parametrize(
    ("tokens", "what", "fix"),
    [
        (SlackTokens(""), "bot token", "SLACK_BOT_TOKEN"),
        (SlackTokens("xapp-good"), "bot token", "SLACK_BOT_TOKEN"),
        (SlackTokens("xoxb-wrong"), "bot token", "Copy the token again"),
        (SlackTokens("xoxb-good"), "way in", "SLACK_SIGNING_SECRET"),
        (SlackTokens("xoxb-good", app="xapp-wrong"), "way in", "connections:write"),
        (SlackTokens("xoxb-good", signing_secret=SECRET), "way in", "GATEHOUSE_PUBLIC_URL"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(tokens: SlackTokens, what: str, fix: str) -> None:
    found = look(tokens)[what]
    assert not found.good
    assert fix in found.fix


def test_an_address_that_does_not_lead_here_is_said() -> None:
    found = look(SlackTokens("xoxb-good", signing_secret=SECRET), address="http://127.0.0.1:9")["way in"]
    assert not found.good
    assert "gatehouse serve" in found.fix


def test_the_manifest_names_what_the_code_hears() -> None:
    shown = yaml.safe_load(manifest(address="https://gates.acme.example"))
    commands = {one["command"] for one in shown["features"]["slash_commands"]}
    shortcuts = {one["callback_id"] for one in shown["features"]["shortcuts"]}
    assert commands == {ASK_COMMAND, "/gate"}
    assert shortcuts == {*RECORDED, "find"}
    assert shown["settings"]["event_subscriptions"]["request_url"] == "https://gates.acme.example/slack/events"
    socket = yaml.safe_load(manifest())
    assert socket["settings"]["socket_mode_enabled"] is True
    assert "https://" not in manifest()


def test_the_command_prints_the_manifest_and_checks_without_asking(house: House) -> None:
    assert "socket_mode_enabled: true" in house.run("connect", "slack", "--manifest").out
    ran = house.run("connect", "slack", "--check")
    assert ran.code == 1
    assert "SLACK_BOT_TOKEN" in ran.out
    assert "Traceback" not in ran.err
