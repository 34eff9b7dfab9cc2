"""Tells who a request comes from, and whether it was sent from one of our own pages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from bot.people.signin import LASTS, LocalUsers, NoWayIn, ProxyHeader, Session, known_person
from bot.platforms.web.parse import Rejected
from bot.platforms.web.site import Site
from gates.model import Programme

COOKIE = "gatehouse_session"
TOKEN_HEADER = "x-gatehouse-token"
BEHIND = "web:local"
"""Who really acts when somebody at this machine has said who he is: recorded, and never counted for audit."""


@dataclass(frozen=True)
class Visitor:
    """A browser and who sits at it, None for nobody known. `token` goes into every form of a page.

    `behind` is who really acts where the person was only said, not proved. `new` sessions are yet to be kept.
    """

    person: str | None
    name: str
    session: Session
    token: str
    behind: str | None
    new: bool


@dataclass(frozen=True)
class Visitors:
    """The visitors of one site."""

    site: Site

    def of(self, request: Request) -> Visitor:
        """Who this is. A person whom the programme does not know any more is nobody."""
        kept = self.site.sessions.read(request.cookies.get(COOKIE))
        session = kept or self.site.sessions.begin(None)
        programme = self.site.orders.conversing.rooms.ledger().programme if self.site.orders else None
        person = self._person(request, session, known=programme)
        session = replace(session, person=person)
        name = programme.name_of(person) if programme and person else self.site.people.get(person or "", "")
        behind = BEHIND if isinstance(self.site.way, LocalUsers) and person else None
        return Visitor(person, name, session, self.site.sessions.token(session), behind, kept is None)

    def sender(self, request: Request) -> str:
        """Whose requests are counted together: a person's, else those of an address."""
        peer = request.client.host if request.client else "unknown"
        way, session = self.site.way, self.site.sessions.read(request.cookies.get(COOKIE))
        if isinstance(way, ProxyHeader) and way.believes(peer):
            return request.headers.get(way.header, peer)[:200]
        return session.person if session and session.person else peer

    def _person(self, request: Request, session: Session, *, known: Programme | None) -> str | None:
        match self.site.way:
            case ProxyHeader() as proxy:
                peer = request.client.host if request.client else None
                return known_person(known, request.headers.get(proxy.header, "")) if proxy.believes(peer) else None
            case NoWayIn():
                return None
        is_known = session.person in (known.people if known else self.site.people)
        return session.person if is_known else None

    def sign_in(self, person: str | None) -> Session:
        """A new session: whoever had the old one's cookie has nothing of this one."""
        return self.site.sessions.begin(person)

    def keep(self, response: Response, session: Session) -> Response:
        """The session's cookie on a response."""
        response.set_cookie(
            COOKIE,
            self.site.sessions.written(session),
            max_age=int(LASTS.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self.site.secure,
            path="/",
        )
        return response

    def keep_new(self, response: Response, visitor: Visitor) -> Response:
        """The cookie of somebody who had none."""
        return self.keep(response, replace(visitor.session, person=None)) if visitor.new else response

    def strange(self, visitor: Visitor, token: str | None) -> Rejected | None:
        """Why a request is not taken to come from a page of this session; None when it is one."""
        if not visitor.new and self.site.sessions.is_token(visitor.session, token or ""):
            return None
        return Rejected(
            403, "This was not sent from a page that is still good. Nothing was done; reload the page and do it again."
        )
