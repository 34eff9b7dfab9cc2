"""The composition root: the one file that puts concrete parts together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.conversation.asking import Rooms
from bot.database import Database, migrate, open_database
from bot.rooms import DocumentsRoom, RecordsRoom, open_ledger, synced_at
from bot.settings import Settings

if TYPE_CHECKING:
    from rag.index.library import KeptLibrary, Library


@dataclass(frozen=True)
class Installation:
    """The parts every command needs: settings, a migrated database, the clock."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]

    @property
    def index_folder(self) -> Path:
        return self.settings.data / "index"

    @property
    def model_folder(self) -> Path:
        return self.settings.data / "models"


@contextmanager
def open_rooms(here: Installation, *, library: Library | None = None) -> Iterator[Rooms]:
    """The rooms questions are answered from; with `library` those of the process that keeps the indexes."""

    def open_library(stack: ExitStack) -> Library:
        return library or stack.enter_context(look_into_indexes(here))

    documents = DocumentsRoom(open_library)
    try:
        yield Rooms(
            ledger=partial(open_ledger, here.database, here.clock),
            records=RecordsRoom(here.database),
            documents=documents,
            synced_at=partial(synced_at, here.database),
            clock=here.clock,
            new_id=lambda: uuid4().hex,
        )
    finally:
        documents.close()


def open_installation(settings: Settings) -> Installation:
    """Open the data folder and bring the database to the present schema."""
    database = open_database(settings.database)
    migrate(database)
    return Installation(settings, database, lambda: datetime.now(UTC))


@contextmanager
def keep_indexes(here: Installation) -> Iterator[KeptLibrary]:
    """The indexes for the one process that keeps them; another one is refused with its number."""
    from rag.chunk import CHUNKER_VERSION
    from rag.embed.choose import open_embedder
    from rag.index.library import keep_library

    with keep_library(
        here.index_folder,
        read=here.database.read,
        embedder=open_embedder(here.settings.embedding_model, here.model_folder),
        chunker=CHUNKER_VERSION,
        chroma_url=here.settings.chroma_url,
    ) as kept:
        yield kept


@contextmanager
def look_into_indexes(here: Installation) -> Iterator[Library]:
    """The indexes for a few questions of a short-lived process, beside the one that keeps them."""
    from rag.chunk import CHUNKER_VERSION
    from rag.embed.choose import open_embedder
    from rag.index.library import open_library

    with open_library(
        here.index_folder,
        read=here.database.read,
        embedder=open_embedder(here.settings.embedding_model, here.model_folder),
        chunker=CHUNKER_VERSION,
    ) as library:
        yield library
