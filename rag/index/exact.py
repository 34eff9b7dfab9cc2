"""Exact dense search in memory: for one question, for small collections, and to check an approximate index against."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.index.encode import to_rows
from rag.index.port import Hit, Place, Placed, by_access

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class _Shelf:
    """The chunks of one access id, in ascending order, and their unit rows."""

    chunks: NDArray[np.int64]
    vectors: NDArray[np.float32]


class ExactIndex:
    """Float32 rows by access id; a search reads the readable ones and no others.

    A shelf is never altered: a change makes a new one and swaps it in, so that a search running beside it sees each
    access id as it was before or as it is after, never half of a change.
    """

    def __init__(self) -> None:
        self._shelves: dict[int, _Shelf] = {}

    def put(self, places: Sequence[Place], vectors: NDArray[np.float32]) -> None:
        import numpy as np

        for access_id, positions in by_access(places):
            chunks = np.array([places[position].chunk_id for position in positions], dtype=np.int64)
            rows = np.asarray(vectors, dtype=np.float32)[positions]
            others = self._without(access_id, chunks)
            if others is not None:
                chunks, rows = np.concatenate([others.chunks, chunks]), np.concatenate([others.vectors, rows])
            self._shelves[access_id] = _ordered(chunks, rows)

    def delete(self, places: Sequence[Place]) -> None:
        import numpy as np

        for access_id, positions in by_access(places):
            gone = np.array([places[position].chunk_id for position in positions], dtype=np.int64)
            others = self._without(access_id, gone)
            if others is not None:
                self._shelves[access_id] = others

    def _without(self, access_id: int, chunks: NDArray[np.int64]) -> _Shelf | None:
        """What stands under this access id but these chunks; None when there is nothing at all."""
        import numpy as np

        shelf = self._shelves.get(access_id)
        if shelf is None:
            return None
        kept = ~np.isin(shelf.chunks, chunks)
        return shelf if kept.all() else _Shelf(shelf.chunks[kept], shelf.vectors[kept])

    def search(self, vector: NDArray[np.float32], *, access_ids: Collection[int], limit: int) -> list[Hit]:
        """`einsum` reads 50,000 rows in 2.9 ms on one core; numpy's BLAS takes 5.5 ms, or 8 on all of them."""
        import numpy as np

        shelves = self._readable(access_ids)
        if not shelves or limit < 1:
            return []
        cosines = np.concatenate([np.einsum("ij,j->i", shelf.vectors, vector) for shelf in shelves])
        chunks = np.concatenate([shelf.chunks for shelf in shelves])
        nearest = np.argpartition(-cosines, min(limit, cosines.size) - 1)[:limit]
        nearest = nearest[np.argsort(-cosines[nearest], kind="stable")]
        return [Hit(*pair) for pair in zip(chunks[nearest].tolist(), cosines[nearest].tolist(), strict=True)]

    def rows(self, places: Sequence[Placed]) -> tuple[NDArray[np.float32], NDArray[np.bool_]] | None:
        """A row for each of these places, and which of them are here: the rows of the others say nothing.

        None while the index is empty and has no rows to tell a row's length from.
        """
        import numpy as np

        shelves = {access_id: shelf for access_id, shelf in list(self._shelves.items()) if shelf.chunks.size}
        if not shelves:
            return None
        rows = np.zeros((len(places), next(iter(shelves.values())).vectors.shape[1]), dtype=np.float32)
        here = np.zeros(len(places), dtype=np.bool_)
        for access_id, positions in by_access(places):
            if shelf := shelves.get(access_id):
                wanted = np.array([places[position].chunk_id for position in positions], dtype=np.int64)
                found = np.minimum(np.searchsorted(shelf.chunks, wanted), shelf.chunks.size - 1)
                rows[positions] = shelf.vectors[found]
                here[positions] = shelf.chunks[found] == wanted
        return rows, here

    def _readable(self, access_ids: Collection[int]) -> list[_Shelf]:
        shelves = (self._shelves.get(access_id) for access_id in sorted(access_ids))
        return [shelf for shelf in shelves if shelf is not None and shelf.chunks.size]

    def sizes(self, access_ids: Collection[int]) -> list[int]:
        """How many chunks stand under each of these access ids that has any."""
        return [int(shelf.chunks.size) for shelf in self._readable(access_ids)]

    def count(self) -> int:
        return sum(int(shelf.chunks.size) for shelf in list(self._shelves.values()))

    def close(self) -> None:
        """Nothing is held open."""


def _ordered(chunks: NDArray[np.int64], vectors: NDArray[np.float32]) -> _Shelf:
    import numpy as np

    if (chunks[1:] > chunks[:-1]).all():
        return _Shelf(chunks, vectors)
    order = np.argsort(chunks)
    return _Shelf(chunks[order], vectors[order])


def exact_index(rows: Iterable[tuple[int, int, bytes]], *, dimension: int) -> ExactIndex:
    """An index over stored rows of (chunk id, access id, float16 vector), built shelf by shelf to spare memory."""
    stored: dict[int, list[tuple[int, bytes]]] = {}
    for chunk_id, access_id, data in rows:
        stored.setdefault(access_id, []).append((chunk_id, data))
    index = ExactIndex()
    for access_id, found in stored.items():
        vectors = to_rows([data for _, data in found], dimension)
        index.put([Place(chunk_id, access_id) for chunk_id, _ in found], vectors)
    return index
