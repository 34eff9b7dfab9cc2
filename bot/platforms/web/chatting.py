"""The chat: its page, one question a POST, one order a POST."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.audience import AudienceError, audience_of
from bot.conversation.suggested import suggested_questions
from bot.conversation.told import Told, to_json
from bot.conversation.views import reply_of
from bot.database import DatabaseError
from bot.platforms.failure import log_failure
from bot.platforms.web.desk import Desk
from bot.platforms.web.forms import render_outcome
from bot.platforms.web.guard import error_response
from bot.platforms.web.parse import Rejected, parse_ask, parse_order
from bot.platforms.web.render import render
from bot.platforms.web.visitors import TOKEN_HEADER, Visitor
from bot.process.pools import Busy, Pool

log = logging.getLogger(__name__)

Json = dict[str, object]


@dataclass(frozen=True)
class Chat:
    """The chat of one site."""

    desk: Desk

    def routes(self) -> list[Route]:
        return [
            Route("/", self.show),
            Route("/api/ask", self.ask, methods=["POST"]),
            Route("/api/order", self.order, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        site, visitor = self.desk.site, await self.desk.visitor(request)
        suggestions = site.suggestions or await self._suggestions(visitor)
        return self.desk.page(visitor, "chat.html", here="chat", places=site.places, suggestions=suggestions)

    async def ask(self, request: Request) -> Response:
        """A question is answered; what is an order rather is given back as one to a page, which then sends it."""
        body = await self.desk.body(request)
        if isinstance(body, Rejected):
            return error_response(body)
        visitor, site = await self.desk.visitor(request), self.desk.site
        people = site.people.keys() | ({visitor.person} if visitor.person else set())
        asked = parse_ask(body, people=people, places=site.places.keys(), thread=uuid4().hex, person=visitor.person)
        if isinstance(asked, Rejected):
            return error_response(asked)
        if TOKEN_HEADER in request.headers and site.orders and site.orders.conversing.is_order(asked.text):
            return JSONResponse({"order": asked.text})
        return await self._run(self.desk.questions, lambda: _told(site.answer(asked)))

    async def order(self, request: Request) -> Response:
        """An order of the one who is signed in; repeated under the same key it takes effect once."""
        body = await self.desk.body(request)
        visitor = await self.desk.visitor(request)
        if strange := self.desk.visitors.strange(visitor, request.headers.get(TOKEN_HEADER)):
            return error_response(strange)
        command = body if isinstance(body, Rejected) else parse_order(body, places=self.desk.site.places.keys())
        if isinstance(command, Rejected):
            return error_response(command)
        return await self._run(self.desk.orders, lambda: render_outcome(self.desk.carry_out(command, visitor)))

    async def _suggestions(self, visitor: Visitor) -> tuple[str, ...]:
        """From the gates this visitor may know of; the page does without where they cannot be had just now."""
        if self.desk.site.orders is None:
            return ()
        rooms = self.desk.site.orders.conversing.rooms

        def suggested() -> tuple[str, ...]:
            room = rooms.ledger()
            return suggested_questions(room.reports(audience_of(room.programme, person=visitor.person, place=None)))

        try:
            return await self.desk.pages.run(suggested)
        except (Busy, AudienceError, DatabaseError):
            return ()

    async def _run(self, pool: Pool, work: Callable[[], Json]) -> Response:
        """What came of it as JSON, or why nothing did. The one broad except of this surface."""
        try:
            return JSONResponse(await pool.run(work))
        except Busy:
            busy = Rejected(503, "Many others are waiting just now. This was not taken; please ask again in a moment.")
            return error_response(busy, retry_after=5)
        except AudienceError as error:
            return error_response(Rejected(403, str(error)))
        except Exception as error:
            event = log_failure(log, error)
            said = f"Something failed on this side, so there is no answer. Event {event} is in the log."
            return error_response(Rejected(500, said), event=event)


def _told(told: Told) -> Json:
    return {"told": to_json(told), "parts": render(reply_of(told))}
