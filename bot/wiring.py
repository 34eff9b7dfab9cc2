"""The composition root: the one file that puts concrete parts together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.conversation.asking import Rooms
from bot.database import Database, migrate, open_database
from bot.process.right_of_way import RightOfWay
from bot.rooms import DocumentsRoom, LedgerRooms, RecordsRoom, synced_at
from bot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from prometheus_client import CollectorRegistry

    from bot.following import Following
    from bot.messaging.model import Platform
    from bot.model.room import GuardedModel
    from bot.orders import Orders
    from bot.upkeep.checkpoints import CheckpointFile
    from gates.audit.keys import AuditKey
    from inference.gateway import Gateway
    from rag.index.library import KeptLibrary, Library


@dataclass(frozen=True)
class Installation:
    """The parts every command needs: settings, a migrated database, the clock, and who computes first of many."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    way: RightOfWay = field(default_factory=RightOfWay)

    @property
    def index_folder(self) -> Path:
        return self.settings.data / "index"

    @property
    def model_folder(self) -> Path:
        return self.settings.data / "models"

    def audit_key(self) -> AuditKey:
        """The key that signs receipts and checkpoints; it is made when there is none yet."""
        from gates.audit.keys import load_key

        return load_key(self.settings.audit_key_file)

    def checkpoints(self) -> CheckpointFile:
        """Where signed heads of the audit log go, after commits."""
        from bot.upkeep.checkpoints import CheckpointFile

        return CheckpointFile(self.settings.audit_checkpoint_file, self.audit_key(), self.clock)


@contextmanager
def open_rooms(
    here: Installation, *, library: Library | None = None, registry: CollectorRegistry | None = None
) -> Iterator[Rooms]:
    """The rooms questions are answered from; with `library` those of the process that keeps the indexes.

    `registry` is where the model's guards count; one of their own without it.
    """

    def open_library(stack: ExitStack) -> Library:
        return library or stack.enter_context(look_into_indexes(here))

    documents = DocumentsRoom(open_library)
    model = _model_room(here, documents, registry) if here.settings.model_url else None
    try:
        yield Rooms(
            ledger=LedgerRooms(here.database, here.clock),
            records=RecordsRoom(here.database),
            documents=documents,
            synced_at=partial(synced_at, here.database),
            clock=here.clock,
            new_id=lambda: uuid4().hex,
            model=model,
        )
    finally:
        if model is not None:
            model.close()
        documents.close()


def _model_room(here: Installation, documents: DocumentsRoom, registry: CollectorRegistry | None) -> GuardedModel:
    from bot.wiring_model import open_model_room

    settings, database, aside = here.settings, here.database, here.way.aside
    return open_model_room(settings, database, documents, clock=here.clock, registry=registry, aside=aside)


@contextmanager
def open_retriever(
    here: Installation, *, person: str | None = None, place: str | None = None
) -> Iterator[BaseRetriever]:
    """The documents as LangChain's retriever, for what `person` may read, or everybody in `place`.

    Raises:
        AudienceError: The programme knows no such person or place.
    """
    from bot.audience import audience_of
    from rag.retriever import retriever_for

    audience = audience_of(LedgerRooms(here.database, here.clock)().programme, person=person, place=place)
    with look_into_indexes(here) as library:
        yield retriever_for(audience, library=library)


@contextmanager
def open_orders(
    here: Installation, *, rooms: Rooms | None = None, workspaces: Mapping[Platform, str] | None = None
) -> Iterator[Orders]:
    """The way orders are carried out by surfaces that show the answer themselves (terminal, web page).

    `workspaces` are those connected by now, looked at with each order: others are told there.
    """
    from bot.conversing import Conversing
    from bot.orders import Orders
    from bot.people.places import place_named

    at = workspaces if workspaces is not None else {}

    with ExitStack() as stack:
        opened = rooms or stack.enter_context(open_rooms(here))

        def resolve(channel: str) -> str | None:
            return place_named(channel, programme=opened.ledger().programme, workspaces=at)

        conversing = Conversing(opened, here.database.read, here.clock, here.audit_key(), resolve)
        noted = partial(here.checkpoints().note_head, here.database)
        yield Orders(here.database, conversing, here.clock, at, noted)


@contextmanager
def open_following(here: Installation, *, rooms: Rooms | None = None) -> Iterator[Following]:
    """The way gates follow their records and the clock."""
    from bot.following import Following

    with open_orders(here, rooms=rooms) as orders:
        yield Following(here.database, orders.conversing, here.clock, orders.workspaces)


def open_installation(settings: Settings) -> Installation:
    """Open the data folder and bring the database to the present schema."""
    database = open_database(settings.database)
    migrate(database)
    return Installation(settings, database, lambda: datetime.now(UTC))


def open_model(here: Installation, *, registry: CollectorRegistry) -> Gateway | None:
    """The guarded road to the model, None where none is set; nothing of it is loaded then."""
    if not here.settings.model_url:
        return None
    from bot.model.road import build_gateway

    return build_gateway(here.settings, here.database, clock=here.clock, registry=registry)


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
