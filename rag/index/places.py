"""Where chunks belong, remembered between questions for as long as the change log stands still.

Reading it anew cost a question 6 ms at 50,000 chunks. Nothing stale can be remembered: a chunk is never altered, only
replaced under a new id, and every replacement is in the change log, whose last number each question reads first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from rag.store import derived
from rag.store.search import ChunkPlace, beginnings, places_of_chunks
from rag.store.session import Session

MOST_REMEMBERED = 200_000
"""Chunks whose places are remembered, about 0.2 kB each."""


@dataclass(frozen=True)
class _Known:
    """What was read while the change log ended with `seq`."""

    seq: int
    chunks: dict[int, ChunkPlace] = field(default_factory=dict)
    beginnings: dict[int, tuple[ChunkPlace, ...]] = field(default_factory=dict)


class KnownPlaces:
    """The documents of chunks and the beginnings of documents, read from SQL where they are not known yet.

    Several threads may ask at once: each sees what belongs to the change log of its own transaction.
    """

    def __init__(self) -> None:
        self._known = _Known(-1)

    def owners(self, session: Session, chunk_ids: Collection[int]) -> dict[int, int]:
        """The document of each chunk that exists now."""
        known = self._at_present(session)
        _read_chunks(session, known, chunk_ids)
        return {key: known.chunks[key].document_id for key in chunk_ids if key in known.chunks}

    def near(
        self, session: Session, *, documents: Collection[int], chunks: Collection[int], access_ids: Collection[int]
    ) -> list[ChunkPlace]:
        """The readable chunks of these documents, in the order of the documents.

        Of a long document only the beginning and the chunks named: that bounds what one hit can cost.
        """
        known = self._at_present(session)
        _read_chunks(session, known, chunks)
        _read_beginnings(session, known, documents)
        wanted = set(documents)
        found = {place.id: place for document in wanted for place in known.beginnings[document]}
        named = (known.chunks[key] for key in chunks if key in known.chunks)
        found |= {place.id: place for place in named if place.document_id in wanted}
        readable = (place for place in found.values() if place.access_id in access_ids)
        return sorted(readable, key=lambda place: (place.document_id, place.ordinal))

    def _at_present(self, session: Session) -> _Known:
        seq, known = derived.last_seq(session), self._known
        if known.seq == seq and len(known.chunks) < MOST_REMEMBERED:
            return known
        fresh = _Known(seq)
        if seq >= known.seq:
            self._known = fresh
        return fresh


def _read_chunks(session: Session, known: _Known, chunk_ids: Collection[int]) -> None:
    missing = [chunk_id for chunk_id in chunk_ids if chunk_id not in known.chunks]
    if missing:
        known.chunks.update((place.id, place) for place in places_of_chunks(session, missing))


def _read_beginnings(session: Session, known: _Known, documents: Collection[int]) -> None:
    missing = [document for document in documents if document not in known.beginnings]
    if not missing:
        return
    read: dict[int, list[ChunkPlace]] = {document: [] for document in missing}
    for place in beginnings(session, missing):
        read[place.document_id].append(place)
    known.beginnings.update((document, tuple(places)) for document, places in read.items())
    known.chunks.update((place.id, place) for places in read.values() for place in places)
