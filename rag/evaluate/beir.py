"""Retrieval figures on a BEIR-style collection: dense, lexical and fused side by side, through the real indexes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rag.evaluate.collection import Collection
from rag.evaluate.measures import Interval, hit, ndcg, paired_bootstrap, recall
from rag.index.library import Library, Progress
from rag.index.port import Within
from rag.model import EVERYONE
from rag.retrieve import rank
from rag.store.derived import count_chunks
from rag.store.documents import readable_access_ids
from rag.store.search import paths_of_documents
from rag.store.session import Session

if TYPE_CHECKING:
    from rich.table import Table

DEPTH = 100
CHUNKS = 400  # dense hits read to have DEPTH documents


@dataclass(frozen=True)
class Figures:
    """The means over all questions of one way of ranking, each from 0 to 1."""

    ndcg_10: float
    recall_10: float
    recall_100: float
    hit_5: float


@dataclass(frozen=True)
class RetrievalReport:
    """What was measured on one collection. `gain` is nDCG@10 of fused minus the better single one."""

    collection: str
    model: str
    documents: int
    chunks: int
    questions: int
    dense: Figures
    lexical: Figures
    fused: Figures
    better_single: str
    gain: Interval

    def to_json(self) -> dict[str, object]:
        return asdict(self)


Rankings = Mapping[str, Sequence[str]]


def measure_retrieval(collection: Collection, *, library: Library, progress: Progress) -> RetrievalReport:
    """Ask every question three ways of a library that holds the collection already."""
    with library.read() as session:
        chunks = count_chunks(session)
    rankings = _ask_all(collection.queries, library, progress)
    return _report(collection, rankings, model=library.embedder.model, chunks=chunks)


def _ask_all(queries: Mapping[str, str], library: Library, progress: Progress) -> dict[str, dict[str, Sequence[str]]]:
    rankings: dict[str, dict[str, Sequence[str]]] = {"dense": {}, "lexical": {}, "fused": {}}
    for done, (key, question) in enumerate(queries.items(), 1):
        with library.read() as session:
            for way, ranking in _three_ways(session, question, library).items():
                rankings[way][key] = ranking
        progress("asking", done, len(queries))
    return rankings


def _three_ways(session: Session, question: str, library: Library) -> dict[str, list[str]]:
    """The names of the documents found, best first, by each index alone and by the ranking people get."""
    access_ids = readable_access_ids(session, EVERYONE)
    vector = library.embedder.encode_query(question)
    near = library.dense.search(vector, access_ids=access_ids, limit=CHUNKS)
    owners = library.remembered.at(session).owners(session, [found.chunk_id for found in near], access_ids)
    words = library.lexical.search_documents(Counter(library.lexical.terms(question)), Within(access_ids, DEPTH))
    fused = rank(session, question, library=library, access_ids=access_ids)
    dense = list(dict.fromkeys(owners[found.chunk_id] for found in near if found.chunk_id in owners))
    paths = paths_of_documents(session, {*dense, *(found.chunk_id for found in words), *fused.further})
    return {
        "dense": [paths[key] for key in dense[:DEPTH]],
        "lexical": [paths[found.chunk_id] for found in words if found.chunk_id in paths],
        "fused": [
            *(found.document.path for found in fused.documents),
            *(paths[key] for key in fused.further if key in paths),
        ][:DEPTH],
    }


def _report(collection: Collection, rankings: Mapping[str, Rankings], *, model: str, chunks: int) -> RetrievalReport:
    figures = {way: _figures(found, collection) for way, found in rankings.items()}
    better = "dense" if figures["dense"].ndcg_10 >= figures["lexical"].ndcg_10 else "lexical"
    gain = paired_bootstrap(_ndcg(rankings["fused"], collection), _ndcg(rankings[better], collection))
    return RetrievalReport(
        collection=collection.name,
        model=model,
        documents=len(collection.corpus),
        chunks=chunks,
        questions=len(collection.queries),
        dense=figures["dense"],
        lexical=figures["lexical"],
        fused=figures["fused"],
        better_single=better,
        gain=gain,
    )


def _ndcg(rankings: Rankings, collection: Collection) -> list[float]:
    return [ndcg(rankings[key], collection.judgments[key], 10) for key in collection.queries]


def _figures(rankings: Rankings, collection: Collection) -> Figures:
    pairs = [(rankings[key], collection.judgments[key]) for key in collection.queries]
    mean = 1 / len(pairs)
    return Figures(
        ndcg_10=mean * sum(ndcg(ranking, grades, 10) for ranking, grades in pairs),
        recall_10=mean * sum(recall(ranking, grades, 10) for ranking, grades in pairs),
        recall_100=mean * sum(recall(ranking, grades, 100) for ranking, grades in pairs),
        hit_5=mean * sum(hit(ranking, grades, 5) for ranking, grades in pairs),
    )


def retrieval_table(report: RetrievalReport) -> Table:
    """The report for a terminal."""
    from rich.table import Table

    table = Table(title=f"{report.collection}: {report.documents} documents, {report.questions} questions")
    for heading in ("", "nDCG@10", "Recall@10", "Recall@100", "hit@5"):
        table.add_column(heading, justify="right" if heading else "left")
    for way in ("dense", "lexical", "fused"):
        table.add_row(way, *(f"{value:.3f}" for value in asdict(getattr(report, way)).values()))
    gain = report.gain
    table.caption = (
        f"fused - {report.better_single}: {gain.mean:+.4f} nDCG@10, 95 % interval {gain.low:+.4f} to {gain.high:+.4f}"
    )
    return table
