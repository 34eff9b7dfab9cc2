"""`gatehouse demo`: the demo programme on this machine, three sample answers, and the chat."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from bot.chat import Ask
from bot.cli.serve import SAMPLES, serve_installation
from bot.conversation.asking import answer_question
from bot.conversation.views import reply_of
from bot.intake.catalogue import open_collection
from bot.intake.sync import index_documents, sync_collection
from bot.platforms.terminal.progress import progress
from bot.platforms.terminal.render import console_on, render
from bot.settings import load_settings
from bot.wiring import Installation, keep_indexes, open_installation, open_rooms
from rag.index.lock import IndexInUseError

DEMO = "demo"
"""Name of the demo collection."""


def demo_folder() -> Path:
    """Where the demo programme lies in this installation."""
    return Path(str(files("deploy"))) / "demo"


def run_demo(*, ask: str | None, port: int | None, serve: bool) -> None:
    """Load the demo, answer, and serve unless told otherwise."""
    settings = load_settings()
    here = open_installation(settings)
    load_demo(here)
    questions = (ask,) if ask else SAMPLES
    console = console_on(sys.stdout)
    with open_rooms(here) as rooms:
        for number, question in enumerate(questions):
            if not ask:
                console.print(f"\n> {question}\n", style="bold")
            console.print(render(reply_of(answer_question(Ask(question, f"demo {number}"), rooms))))
    if ask or not serve:
        return
    console.print()
    serve_installation(here, host=settings.http_host, port=port or settings.http_port, suggestions=SAMPLES)


def load_demo(here: Installation) -> None:
    """Take the demo programme in; what is there already is not read again."""
    collection = open_collection(demo_folder(), name=DEMO)
    with here.database.turn(), progress(console_on(sys.stderr)) as report:
        sync_collection(collection, database=here.database, now=here.clock(), progress=report)
        try:
            with keep_indexes(here) as kept:
                index_documents(kept, database=here.database, progress=report)
        except IndexInUseError:
            return  # a running gatehouse keeps the indexes and takes the changes over
