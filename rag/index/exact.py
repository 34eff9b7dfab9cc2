"""Exact dense search in memory: for one question, for small collections, and to check an approximate index against."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from rag.index.port import Hit, Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ExactIndex:
    """Every vector in one float32 matrix; a search is one multiplication."""

    def __init__(self, dimension: int) -> None:
        import numpy as np

        self._chunks = np.empty(0, dtype=np.int64)
        self._access = np.empty(0, dtype=np.int64)
        self._vectors = np.empty((0, dimension), dtype=np.float32)

    def put(self, places: Sequence[Place], vectors: NDArray[np.float32]) -> None:
        import numpy as np

        self.delete(places)
        self._chunks = np.concatenate([self._chunks, np.array([place.chunk_id for place in places], dtype=np.int64)])
        self._access = np.concatenate([self._access, np.array([place.access_id for place in places], dtype=np.int64)])
        self._vectors = np.concatenate([self._vectors, np.asarray(vectors, dtype=np.float32)])

    def delete(self, places: Sequence[Place]) -> None:
        import numpy as np

        kept = ~np.isin(self._chunks, [place.chunk_id for place in places])
        self._chunks, self._access, self._vectors = self._chunks[kept], self._access[kept], self._vectors[kept]

    def search(self, vector: NDArray[np.float32], *, access_ids: Collection[int], limit: int) -> list[Hit]:
        import numpy as np

        readable = np.flatnonzero(np.isin(self._access, list(access_ids)))
        if not readable.size or limit < 1:
            return []
        cosines = (self._vectors if readable.size == self._chunks.size else self._vectors[readable]) @ vector
        nearest = np.argpartition(-cosines, min(limit, cosines.size) - 1)[:limit]
        nearest = nearest[np.argsort(-cosines[nearest], kind="stable")]
        return [Hit(int(self._chunks[readable[i]]), float(cosines[i])) for i in nearest]

    def count(self) -> int:
        return int(self._chunks.size)

    def close(self) -> None:
        """Nothing is held open."""


def exact_index(rows: Iterable[tuple[int, int, bytes]], *, dimension: int) -> ExactIndex:
    """An index over stored rows of (chunk id, access id, float16 vector)."""
    import numpy as np

    listed = list(rows)
    index = ExactIndex(dimension)
    data = b"".join(row[2] for row in listed)
    vectors = np.frombuffer(data, dtype="<f2").astype(np.float32).reshape(len(listed), dimension)
    index.put([Place(row[0], row[1]) for row in listed], vectors)
    return index
