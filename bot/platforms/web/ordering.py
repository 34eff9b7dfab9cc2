"""Orders from pages without scripts: a form or a button is posted, what came of it is the next page."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.chat import Command
from bot.platforms.web.entering import form_fields
from bot.platforms.web.pages import Pages, Seen
from bot.platforms.web.parse import COMMAND_LIMIT, Rejected

FIELD = "field:"
"""Start of an input's name in the page; the rest is the field's name in the order."""


@dataclass(frozen=True)
class Ordering:
    """Takes posted orders; answers with a page."""

    pages: Pages

    def routes(self) -> list[Route]:
        return [Route("/order", self.order, methods=["POST"])]

    async def order(self, request: Request) -> Response:
        desk = self.pages.desk
        visitor, fields = await desk.visitor(request), await form_fields(desk, request)
        if isinstance(fields, Rejected):
            return self.pages.problem(visitor, fields.message, status=fields.status)
        if strange := desk.visitors.strange(visitor, fields.get("token")):
            return self.pages.problem(visitor, strange.message, status=strange.status)
        command = command_of(fields)
        if isinstance(command, Rejected):
            return self.pages.problem(visitor, command.message, status=command.status)

        def carried_out(_: Seen) -> Response:
            outcome = desk.carry_out(command, visitor)
            return self.pages.outcome(visitor, outcome, key=desk.site.sessions.new_nonce())

        return await self.pages.shown(request, carried_out)


def command_of(fields: dict[str, str]) -> Command | Rejected:
    """The order of a posted form."""
    line, key = fields.get("command", "").strip(), fields.get("key", "")
    if not line or len(line) > COMMAND_LIMIT or not 8 <= len(key) <= 100:
        return Rejected(400, "This page did not say what to do. Nothing was done; go back, reload it and try again.")
    given = {name.removeprefix(FIELD): value for name, value in fields.items() if name.startswith(FIELD)}
    return Command(line, "web", fields=given, key=key, surface="web")
