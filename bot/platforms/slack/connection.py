"""One Slack workspace connected: who the bot is there, and its door in HTTP or Socket Mode."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.reception import Reception
from bot.platforms.connected import Connected
from bot.platforms.doors import Asgi, Send
from bot.platforms.pace import Pace
from bot.platforms.slack.app import slack_app, slack_asgi, socket_mode
from bot.platforms.slack.door import SlackDoor
from bot.platforms.slack.membership import SlackDirectory
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.web_api import DEFAULT_URL, SlackApi, open_slack_api

PATH = "/slack/events"

PERSON_BURST, PERSON_PER_SECOND = 20, 0.5
"""Twenty in a row, then one every two seconds: more than anybody types, less than a script."""

CHANNEL_BURST, CHANNEL_PER_SECOND = 100, 5.0


@dataclass(frozen=True)
class SlackTokens:
    """What an installation has of Slack. With an `app_token` it is Socket Mode, else the signing secret is needed."""

    bot: str
    signing_secret: str = ""
    app: str = ""
    url: str = DEFAULT_URL


@asynccontextmanager
async def connect_slack(tokens: SlackTokens, *, clock: Callable[[], datetime], page: str) -> AsyncIterator[Connected]:
    """The workspace of the bot token. `page` is where the web page is reached, empty for nowhere.

    Raises:
        DeliveryError: Slack does not take the token, or cannot be reached.
    """
    async with open_slack_api(tokens.bot, url=tokens.url) as api:
        who = await api.call("auth.test")
        workspace, bot = str(who["team_id"]), str(who["user_id"])
        messenger = SlackMessenger(api, page=page)

        @asynccontextmanager
        async def open_door(desk: Reception) -> AsyncIterator[Asgi]:
            app = slack_app(_door(api, desk, messenger, page), signing_secret=tokens.signing_secret)
            if not tokens.app:
                yield slack_asgi(app)
                return
            async with socket_mode(app, api, token=tokens.app):
                yield slack_asgi(app) if tokens.signing_secret else _closed

        directory = SlackDirectory(api, workspace=workspace, bot=bot, clock=clock)
        yield Connected("slack", workspace, messenger, directory, PATH, open_door)


def _door(api: SlackApi, desk: Reception, messenger: SlackMessenger, page: str) -> SlackDoor:
    return SlackDoor(
        api,
        desk,
        page=page,
        askers=messenger.askers,
        person=Pace(burst=PERSON_BURST, per_second=PERSON_PER_SECOND, clock=time.monotonic),
        channel=Pace(burst=CHANNEL_BURST, per_second=CHANNEL_PER_SECOND, clock=time.monotonic),
    )


async def _closed(_scope: object, _receive: object, send: Send) -> None:
    """In Socket Mode without a signing secret nobody can prove over HTTP that he is Slack."""
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
