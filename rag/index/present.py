"""What documents and chunks there are, remembered between questions for as long as the change log stands still.

Reading it anew cost a question 8 ms at 50,000 chunks. Nothing stale is remembered: a chunk is never altered, only
replaced under a new id, and whatever is altered of a document that is kept here (its chunks, its readers, what it is
superseded by) is in the change log, whose last number each question reads first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from rag.store import derived
from rag.store.search import ChunkPlace, LiveDocument, beginnings, live_documents, places_of_chunks
from rag.store.session import Session

MOST_REMEMBERED = 200_000
"""Chunks that are remembered, about 0.2 kB each."""


@dataclass(frozen=True)
class Present:
    """What was read while the change log ended with `seq`; what is not known yet is read when asked for."""

    seq: int
    _chunks: dict[int, ChunkPlace] = field(default_factory=dict)
    _beginnings: dict[int, tuple[ChunkPlace, ...]] = field(default_factory=dict)
    _documents: dict[int, LiveDocument] = field(default_factory=dict)

    def size(self) -> int:
        """How many chunks are remembered."""
        return len(self._chunks)

    def owners(self, session: Session, chunk_ids: Collection[int], access_ids: Collection[int]) -> dict[int, int]:
        """The document of each chunk that exists now and carries one of these access ids."""
        self._read_chunks(session, chunk_ids)
        found = (self._chunks[key] for key in chunk_ids if key in self._chunks)
        return {place.chunk_id: place.document_id for place in found if place.access_id in access_ids}

    def documents(
        self, session: Session, document_ids: Collection[int], access_ids: Collection[int]
    ) -> dict[int, LiveDocument]:
        """The documents among these that exist now and carry one of these access ids, by id."""
        known = self._documents
        missing = [key for key in document_ids if key not in known]
        if missing:
            known.update(live_documents(session, missing))
        found = (known[key] for key in document_ids if key in known)
        return {document.id: document for document in found if document.access_id in access_ids}

    def near(
        self, session: Session, *, documents: Collection[int], chunks: Collection[int], access_ids: Collection[int]
    ) -> list[ChunkPlace]:
        """The readable chunks of these documents, in the order of the documents.

        Of a long document only the beginning and the chunks named: that bounds what one hit can cost.
        """
        self._read_chunks(session, chunks)
        self._read_beginnings(session, documents)
        wanted = set(documents)
        found = {place.chunk_id: place for document in wanted for place in self._beginnings[document]}
        named = (self._chunks[key] for key in chunks if key in self._chunks)
        found |= {place.chunk_id: place for place in named if place.document_id in wanted}
        readable = (place for place in found.values() if place.access_id in access_ids)
        return sorted(readable, key=lambda place: (place.document_id, place.ordinal))

    def _read_chunks(self, session: Session, chunk_ids: Collection[int]) -> None:
        missing = [key for key in chunk_ids if key not in self._chunks]
        if missing:
            self._chunks.update((place.chunk_id, place) for place in places_of_chunks(session, missing))

    def _read_beginnings(self, session: Session, documents: Collection[int]) -> None:
        missing = [document for document in documents if document not in self._beginnings]
        if not missing:
            return
        read: dict[int, list[ChunkPlace]] = {document: [] for document in missing}
        for place in beginnings(session, missing):
            read[place.document_id].append(place)
        self._beginnings.update((document, tuple(places)) for document, places in read.items())
        self._chunks.update((place.chunk_id, place) for places in read.values() for place in places)


class Remembered:
    """What questions before this one have read.

    Several threads may ask at once: each is given what belongs to the change log of its own transaction.
    """

    def __init__(self) -> None:
        self._present = Present(-1)

    def at(self, session: Session) -> Present:
        """What is known of the documents as this transaction sees them."""
        seq, present = derived.last_seq(session), self._present
        if present.seq == seq and present.size() < MOST_REMEMBERED:
            return present
        fresh = Present(seq)
        if seq >= present.seq:
            self._present = fresh
        return fresh
