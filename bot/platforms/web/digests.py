"""The archive of digests: those of the one who is signed in, each as he may read it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.platforms.web.pages import Pages, Seen


@dataclass(frozen=True)
class DigestPages:
    """The pages of one site."""

    pages: Pages

    def routes(self) -> list[Route]:
        return [Route("/digests", self.all), Route("/digests/{day}", self.one)]

    async def all(self, request: Request) -> Response:
        return await self.pages.shown(request, lambda seen: self._shown(seen, "digest archive"))

    async def one(self, request: Request) -> Response:
        said = request.path_params["day"]
        return await self.pages.shown(request, lambda seen: self._one(seen, said))

    def _one(self, seen: Seen, said: str) -> Response:
        try:
            day = date.fromisoformat(said)
        except ValueError:
            return self.pages.unknown(seen.visitor)
        return self._shown(seen, f"digest archive {day.isoformat()}")

    def _shown(self, seen: Seen, order: str) -> Response:
        parts = self.pages.look(order, seen.visitor) if seen.visitor.person else []
        return self.pages.desk.page(seen.visitor, "digests.html", here="digests", parts=parts, back="/digests")
