"""Make the vectors that are missing, and read the ones there are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from rag.embed.port import Embedder, Progress
from rag.index.port import Placed
from rag.store import derived
from rag.store.session import Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW = 256
"""Texts encoded per commit: two or three seconds of work are what a killed run loses."""

KEPT = 100_000
"""Vectors a process keeps in memory, 0.8 kB each."""

Write = Callable[[], AbstractContextManager[Session]]
"""Opens a session whose block is one transaction."""


def encode_missing(write: Write, embedder: Embedder, *, progress: Progress | None = None) -> int:
    """Encode every chunk's text that has no vector of this model; returns how many there were.

    The longest texts come first over the whole run, so that the workers finish together. Each window is saved in its
    own transaction: a run that was killed is continued by the next.
    """
    with write() as session:
        missing = [key for key, _ in derived.missing_hashes(session, embedder.model)]
    for start in range(0, len(missing), WINDOW):
        _encode_window(write, embedder, missing[start : start + WINDOW])
        if progress:
            progress(min(start + WINDOW, len(missing)), len(missing))
    return len(missing)


def _encode_window(write: Write, embedder: Embedder, hashes: Sequence[str]) -> None:
    with write() as session:
        texts = derived.texts_of(session, hashes)  # a text whose last chunk has gone by now is skipped
    vectors = embedder.encode(list(texts.values()))
    with write() as session:
        derived.save_vectors(session, embedder.model, dict(zip(texts, map(to_bytes, vectors), strict=True)))


def to_bytes(vector: NDArray[np.float32]) -> bytes:
    """As vectors are stored: float16, little-endian. The cosine changes by less than 0.001."""
    return vector.astype("<f2").tobytes()


def to_rows(stored: Sequence[bytes], dimension: int) -> NDArray[np.float32]:
    """Stored vectors as float32 rows."""
    import numpy as np

    return np.frombuffer(b"".join(stored), dtype="<f2").astype(np.float32).reshape(len(stored), dimension)


Held = Callable[[Sequence[Placed]], "tuple[NDArray[np.float32], NDArray[np.bool_]] | None"]
"""Rows an index holds in memory anyway, and which of the places asked for have one."""


class StoredVectors:
    """The vectors of chunks: those an index holds in memory, the others read from SQL once and then kept.

    What is kept cannot go stale: chunk ids are never reused and a chunk's text never changes. `KEPT` bounds it.
    """

    def __init__(self, model: str, dimension: int, *, held: Held | None = None) -> None:
        self.model = model
        self.dimension = dimension
        self._held = held
        self._kept: dict[int, bytes] = {}

    def rows(self, session: Session, places: Sequence[Placed]) -> NDArray[np.float32]:
        """One row per chunk, in the order given; all zero for a chunk without a vector, whose cosine is then 0."""
        held = self._held(places) if self._held else None
        if held is None:
            return self._stored(session, [place.chunk_id for place in places])
        rows, here = held
        lacking = (~here).nonzero()[0].tolist()
        if lacking:
            rows[lacking] = self._stored(session, [places[position].chunk_id for position in lacking])
        return rows

    def _stored(self, session: Session, chunk_ids: Sequence[int]) -> NDArray[np.float32]:
        missing = [chunk_id for chunk_id in chunk_ids if chunk_id not in self._kept]
        if missing:
            self._read(session, missing)
        kept, none = self._kept, bytes(2 * self.dimension)
        return to_rows([kept.get(chunk_id, none) for chunk_id in chunk_ids], self.dimension)

    def keep(self, rows: Collection[tuple[int, int, bytes]]) -> None:
        """Take in rows that were read for another purpose."""
        if len(self._kept) + len(rows) > KEPT:
            self._kept = {}
        self._kept |= {chunk_id: data for chunk_id, _, data in rows}

    def _read(self, session: Session, chunk_ids: Sequence[int]) -> None:
        found = derived.vectors_of_chunks(session, self.model, chunk_ids)
        self.keep([(chunk_id, 0, data) for chunk_id, data in found.items()])
