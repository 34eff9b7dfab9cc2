"""The candidates of one question: readable documents that either index found, with every score of every one of them.

A candidate that only one index found is scored by the other one, too: half a score would rank by who happened to look.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.index.encode import StoredVectors
from rag.index.library import Library
from rag.index.port import Hit, LexicalIndex, Within
from rag.index.present import Present
from rag.ranking import fused
from rag.store.search import ChunkPlace
from rag.store.session import Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

DEPTH = 100
"""Hits taken from each index."""

KEPT = 160
"""Candidates that are read and scored in full; the cost of a question grows with this, not with the library."""


@dataclass(frozen=True)
class Query:
    """A question as the indexes see it: weighted terms and a unit vector."""

    words: Mapping[str, float]
    vector: Scores


@dataclass(frozen=True)
class Candidates:
    """Documents that either index found, live and readable, the likeliest first, and all such chunks."""

    documents: tuple[int, ...]
    chunks: frozenset[int]


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


def find_candidates(
    session: Session, query: Query, *, library: Library, present: Present, access_ids: Collection[int]
) -> Candidates:
    """What the two indexes propose, the likeliest documents first by what is known without reading them."""
    within = Within(access_ids, DEPTH)
    near = library.dense.search(query.vector, access_ids=access_ids, limit=DEPTH)
    chunks = library.lexical.search_chunks(query.words, within)
    documents = dict(library.lexical.search_documents(query.words, within))
    owners = present.owners(session, [found.chunk_id for found in (*near, *chunks)], access_ids)
    documents = {key: documents[key] for key in present.documents(session, documents, access_ids)}
    nearest: dict[int, float] = {}
    for found in near:
        if found.chunk_id in owners:
            nearest.setdefault(owners[found.chunk_id], found.score)
    order = sorted({*documents, *owners.values()})
    scores = fused(_or_least(documents, order), _or_least(nearest, order))
    return Candidates(tuple(order[i] for i in (-scores).argsort(kind="stable")), frozenset(owners))


def _or_least(found: Mapping[int, float], order: Sequence[int]) -> Scores:
    """Scores in this order; a document that was not among the hits is as good as the last of them."""
    import numpy as np

    least = min(found.values(), default=0.0)
    return np.array([found.get(document, least) for document in order], dtype=np.float32)


def fill_pool(
    session: Session,
    documents: Collection[int],
    chunks: Collection[int],
    *,
    vectors: StoredVectors,
    present: Present,
    access_ids: Collection[int],
) -> Pool:
    """What of these documents is live and readable now, with the vectors of all of it; of a long document the
    beginning and those of `chunks` that are its own."""
    import numpy as np

    places = present.near(session, documents=documents, chunks=chunks, access_ids=access_ids)
    order = sorted({place.document_id for place in places})
    position = {document: i for i, document in enumerate(order)}
    owner = np.array([position[place.document_id] for place in places], dtype=np.int64)
    first = np.searchsorted(owner, np.arange(len(order)))
    rows = vectors.rows(session, places)
    sizes = np.array([max(place.size, 1) for place in places], dtype=np.float32)
    whole = _unit(np.add.reduceat(rows * sizes[:, None], first)) if order else rows
    return Pool(tuple(order), tuple(places), first, owner, rows, whole)


def score_documents(pool: Pool, query: Query, *, lexical: LexicalIndex, access_ids: Collection[int]) -> Scores:
    """Each candidate's fused score: BM25 of the whole document with the mean of its and its best chunk's cosine."""
    import numpy as np

    documents = pool.documents
    words = lexical.search_documents(query.words, Within(access_ids, len(documents), frozenset(documents)))
    nearest = np.maximum.reduceat(pool.vectors @ query.vector, pool.first)
    return fused(_aligned(words, documents), (nearest + pool.whole @ query.vector) / 2)


def score_chunks(pool: Pool, query: Query, *, lexical: LexicalIndex, access_ids: Collection[int]) -> Scores:
    """Each chunk's fused score, comparable within one document."""
    chunks = [place.chunk_id for place in pool.chunks]
    words = lexical.search_chunks(query.words, Within(access_ids, len(chunks), frozenset(chunks)))
    return fused(_aligned(words, chunks), pool.vectors @ query.vector)


def blended(plain: Scores, expanded: Scores) -> Scores:
    """Two parts of the scores for the question as asked, one part for the question as the first hits put it.

    Expansion alone helps questions about a topic and harms questions after one fact; together they lose neither.
    """
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
