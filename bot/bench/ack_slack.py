"""Slack's side of the measured acknowledgement: mentions, signed as Slack signs."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Iterator
from hashlib import sha256

from bot.bench.ack import Served
from bot.bench.load import post
from bot.platforms.slack import bench_server
from bot.platforms.slack.bench_server import BARE, OURS, SECRET


def _events(path: str, many: int, numbers: Iterator[int]) -> list[bytes]:
    """Mentions, each another message, signed as Slack signs."""
    return [post(path, _mention(next(numbers)), _signed) for _ in range(many)]


def _mention(number: int) -> bytes:
    event = {
        "type": "app_mention",
        "user": f"U{number % 50}",
        "text": "<@UBOT> status of churn-uplift?",
        "ts": f"1763600000.{number:06d}",
        "channel": f"C{number % 20}",
        "team": "T1",
    }
    envelope = {
        "type": "event_callback",
        "team_id": "T1",
        "api_app_id": "A1",
        "event": event,
        "event_id": f"Ev{number}",
        "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}],
    }
    return json.dumps(envelope).encode()


def _signed(body: bytes) -> dict[str, str]:
    moment = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{moment}:".encode() + body, sha256).hexdigest()
    kind = {"content-type": "application/json"}
    return {**kind, "x-slack-request-timestamp": moment, "x-slack-signature": f"v0={digest}"}


SLACK = Served(bench_server.__name__, BARE, OURS, lambda _port: _events)
