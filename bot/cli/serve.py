"""`gatehouse serve`: the web chat, and the indexes kept up to date."""

from __future__ import annotations

import sys
import threading
from functools import partial

from bot.conversation.asking import Rooms, answer_question
from bot.intake import index_documents
from bot.platforms.web.app import web_app
from bot.platforms.web.guard import is_loopback
from bot.platforms.web.serve import Application, serve
from bot.settings import load_settings
from bot.wiring import Installation, keep_indexes, open_installation, open_rooms
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
    with keep_indexes(here) as kept, open_rooms(here, library=kept.library) as rooms:
        index_documents(kept, database=here.database, progress=_quiet)
        stop = threading.Event()
        follower = threading.Thread(target=_follow, args=(kept, here, stop), daemon=True)
        follower.start()
        try:
            serve(_application(rooms, host, suggestions), host=host, port=port, listening=_say_url)
        finally:
            stop.set()
            follower.join(timeout=10)


def _application(rooms: Rooms, host: str, suggestions: tuple[str, ...]) -> Application:
    programme = rooms.ledger().programme
    local = is_loopback(host)
    # Nobody is signed in here: away from this machine every answer is for everyone.
    people = {person.id: person.name for person in programme.people.values()} if programme and local else {}
    places = {channel.name: channel.name for channel in programme.channels.values()} if programme and local else {}
    return web_app(
        partial(answer_question, rooms=rooms),
        people=people,
        places=places,
        title=programme.name if programme else "Gatehouse",
        ready=lambda: True,
        suggestions=suggestions,
        local=local,
    )


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
