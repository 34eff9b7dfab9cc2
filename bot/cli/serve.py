"""`gatehouse serve`: the web chat, and the indexes kept up to date."""

from __future__ import annotations

import sys
import threading

from bot.intake.sync import index_documents
from bot.messaging.model import Platform
from bot.platforms.doors import Doors
from bot.platforms.web.app import web_app
from bot.platforms.web.serve import serve
from bot.process.runtime import settle_for_serving
from bot.settings import load_settings
from bot.wiring import Installation, keep_indexes, open_installation, open_orders, open_rooms
from bot.wiring_chat import chat_doors
from bot.wiring_web import web_site
from rag.index.library import KeptLibrary

FOLLOW_SECONDS = 5.0
"""How often the indexes look for what a sync in another process has changed."""

SAMPLES = (
    "What's blocking the production gate of churn-uplift?",
    "status of claims-triage?",
    "why did we pick precision@10 %?",
)


def run_serve(*, host: str | None, port: int | None) -> None:
    """Serve until stopped."""
    settings = load_settings()
    serve_installation(open_installation(settings), host=host or settings.http_host, port=port or settings.http_port)


def serve_installation(here: Installation, *, host: str, port: int, suggestions: tuple[str, ...] = ()) -> None:
    """Open the indexes, follow the change log, serve the web page."""
    from prometheus_client import CollectorRegistry

    registry, workspaces = CollectorRegistry(), dict[Platform, str]()
    with keep_indexes(here) as kept, open_rooms(here, library=kept.library, registry=registry) as rooms:
        index_documents(kept, database=here.database, progress=_quiet)
        stop = threading.Event()
        follower = threading.Thread(target=_follow, args=(kept, here, stop), daemon=True)
        follower.start()
        try:
            with open_orders(here, rooms=rooms, workspaces=workspaces) as orders:
                page = web_app(web_site(here, orders, host=host, suggestions=suggestions, registry=registry))
                doors = chat_doors(here, rooms, connected_as=workspaces.update)
                settle_for_serving()
                serve(Doors(page, doors), host=host, port=port, listening=_say_url)
        finally:
            stop.set()
            follower.join(timeout=10)


def _follow(kept: KeptLibrary, here: Installation, stop: threading.Event) -> None:
    """Take over what other processes wrote; what goes wrong is logged and tried again."""
    import logging

    while not stop.wait(FOLLOW_SECONDS):
        try:
            index_documents(kept, database=here.database, progress=_quiet)
        except Exception:
            logging.getLogger(__name__).exception("the indexes could not be brought up to date; trying again")


def _quiet(_phase: str, _done: int, _total: int) -> None:
    return


def _say_url(url: str) -> None:
    sys.stdout.write(f"Open {url} in a browser; Ctrl-C ends it.\n")
    sys.stdout.flush()
