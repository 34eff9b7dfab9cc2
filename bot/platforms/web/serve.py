"""Listens on an address and serves the application until stopped."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

Application = ASGIApp
"""What is served."""


class CannotListen(Exception):  # noqa: N818 (reads as what happened)
    """The address cannot be listened on; the message says which setting to change. `PortInUse` is the common case."""


class PortInUse(CannotListen):
    """Another program already listens on the port."""


def serve(app: ASGIApp, *, host: str, port: int, listening: Callable[[str], None] = lambda _: None) -> None:
    """Serves until SIGINT or SIGTERM; `listening` is told the URL once it can be opened. Port 0: a free one.

    Raises:
        PortInUse: Something else listens there.
        CannotListen: The address is not one of this machine, or the port may not be used.
    """
    with listen(host, port) as bound:
        listening(url_of(host, bound.getsockname()[1]))
        try:
            uvicorn.Server(_config(app)).run(sockets=[bound])
        except KeyboardInterrupt:
            return  # Ctrl-C is how a person ends it; uvicorn has shut down by now


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,  # the application's own logging
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nothing forwarded is trusted
        timeout_graceful_shutdown=5,
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, or the reason why not in words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise _explained(error, host, port) from error


def url_of(host: str, port: int) -> str:
    """Where a browser on this machine finds the page."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}/"


def _explained(error: OSError, host: str, port: int) -> CannotListen:
    if error.errno == errno.EADDRINUSE:
        return PortInUse(f"Port {port} on {host} is already in use. Set GATEHOUSE_HTTP_PORT to another one.")
    if error.errno == errno.EACCES:
        return CannotListen(f"Port {port} may not be used by this account. Set GATEHOUSE_HTTP_PORT to one above 1023.")
    reason = error.strerror or str(error)
    return CannotListen(f"Cannot listen on {host!r} ({reason}). Set GATEHOUSE_HTTP_HOST to an address of this machine.")
