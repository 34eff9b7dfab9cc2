"""What the acknowledgement is measured on: our door with its durable inbox, beside a bare Bolt that does nothing."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.database import durable, migrate, open_database
from bot.inbox import Inbox
from bot.messaging.model import Acceptance, Account, Address, Event, Responder
from bot.platforms.doors import Asgi, Doors
from bot.platforms.slack.app import slack_app, slack_asgi
from bot.platforms.slack.door import SlackDoor
from bot.platforms.slack.web_api import open_slack_api
from bot.platforms.web.serve import serve
from bot.pools import open_pools

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
"""Signs the bench's own requests; no secret of anybody."""

BARE, OURS = "/bare", "/slack/events"


class InboxOnly:
    """A desk that takes in and leaves the work to other processes."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def accept(self, event: Event, respond: Responder) -> Acceptance:  # noqa: ARG002 (nothing is worked out here)
        return await self._inbox.accept(event)

    async def place_changed(self, at: Address) -> None:
        raise NotImplementedError

    async def account_changed(self, account: Account) -> None:
        raise NotImplementedError

    async def workspace_changed(self, at: Address) -> None:
        raise NotImplementedError

    async def is_first(self, nonce: str) -> bool:
        return await self._inbox.is_first(nonce)

    async def too_fast(self, event: Event) -> None:
        raise NotImplementedError

    async def search(self, account: Account, text: str) -> Sequence[tuple[str, str]]:
        raise NotImplementedError


def bare_bolt() -> AsyncApp:
    """The least a Slack app does with Bolt: a listener for mentions that acknowledges and no more."""

    async def somebody(**_: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="UBOT", bot_id="B1", bot_token="xoxb-none")

    async def nothing(**_: object) -> None:
        return None

    app = AsyncApp(signing_secret=SECRET, authorize=somebody)
    app.event("app_mention")(nothing)
    return app


def run(port: int, url: str) -> None:
    """Serve both until stopped."""

    @asynccontextmanager
    async def doors() -> AsyncIterator[Mapping[str, Asgi]]:
        database, pools = open_database(url), open_pools()
        migrate(database)
        async with open_slack_api("xoxb-none", url="http://127.0.0.1:9/") as api:
            inbox = Inbox(durable(database), pool=pools["door"], clock=lambda: datetime.now(UTC))
            ours = slack_app(SlackDoor(api, InboxOnly(inbox), status_line=False), signing_secret=SECRET)
            yield {BARE: slack_asgi(bare_bolt()), OURS: slack_asgi(ours)}
        pools.close()

    serve(Doors(_empty_page, doors), host="127.0.0.1", port=port)


async def _empty_page(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        for end in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{end}.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2])
