"""Teams' side of the measured acknowledgement: mentions in channels, each request with a bearer that is checked."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx

from bot.bench.ack import Requests, Served
from bot.bench.load import post
from bot.platforms.teams import bench_server
from bot.platforms.teams.bench_server import APP, BARE, OURS, SERVICE, TENANT, TOKEN

BOT = {"id": f"28:{APP}", "name": "Gatehouse"}


def _requests(port: int) -> Requests:
    """With the token of the server at this port; Teams, too, uses one for many requests."""
    token = httpx.get(f"http://127.0.0.1:{port}{TOKEN}").raise_for_status().json()["token"]
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}

    def requests(path: str, many: int, numbers: Iterator[int]) -> list[bytes]:
        return [post(path, _mention(next(numbers)), lambda _body: headers) for _ in range(many)]

    return requests


def _mention(number: int) -> bytes:
    channel, user = f"19:bench-{number % 20}@thread.tacv2", f"user-{number % 50}"
    activity = {
        "type": "message",
        "id": f"{number}",
        "channelId": "msteams",
        "serviceUrl": SERVICE,
        "text": "<at>Gatehouse</at> status of churn-uplift?",
        "entities": [{"type": "mention", "mentioned": BOT, "text": "<at>Gatehouse</at>"}],
        "from": {"id": f"29:{user}", "name": user, "aadObjectId": user},
        "recipient": BOT,
        "conversation": {"id": f"{channel};messageid={number}", "conversationType": "channel", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}, "team": {"id": "19:bench@thread.tacv2"}, "channel": {"id": channel}},
    }
    return json.dumps(activity).encode()


TEAMS = Served(bench_server.__name__, BARE, OURS, _requests)
