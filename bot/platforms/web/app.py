"""The web application: the pages, the API and the probes, behind the guard."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.people.signin import OpenId
from bot.platforms.failure import log_failure
from bot.platforms.web.api import Api
from bot.platforms.web.chatting import Chat
from bot.platforms.web.counting import Counting, metrics_route
from bot.platforms.web.desk import Desk
from bot.platforms.web.digests import DigestPages
from bot.platforms.web.entering import Entrance
from bot.platforms.web.guard import Guard
from bot.platforms.web.linking import LinkPage
from bot.platforms.web.ordering import Ordering
from bot.platforms.web.pages import Pages
from bot.platforms.web.reports import Reports
from bot.platforms.web.site import Site
from bot.platforms.web.templating import STATIC

log = logging.getLogger(__name__)


def web_app(site: Site) -> Starlette:
    """The ASGI application of one site."""
    desk = Desk(site, seconds=time.monotonic)

    async def healthz(_: Request) -> Response:
        return JSONResponse({"healthy": True})

    async def readyz(_: Request) -> Response:
        state = _is_ready(site.ready)
        return JSONResponse({"ready": state}, 200 if state else 503)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        desk.close()

    return Starlette(
        routes=[
            *Chat(desk).routes(),
            *Entrance(desk).routes(),
            *_pages(desk),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            *([metrics_route(site.metrics)] if site.metrics else []),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Counting, count=site.count), Middleware(Guard, local=site.local, hosts=site.hosts)],
        lifespan=lifespan,
    )


def _pages(desk: Desk) -> list[Route]:
    """The pages of the gates, where there is a ledger to show."""
    if desk.site.orders is None:
        return []
    pages = Pages(desk, desk.site.orders)
    api = Api(desk, desk.site.orders, desk.site.tokens).routes() if desk.site.tokens else []
    return [
        *_provider(pages),
        *pages.routes(),
        *Ordering(pages).routes(),
        *Reports(pages).routes(),
        *DigestPages(pages).routes(),
        *api,
    ]


def _provider(pages: Pages) -> list[Route]:
    site = pages.desk.site
    if not isinstance(site.way, OpenId):
        return []
    from bot.platforms.web.openid import Provider  # its libraries are loaded where people sign in by it

    linking = LinkPage(pages, site.invitations).routes() if site.invitations else []
    return [*Provider(pages, site.way, site.transport).routes(), *linking]


def _is_ready(ready: Callable[[], bool]) -> bool:
    try:
        return ready()
    except Exception as error:
        log_failure(log, error)
        return False
