"""From a question to the readable passages that may answer it, best first."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from rag.index.encode import StoredVectors
from rag.index.library import Library, Read
from rag.index.present import Present
from rag.model import Audience, Passage
from rag.pool import KEPT, Candidates, Pool, Query, blended, fill_pool, find_candidates, score_chunks, score_documents
from rag.ranking import FEEDBACK_DOCUMENTS, expanded_words, moved_query
from rag.store.documents import readable_access_ids
from rag.store.search import (
    LiveChunk,
    LiveDocument,
    Successor,
    document_texts,
    live_chunks,
    successors,
)
from rag.store.session import Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

LONGEST_QUESTION = 2_000
"""Characters of a question that are searched for; nobody asks more, and pasted text is not a question."""

AGAIN = 0.5
"""What each further passage of a document already shown loses, in deviations, so that other documents get a place."""

SUPERSEDED = 0.5
"""What a superseded document loses against the worst of its successors, in deviations."""

CHARACTERS_PER_TOKEN = 4
"""Of English text, on the safe side of what model tokenizers make of it."""


@dataclass(frozen=True)
class Scored:
    """Fused scores of a pool, per document and per chunk."""

    documents: Scores
    chunks: Scores


@dataclass(frozen=True)
class RankedDocument:
    """A readable document with its score and its chunks (id, score), each best first."""

    document: LiveDocument
    score: float
    chunks: tuple[tuple[int, float], ...]
    superseded_by: str | None = None


@dataclass(frozen=True)
class Ranking:
    """All that was found: documents scored in full, best first, then the ids of further candidates, likeliest first."""

    documents: tuple[RankedDocument, ...] = ()
    further: tuple[int, ...] = ()


def retrieve(question: str, *, audience: Audience, library: Library, limit: int = 8) -> tuple[Passage, ...]:
    """The best readable passages, at most `limit`, spread over documents; empty when nothing readable was found."""
    with library.read() as session:
        access_ids = readable_access_ids(session, audience)
        ranking = rank(session, question, library=library, access_ids=access_ids)
        chosen = _spread(ranking.documents, limit)
        chunks = live_chunks(session, [chunk_id for chunk_id, _, _ in chosen], access_ids)
    return tuple(
        _passage(chunks[chunk_id], ranked_document, score)
        for chunk_id, score, ranked_document in chosen
        if chunk_id in chunks
    )


def rank(session: Session, question: str, *, library: Library, access_ids: Collection[int]) -> Ranking:
    """All candidate documents, best first. Only what carries one of `access_ids` takes any part in it."""
    asked = question[:LONGEST_QUESTION].strip()
    if not asked or not access_ids:
        return Ranking()
    query = Query(Counter(library.lexical.terms(asked)), library.embedder.encode_query(asked))
    present = library.remembered.at(session)
    found = find_candidates(session, query, library=library, present=present, access_ids=access_ids)
    pool, live = _pool_with_successors(session, found, vectors=library.vectors, present=present, access_ids=access_ids)
    if not pool.documents:
        return Ranking()
    lexical = library.lexical
    chunks = score_chunks(pool, query, lexical=lexical, access_ids=access_ids)
    first = score_documents(pool, query, lexical=lexical, access_ids=access_ids)
    better = _with_feedback(session, query, pool, Scored(first, chunks), library=library, access_ids=access_ids)
    second = score_documents(pool, better, lexical=lexical, access_ids=access_ids)
    scored = Scored(blended(first, second), chunks)
    ranked = _current_first(_ranked(pool, scored, live), successors(session, live.values(), access_ids))
    return Ranking(ranked, tuple(document for document in found.documents if document not in live))


def whole_documents(
    passages: Sequence[Passage], *, token_budget: int, audience: Audience, read: Read
) -> tuple[tuple[int, str], ...]:
    """(document id, full text) of the documents of the best passages, as many as fit into the budget.

    A document too long for what is left is passed over: its passages speak for it.
    """
    order = list(dict.fromkeys(passage.document_id for passage in passages))
    with read() as session:
        texts = document_texts(session, order, readable_access_ids(session, audience))
    chosen, left = [], token_budget * CHARACTERS_PER_TOKEN
    for document_id in order:
        text = texts.get(document_id)
        if text and len(text) <= left:
            chosen.append((document_id, text))
            left -= len(text)
    return tuple(chosen)


def _pool_with_successors(
    session: Session, found: Candidates, *, vectors: StoredVectors, present: Present, access_ids: Collection[int]
) -> tuple[Pool, dict[int, LiveDocument]]:
    """The likeliest candidates and what superseded them: who finds an old version is to be shown the new one."""
    documents = set(found.documents[:KEPT])
    while True:
        pool = fill_pool(session, documents, found.chunks, vectors=vectors, present=present, access_ids=access_ids)
        live = present.documents(session, pool.documents, access_ids)
        newer = {found.document_id for found in successors(session, live.values(), access_ids).values()}
        unseen = {document for document in newer if document is not None} - documents - live.keys()
        if not unseen:
            return pool, live
        documents = documents | unseen


def _with_feedback(
    session: Session, query: Query, pool: Pool, scored: Scored, *, library: Library, access_ids: Collection[int]
) -> Query:
    """The question as the best readable hits would put it; the pool holds no others."""
    import numpy as np

    top = np.argsort(-scored.documents, kind="stable")[:FEEDBACK_DOCUMENTS]
    best = [_best_chunk(pool, scored, int(document)) for document in top]
    texts = live_chunks(session, [pool.chunks[i].chunk_id for i in best], access_ids)
    weights = np.exp(scored.documents[top] - scored.documents[top].max())
    feedback = [
        (library.lexical.terms(texts[pool.chunks[i].chunk_id].text), float(weight))
        for i, weight in zip(best, weights, strict=True)
        if pool.chunks[i].chunk_id in texts
    ]
    frequency = partial(library.lexical.frequency, access_ids=access_ids)
    words = expanded_words(query.words, feedback, frequency=frequency)
    return Query(words, moved_query(query.vector, pool.whole[top]))


def _best_chunk(pool: Pool, scored: Scored, document: int) -> int:
    positions = (pool.owner == document).nonzero()[0]
    return int(positions[scored.chunks[positions].argmax()])


def _ranked(pool: Pool, scored: Scored, live: dict[int, LiveDocument]) -> list[RankedDocument]:
    chunks: dict[int, list[tuple[int, float]]] = {}
    for place, score in zip(pool.chunks, scored.chunks.tolist(), strict=True):
        chunks.setdefault(place.document_id, []).append((place.chunk_id, score))
    ranked = [
        RankedDocument(live[document], score, tuple(sorted(chunks[document], key=lambda pair: -pair[1])))
        for document, score in zip(pool.documents, scored.documents.tolist(), strict=True)
        if document in live
    ]
    return sorted(ranked, key=lambda found: (-found.score, found.document.path))


def _current_first(ranked: Sequence[RankedDocument], newer: Mapping[int, Successor]) -> tuple[RankedDocument, ...]:
    """Give each successor the rank its predecessor earned, and put the predecessor behind it."""
    if not newer:
        return tuple(ranked)
    scores = {found.document.id: found.score for found in ranked}
    for old in (found.document.id for found in ranked if found.document.id in newer):
        for successor in _line(old, newer, scores):
            scores[successor] = max(scores[successor], scores[old])
    for old in (found.document.id for found in reversed(ranked) if found.document.id in newer):
        line = _line(old, newer, scores)
        scores[old] = min([scores[old], *(scores[successor] for successor in line)]) - SUPERSEDED * max(len(line), 1)
    renamed = [
        replace(found, score=scores[found.document.id], superseded_by=newer[found.document.id].name)
        if found.document.id in newer
        else replace(found, score=scores[found.document.id])
        for found in ranked
    ]
    return tuple(sorted(renamed, key=lambda found: (-found.score, found.document.path)))


def _line(old: int, newer: Mapping[int, Successor], present: Collection[int]) -> list[int]:
    """The successors of a document, one after the other; a circle ends where it closes."""
    line: list[int] = []
    step = newer.get(old)
    while step and step.document_id is not None and step.document_id in present:
        if step.document_id in (old, *line):
            break
        line.append(step.document_id)
        step = newer.get(step.document_id)
    return line


def _spread(ranked: Sequence[RankedDocument], limit: int) -> list[tuple[int, float, RankedDocument]]:
    """(chunk id, score, document) of the best passages; a document's later passages compete with other documents."""
    passages = [
        (chunk_id, found.score - (found.chunks[0][1] - score) / 2 - AGAIN * place, found)
        for found in ranked
        for place, (chunk_id, score) in enumerate(found.chunks[:limit])
    ]
    return heapq.nlargest(limit, passages, key=lambda passage: passage[1])


def _passage(chunk: LiveChunk, found: RankedDocument, score: float) -> Passage:
    return Passage(
        chunk_id=chunk.id,
        document_id=chunk.document_id,
        doc=found.document.path,
        title=found.document.title,
        section=chunk.heading,
        text=chunk.text,
        line=chunk.line,
        updated=found.document.updated,
        superseded_by=found.superseded_by,
        score=score,
    )
