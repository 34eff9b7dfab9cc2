"""The candidates of one question: readable documents that either index found, with every score of every one of them.

A candidate that only one index found is scored by the other one, too: half a score would rank by who happened to look.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from rag.index.encode import StoredVectors
from rag.index.port import DenseSearch, Hit, LexicalIndex, Within
from rag.ranking import fused
from rag.store.search import ChunkPlace, places_near

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

DEPTH = 100
"""Hits taken from each index."""


@dataclass(frozen=True)
class Query:
    """A question as the indexes see it: weighted terms and a unit vector."""

    words: Mapping[str, float]
    vector: Scores


@dataclass(frozen=True)
class Pool:
    """Candidate documents with their chunks, chunks standing together by document.

    `first` is where each document's chunks begin, `owner` the document of each chunk, both as positions;
    `whole` holds a vector per document: the mean of its chunks, weighted by their size.
    """

    documents: tuple[int, ...]
    chunks: tuple[ChunkPlace, ...]
    first: NDArray[np.int64]
    owner: NDArray[np.int64]
    vectors: Scores
    whole: Scores


@dataclass(frozen=True)
class Scored:
    """Fused scores of a pool, per document and per chunk."""

    documents: Scores
    chunks: Scores


def find_candidates(
    query: Query, *, dense: DenseSearch, lexical: LexicalIndex, access_ids: Collection[int]
) -> tuple[set[int], set[int]]:
    """(document ids, chunk ids) the two indexes propose; they may be stale."""
    within = Within(access_ids, DEPTH)
    chunks = dense.search(query.vector, access_ids=access_ids, limit=DEPTH)
    chunks += lexical.search_chunks(query.words, within)
    documents = lexical.search_documents(query.words, within)
    return {hit.chunk_id for hit in documents}, {hit.chunk_id for hit in chunks}


def fill_pool(
    session: Session, documents: set[int], chunks: set[int], *, vectors: StoredVectors, access_ids: Collection[int]
) -> Pool:
    """What of these proposals is live and readable now, with the vectors of all of it."""
    import numpy as np

    places = places_near(session, documents=documents, chunks=chunks, access_ids=access_ids)
    order = sorted({place.document_id for place in places})
    position = {document: i for i, document in enumerate(order)}
    owner = np.array([position[place.document_id] for place in places], dtype=np.int64)
    first = np.searchsorted(owner, np.arange(len(order)))
    rows = vectors.rows(session, [place.id for place in places])
    sizes = np.array([max(place.size, 1) for place in places], dtype=np.float32)
    whole = _unit(np.add.reduceat(rows * sizes[:, None], first)) if order else rows
    return Pool(tuple(order), tuple(places), first, owner, rows, whole)


def score_pool(pool: Pool, query: Query, *, lexical: LexicalIndex, access_ids: Collection[int]) -> Scored:
    """Every candidate's scores for one query."""
    import numpy as np

    documents, chunks = pool.documents, [place.id for place in pool.chunks]
    by_document = lexical.search_documents(query.words, Within(access_ids, len(documents), frozenset(documents)))
    by_chunk = lexical.search_chunks(query.words, Within(access_ids, len(chunks), frozenset(chunks)))
    cosines = pool.vectors @ query.vector
    dense = (np.maximum.reduceat(cosines, pool.first) + pool.whole @ query.vector) / 2
    return Scored(fused(_aligned(by_document, documents), dense), fused(_aligned(by_chunk, chunks), cosines))


def blended(plain: Scored, expanded: Scored) -> Scored:
    """Two parts of the scores for the question as asked, one part for the question as the first hits put it.

    Expansion alone helps questions about a topic and harms questions after one fact; together they lose neither.
    """
    return Scored(_blend(plain.documents, expanded.documents), _blend(plain.chunks, expanded.chunks))


def _blend(plain: Scores, expanded: Scores) -> Scores:
    import numpy as np

    return np.asarray((2 * plain + expanded) / 3, dtype=np.float32)


def _aligned(hits: Sequence[Hit], ids: Sequence[int]) -> Scores:
    """Scores in the order of `ids`; 0 where no word matched, which is what BM25 says of it."""
    import numpy as np

    found = dict(hits)
    return np.array([found.get(key, 0.0) for key in ids], dtype=np.float32)


def _unit(rows: Scores) -> Scores:
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return np.asarray(rows / lengths, dtype=np.float32)
