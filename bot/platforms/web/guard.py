"""Stands before every web request: which hosts, which origins, and the headers every response carries."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.platforms.web.parse import Rejected

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser sends forms with Origin: null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SAFE_METHODS = frozenset({"GET", "HEAD"})


class Guard:
    """Refuses foreign hosts and foreign origins, and adds the security headers to whatever is answered.

    `local` says that the page is served on loopback: then only loopback names are accepted as Host, so that a web
    site cannot reach the page through a name of its own that points here (DNS rebinding). `hosts` are names beside
    them, as a reverse proxy passes them on.
    """

    def __init__(self, app: ASGIApp, *, local: bool, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._local = local
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = str(scope["method"]), str(scope.get("path", ""))
        rejected = screen(request, Headers(scope=scope), local=self._local, hosts=self._hosts)
        app = self._app if rejected is None else error_response(rejected)
        await app(scope, receive, _with_headers(send))


def screen(request: tuple[str, str], headers: Headers, *, local: bool, hosts: Collection[str] = ()) -> Rejected | None:
    """The reason to turn a request (method and path) away before it is read, if there is one.

    What scripts send to the API is JSON, and pipelines send no Origin; forms are for the pages alone.
    """
    (method, path), host = request, headers.get("host", "")
    if local and not is_loopback(host_name(host)) and host_name(host) not in hosts:
        return Rejected(421, "This page answers only under this machine's own names: localhost or 127.0.0.1.")
    if method in SAFE_METHODS:
        return None
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return Rejected(403, "This is taken from our own pages only, not from another site.")
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        return Rejected(403, "This is taken from our own pages only, not from another site.")
    sent = headers.get("content-type", "").partition(";")[0].strip().lower()
    if path.startswith("/api/") and sent != "application/json":
        return Rejected(415, "Send this as JSON, with Content-Type: application/json.")
    if not path.startswith("/api/") and sent != "application/x-www-form-urlencoded":
        return Rejected(415, "Forms are taken as browsers send them: application/x-www-form-urlencoded.")
    return None


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".").lower()


def is_loopback(name: str) -> bool:
    """Whether this name or address can only mean this machine."""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def error_response(rejected: Rejected, *, event: str | None = None, retry_after: int | None = None) -> JSONResponse:
    """An error as JSON: `error` is a sentence for people; `field` and `event` where there are such."""
    extra = {"field": rejected.field, "event": event}
    body = {"error": rejected.message, **{key: value for key, value in extra.items() if value is not None}}
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
    return JSONResponse(body, rejected.status, headers)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
