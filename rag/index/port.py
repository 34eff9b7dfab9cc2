"""What a dense and a lexical index must offer. Both are derived from SQL and may lag behind it.

A hit of either is a claim to be joined to a live, readable row; it is never shown by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Place(NamedTuple):
    """A chunk and the access id it is filed under."""

    chunk_id: int
    access_id: int


class Placed(Protocol):
    """Whatever says which chunk it is and the access id it is filed under."""

    @property
    def chunk_id(self) -> int: ...

    @property
    def access_id(self) -> int: ...


def by_access(places: Sequence[Placed]) -> Iterator[tuple[int, list[int]]]:
    """(access id, positions of its places) for each access id among these."""
    positions: dict[int, list[int]] = {}
    for position, place in enumerate(places):
        positions.setdefault(place.access_id, []).append(position)
    yield from positions.items()


class Hit(NamedTuple):
    """A chunk found, and its score: the cosine of a dense index, BM25 of a lexical one. More is better."""

    chunk_id: int
    score: float


@dataclass(frozen=True)
class LexicalEntry:
    """The words of one chunk, headings included."""

    chunk_id: int
    document_id: int
    access_id: int
    text: str


@dataclass(frozen=True)
class Within:
    """Where a lexical search looks: under these access ids, among these ids if any are named."""

    access_ids: Collection[int]
    limit: int
    among: frozenset[int] | None = None


class DenseSearch(Protocol):
    """Nearest chunks by cosine within access ids."""

    def search(self, vector: NDArray[np.float32], *, access_ids: Collection[int], limit: int) -> list[Hit]:
        """The nearest chunks under these access ids, best first."""
        ...


class DenseIndex(DenseSearch, Protocol):
    """A dense index that is kept up to date. `put` over a chunk that is there replaces it."""

    def put(self, places: Sequence[Place], vectors: NDArray[np.float32]) -> None:
        """File one unit row per place."""
        ...

    def delete(self, places: Sequence[Place]) -> None:
        """Take these chunks out; one that is not there is no error."""
        ...

    def count(self) -> int:
        """How many chunks are filed."""
        ...

    def close(self) -> None: ...


class LexicalIndex(Protocol):
    """BM25 over chunks and over whole documents within access ids: what lies outside has no part in any score.

    `words` weighs index terms, which `terms` makes of any text: text is never read as query syntax.
    """

    def put(self, entries: Sequence[LexicalEntry]) -> None:
        """File the chunks of whole documents: all chunks of a document stand together, in its order."""
        ...

    def delete(self, chunk_ids: Sequence[int]) -> None: ...

    def commit(self) -> None:
        """Make everything before visible and durable."""
        ...

    def terms(self, text: str) -> list[str]:
        """The index terms of a text: lower case, stemmed, in order and with repetitions."""
        ...

    def search_chunks(self, words: Mapping[str, float], within: Within) -> list[Hit]: ...

    def search_documents(self, words: Mapping[str, float], within: Within) -> list[Hit]:
        """Whole documents, each named by its id in place of a chunk's."""
        ...

    def frequency(self, term: str, access_ids: Collection[int]) -> float:
        """The share of the chunks under these access ids that hold this term, from 0 to 1."""
        ...

    def count(self) -> int: ...

    def close(self) -> None: ...
