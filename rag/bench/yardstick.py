"""What our speed is measured against: the graph alone, and a search without a filter, fusing or SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from rag.bench.clock import seconds
from rag.embed.minilm import open_bare
from rag.index.chroma import open_chroma
from rag.index.encode import to_rows
from rag.index.library import Library
from rag.index.port import Place, Within
from rag.pool import DEPTH
from rag.store.derived import readable_vectors

Ask = Callable[[str], object]
BATCHES = (1, 4, 8, 32)
FINALISTS = 2
TWO_THREADS = "one session with two threads"
TWO_WORKERS = "two workers with one thread"


Way = Callable[[], object]
"""Encodes one set of texts whole."""


def fastest_bare(texts: Sequence[str], cache_dir: Path) -> dict[str, Way]:
    """The `FINALISTS` fastest of all ways to run the graph alone over these texts, found on every fourth of them."""
    sample = texts[::4]
    trial = {name: seconds(work) for name, work in _bare_ways(sample, cache_dir)}
    best = sorted(trial, key=lambda name: trial[name])[:FINALISTS]
    return dict(_bare_ways(texts, cache_dir, among=best))


def _bare_ways(
    texts: Sequence[str], cache_dir: Path, *, among: Collection[str] | None = None
) -> Iterator[tuple[str, Way]]:
    """Each batch size, sorted by length, with one session of two threads or two workers of one thread."""
    ordered = sorted(texts, key=len, reverse=True)
    for size in BATCHES:
        batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
        for name, way in ((TWO_THREADS, _one_after_another), (TWO_WORKERS, _two_workers)):
            if among is None or f"batch {size}, {name}" in among:
                yield f"batch {size}, {name}", way(cache_dir, batches)


def _one_after_another(cache_dir: Path, batches: Sequence[Sequence[str]]) -> Way:
    encode = open_bare(cache_dir, threads=2)
    encode(batches[-1])
    return lambda: [encode(batch) for batch in batches]


def _two_workers(cache_dir: Path, batches: Sequence[Sequence[str]]) -> Way:
    sessions = [open_bare(cache_dir, threads=1) for _ in range(2)]
    for encode in sessions:
        encode(batches[-1])

    def work() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda worker: [sessions[worker](batch) for batch in batches[worker::2]], range(2)))

    return work


@contextmanager
def open_floor(library: Library, folder: Path, *, access_ids: frozenset[int]) -> Iterator[Ask]:
    """Encode, search one Chroma collection of everything and tantivy, `DEPTH` hits each."""
    with library.read() as session:
        rows = readable_vectors(session, library.embedder.model, access_ids)
    dense = open_chroma(folder, generation="floor")
    dense.put([Place(row[0], 0) for row in rows], to_rows([row[2] for row in rows], library.embedder.dimension))
    everything = Within(access_ids, DEPTH)

    def ask(question: str) -> None:
        dense.search(library.embedder.encode_query(question), access_ids={0}, limit=DEPTH)
        library.lexical.search_chunks(Counter(library.lexical.terms(question)), everything)

    yield ask
    dense.close()
