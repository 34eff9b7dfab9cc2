"""What every web page and every POST shares: who is there, the lines of work, how pages are drawn, orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.chat import Command, Line, Outcome, Reply
from bot.people.signin import LocalUsers, OpenId
from bot.platforms.pace import Pace
from bot.platforms.web.parse import Rejected
from bot.platforms.web.site import Site
from bot.platforms.web.templating import Templates
from bot.platforms.web.visitors import Visitor, Visitors
from bot.process.pools import SIZES, Pool

BODY_LIMIT = 64 * 1024  # bytes; far beyond any question or form, small enough to hold many at once
WORKERS, WAITING = SIZES["question"]
BURST, PER_SECOND = 120, 5.0
"""POSTs of one person, or of one address nobody has signed in from."""


class Desk:
    """The shared things of one site. Orders have workers of their own: they never stand in line behind questions."""

    def __init__(self, site: Site, *, seconds: Callable[[], float]) -> None:
        self.site = site
        self.visitors = Visitors(site)
        self.questions = Pool("web-question", workers=WORKERS, waiting=WAITING, way=site.right_of_way)
        self.orders = Pool("web-order", workers=2, waiting=200, way=site.right_of_way, first=True)
        self.pages = Pool("web-page", workers=2, waiting=100)
        self._templates = Templates()
        self._pace = Pace(burst=BURST, per_second=PER_SECOND, clock=seconds)

    def close(self) -> None:
        for pool in (self.questions, self.orders, self.pages):
            pool.close()

    async def visitor(self, request: Request) -> Visitor:
        return await self.pages.run(lambda: self.visitors.of(request))

    async def body(self, request: Request) -> bytes | Rejected:
        """The request's body, read no further than the limit; refused where the same sender comes too often."""
        if not self._pace.one_more(self.visitors.sender(request)):
            return Rejected(429, "That was too much at once. Nothing was done; please wait a few seconds.")
        parts, size = [], 0
        async for part in request.stream():
            size += len(part)
            if size > BODY_LIMIT:
                return Rejected(413, f"That is too long to read; the limit is {BODY_LIMIT // 1024} KB.", "text")
            parts.append(part)
        return b"".join(parts)

    def page(self, visitor: Visitor, template: str, *, here: str, status: int = 200, **values: Any) -> Response:
        """A page with its frame: navigation, who is signed in, the token for its forms."""
        way = self.site.way
        frame = {
            "title": self.site.title,
            "here": here,
            "visitor": visitor,
            "people": self.site.people if isinstance(way, LocalUsers) else {},
            "provider": isinstance(way, OpenId),
            "has_board": self.site.orders is not None,
            "new_key": self.site.sessions.new_nonce,
            "back": "/",
        }
        html = self._templates.draw(template, **{**frame, **values})
        return self.visitors.keep_new(HTMLResponse(html, status), visitor)

    def carry_out(self, command: Command, visitor: Visitor) -> Outcome:
        """An order as given by this visitor; its key is his own, so that nobody takes another's."""
        if self.site.orders is None:
            return Outcome(Reply((Line("Nothing can be ordered here: no programme is served."),)), refused=True)
        key = f"web/{visitor.person or visitor.session.nonce}/{command.key}"
        given = replace(command, person=visitor.person, key=key)
        return self.site.orders.carry_out(given, impersonated_by=visitor.behind)
