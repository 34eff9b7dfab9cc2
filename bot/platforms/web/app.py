"""The web page and its small API: the chat page, one question a POST, and the two probes."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.chat import Ask
from bot.conversation.told import Told, to_json
from bot.conversation.views import reply_of
from bot.platforms.failure import log_failure
from bot.platforms.web.guard import Guard, error_response
from bot.platforms.web.page import STATIC, page
from bot.platforms.web.parse import Rejected, parse_ask
from bot.platforms.web.pool import AnswerPool, Busy
from bot.platforms.web.render import render

log = logging.getLogger(__name__)

BODY_LIMIT = 64 * 1024  # bytes; far beyond any question, small enough to hold many at once
WORKERS = 4
WAITING = 64


def web_app(
    answer: Callable[[Ask], Told],
    *,
    people: Mapping[str, str],
    places: Mapping[str, str],
    title: str,
    ready: Callable[[], bool],
    suggestions: Sequence[str] = (),
    local: bool = True,
) -> Starlette:
    """The ASGI application.

    `people` and `places` (id -> name) are those who and where may be asked as in this installation; any other is
    refused. `answer` is plain synchronous code; it runs on this application's own threads, several at once. `ready`
    says whether questions can be answered yet. `suggestions` are offered before the first question. `local` is
    whether the page is served on loopback: then only loopback host names are accepted.
    """
    pool = AnswerPool(workers=WORKERS, waiting=WAITING)
    html = page(title=title, people=people, places=places, suggestions=suggestions)

    async def show(_: Request) -> Response:
        return HTMLResponse(html)

    async def ask(request: Request) -> Response:
        body = await _body(request)
        if isinstance(body, Rejected):
            return error_response(body)
        asked = parse_ask(body, people=people.keys(), places=places.keys(), thread=uuid4().hex)
        return await _answer(pool, answer, asked) if isinstance(asked, Ask) else error_response(asked)

    async def healthz(_: Request) -> Response:
        return JSONResponse({"healthy": True})

    async def readyz(_: Request) -> Response:
        state = _is_ready(ready)
        return JSONResponse({"ready": state}, 200 if state else 503)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        pool.close()

    return Starlette(
        routes=[
            Route("/", show),
            Route("/api/ask", ask, methods=["POST"]),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, local=local)],
        lifespan=lifespan,
    )


async def _body(request: Request) -> bytes | Rejected:
    """The request's body, read no further than the limit."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_LIMIT:
            return Rejected(413, f"That is too long to read; the limit is {BODY_LIMIT // 1024} KB.", "text")
        parts.append(part)
    return b"".join(parts)


async def _answer(pool: AnswerPool, answer: Callable[[Ask], Told], ask: Ask) -> Response:
    """The answer as JSON, or why there is none. The one broad except of this surface."""
    try:
        return JSONResponse(await pool.run(lambda: _told(answer(ask))))
    except Busy:
        busy = Rejected(503, "Many questions are waiting just now. Yours was not taken; please ask again in a moment.")
        return error_response(busy, retry_after=5)
    except Exception as error:
        event = log_failure(log, error)
        failed = Rejected(500, f"Something failed on this side, so there is no answer. Event {event} is in the log.")
        return error_response(failed, event=event)


def _told(told: Told) -> dict[str, object]:
    return {"told": to_json(told), "parts": render(reply_of(told))}


def _is_ready(ready: Callable[[], bool]) -> bool:
    try:
        return ready()
    except Exception as error:
        log_failure(log, error)
        return False
