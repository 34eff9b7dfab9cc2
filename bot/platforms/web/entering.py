"""Signing in and out: named people at this machine; providers and proxies have files of their own."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.people.signin import LocalUsers
from bot.platforms.web.desk import Desk
from bot.platforms.web.guard import error_response
from bot.platforms.web.parse import Rejected, read_object
from bot.platforms.web.visitors import TOKEN_HEADER


@dataclass(frozen=True)
class Entrance:
    """Where somebody says who he is."""

    desk: Desk

    def routes(self) -> list[Route]:
        return [
            Route("/api/sign-in", self.from_script, methods=["POST"]),
            Route("/sign-in", self.from_form, methods=["POST"]),
            Route("/sign-out", self.leave, methods=["POST"]),
        ]

    async def from_script(self, request: Request) -> Response:
        """The chat page changes who sits there; it gets the token of the new session."""
        visitor, body = await self.desk.visitor(request), await self.desk.body(request)
        fields = body if isinstance(body, Rejected) else read_object(body, expected='{"person": "ines.duarte"}')
        if strange := self.desk.visitors.strange(visitor, request.headers.get(TOKEN_HEADER)):
            return error_response(strange)
        if isinstance(fields, Rejected):
            return error_response(fields)
        person = self._chosen(fields.get("person"))
        if isinstance(person, Rejected):
            return error_response(person)
        session = self.desk.visitors.sign_in(person)
        said = JSONResponse({"token": self.desk.site.sessions.token(session)})
        return self.desk.visitors.keep(said, session)

    async def from_form(self, request: Request) -> Response:
        """The same from a page without scripts; it goes on where it was."""
        visitor, fields = await self.desk.visitor(request), await form_fields(self.desk, request)
        if isinstance(fields, Rejected):
            return error_response(fields)
        if strange := self.desk.visitors.strange(visitor, fields.get("token")):
            return error_response(strange)
        person = self._chosen(fields.get("person") or None)
        if isinstance(person, Rejected):
            return error_response(person)
        answer = RedirectResponse(own_path(fields.get("back", "/")), 303)
        return self.desk.visitors.keep(answer, self.desk.visitors.sign_in(person))

    async def leave(self, request: Request) -> Response:
        visitor, fields = await self.desk.visitor(request), await form_fields(self.desk, request)
        if isinstance(fields, Rejected):
            return error_response(fields)
        if strange := self.desk.visitors.strange(visitor, fields.get("token")):
            return error_response(strange)
        return self.desk.visitors.keep(RedirectResponse("/", 303), self.desk.visitors.sign_in(None))

    def _chosen(self, said: object) -> str | Rejected | None:
        if not isinstance(self.desk.site.way, LocalUsers):
            return Rejected(403, "Here nobody picks who he is; sign in with your organisation's provider.")
        if said is None or (isinstance(said, str) and said in self.desk.site.people):
            return said
        return Rejected(400, f"'person': there is nobody called {str(said)[:40]!r} to sign in as.", "person")


async def form_fields(desk: Desk, request: Request) -> dict[str, str] | Rejected:
    """The fields of a form as a browser sends them; of several values of one name, comma separated, all of them."""
    body = await desk.body(request)
    if isinstance(body, Rejected):
        return body
    found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=200)
    return {name: ", ".join(values) for name, values in found.items()}


def own_path(said: str) -> str:
    """A path of this site to go on at; whatever leads elsewhere is the start page."""
    is_own = said.startswith("/") and not said.startswith(("//", "/\\")) and said.isprintable()
    return said if is_own and "\\" not in said else "/"
