"""What the acknowledgement is measured on: our door with its durable inbox, beside a bare Bolt that does nothing."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.database import durable, migrate, open_database
from bot.delivery.inbox import Inbox
from bot.platforms.bench_desk import InboxOnly, empty_page
from bot.platforms.doors import Asgi, Doors
from bot.platforms.slack.app import slack_app, slack_asgi
from bot.platforms.slack.door import SlackDoor
from bot.platforms.slack.web_api import open_slack_api
from bot.platforms.web.serve import serve
from bot.process.pools import open_pools
from bot.process.runtime import settle_for_serving

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
"""Signs the bench's own requests; no secret of anybody."""

BARE, OURS = "/bare", "/slack/events"


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
            settle_for_serving()  # as the product's own process is set
            yield {BARE: slack_asgi(bare_bolt()), OURS: slack_asgi(ours)}
        pools.close()

    serve(Doors(empty_page, doors), host="127.0.0.1", port=port)


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2])
