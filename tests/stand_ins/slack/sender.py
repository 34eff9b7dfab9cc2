"""Sends what Slack sends: signed requests or envelopes, waiting three seconds, then again up to three times."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlencode

from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.workspace import Json, Workspace

PATIENCE = 3.0
RETRIES = 3


@dataclass(frozen=True)
class Sending:
    """What one delivery came to: HTTP status (0: no answer in time), body, and how often it was sent."""

    status: int
    body: Json
    attempts: int


class Line(Protocol):
    """A way to the app: `kind` is events_api, interactive or slash_commands."""

    async def __call__(self, kind: str, payload: Json, *, retry: int) -> tuple[int, Json]: ...


Post = Callable[[str, bytes, dict[str, str]], Awaitable[tuple[int, bytes]]]


def signed(slack: Workspace, body: bytes, *, at: float | None = None, secret: str | None = None) -> dict[str, str]:
    """The headers by which Slack proves that a request is its own."""
    moment = str(int(at if at is not None else slack.clock()))
    base = b"v0:" + moment.encode() + b":" + body
    digest = hmac.new((secret or slack.signing_secret).encode(), base, sha256).hexdigest()
    return {"x-slack-request-timestamp": moment, "x-slack-signature": f"v0={digest}"}


def as_request(kind: str, payload: Json) -> tuple[bytes, str]:
    """A payload's bytes and content type, as Slack posts each kind."""
    form = "application/x-www-form-urlencoded"
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    if kind == "slash_commands":
        return urlencode(payload).encode(), form
    return urlencode({"payload": json.dumps(payload)}).encode(), form


@dataclass
class HttpLine:
    """Events by signed HTTP requests. Real time signs them: the app checks the window by its own clock."""

    slack: Workspace
    post: Post
    now: Callable[[], float]
    path: str = "/slack/events"

    async def __call__(self, kind: str, payload: Json, *, retry: int) -> tuple[int, Json]:
        body, content_type = as_request(kind, payload)
        headers = signed(self.slack, body, at=self.now()) | {"content-type": content_type}
        if retry:
            headers |= {"x-slack-retry-num": str(retry), "x-slack-retry-reason": "http_timeout"}
        status, answer = await self.post(self.path, body, headers)
        return status, json.loads(answer) if answer[:1] == b"{" else {}


@dataclass
class SocketLine:
    """Events by envelopes of Socket Mode; the acknowledgement comes back on the socket."""

    server: SlackServer

    async def __call__(self, kind: str, payload: Json, *, retry: int) -> tuple[int, Json]:
        name = self.server.slack.new_id("envelope.")
        answered: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.server.waiting[name] = answered
        envelope: Json = {"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": True}
        if retry:
            envelope |= {"retry_attempt": retry, "retry_reason": "timeout"}
        await self.server.next_socket().send_json(envelope)
        return 200, await answered


@dataclass
class Sender:
    """Delivers by a line as Slack does: no answer within `patience` seconds, or an error, and it is sent again."""

    line: Line
    patience: float = PATIENCE
    log: list[tuple[str, Sending]] = field(default_factory=list)

    async def send(self, kind: str, payload: Json, *, retries: int = RETRIES) -> Sending:
        status, body = 0, {}
        for attempt in range(retries + 1):
            try:
                status, body = await asyncio.wait_for(self.line(kind, payload, retry=attempt), self.patience)
            except TimeoutError:
                status, body = 0, {}
            if 200 <= status < 300 or 400 <= status < 500 or kind != "events_api":
                break
        sent = Sending(status, body, attempt + 1)
        self.log.append((kind, sent))
        return sent
