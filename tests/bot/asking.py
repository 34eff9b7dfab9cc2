"""A client before the web surface, and what it needs to ask and to read errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from secrets import token_urlsafe
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from bot.chat import Ask
from bot.conversation.told import Told
from bot.people.signin import LocalUsers, Sessions
from bot.platforms.web.app import web_app
from bot.platforms.web.site import Site
from tests.bot.saying import refused, told

HERE = "http://127.0.0.1:8710"


class Recorder:
    """Answers like the conversation does and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []

    def __call__(self, ask: Ask) -> Told:
        self.asked.append(ask)
        if "fail" in ask.text:
            raise RuntimeError(f"canary {ask.text}")
        return refused(ask) if "how long" in ask.text else told(ask)


def site_of(answer: Callable[[Ask], Told], **other: Any) -> Site:
    """A site that answers and can do no more, unless `other` says so."""
    said: dict[str, Any] = {
        "title": "A <programme> & more",
        "ready": lambda: True,
        "way": LocalUsers(),
        "sessions": Sessions(b"k" * 32, lambda: datetime.now(UTC), partial(token_urlsafe, 18)),
        "people": {"ines": "Ines Duarte"},
        "places": {"#ai-gates": "#ai-gates"},
        "suggestions": ('what is "open"?',),
    }
    return Site(answer=answer, **{**said, **other})


def client_of(answer: Callable[[Ask], Told], *, base: str = HERE, **other: Any) -> TestClient:
    return TestClient(web_app(site_of(answer, **other)), base_url=base)


def post(client: TestClient, body: object, **headers: str) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/api/ask", content=content, headers={"Content-Type": "application/json", **headers})


def error(response: Response) -> dict[str, Any]:
    """The error's JSON, having checked that it is one with a whole sentence."""
    said: dict[str, Any] = response.json()
    assert re.fullmatch(r"\S.*[.?}]", said["error"])
    return said
