"""The bench: one run that measures us, the floor and the peer on the same data, and gives the ratios."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rag.bench.clock import Times, seconds, time_calls, time_side_by_side
from rag.bench.encoding import EncodingFigures, measure_encoding
from rag.bench.make import LABELS, audience, fill, questions
from rag.bench.memory import memory_of_answering
from rag.bench.stores import CHUNKER, OpenModel, OpenStore, update
from rag.bench.yardstick import open_floor
from rag.embed.port import Embedder
from rag.index.library import Library, Progress, keep_library
from rag.retrieve import retrieve
from rag.store.documents import readable_access_ids

SIZES = (1_000, 10_000, 50_000)
FILTERS = (1, 4, LABELS)
QUESTIONS = 60
FLOOR = 0  # its place among the ways to ask, which are numbers of labels


@dataclass(frozen=True)
class QueryFigures:
    """Milliseconds of one warm question at one size and one number of readable access ids."""

    chunks: int
    labels: int
    ours: Times
    floor: Times | None = None
    peer: Times | None = None


@dataclass(frozen=True)
class BenchReport:
    """Everything one run measured. `resident_mb` is a fresh process after the questions at each size."""

    model: str
    encoding: EncodingFigures
    index_seconds: Mapping[int, float]
    queries: tuple[QueryFigures, ...]
    resident_mb: Mapping[int, float]
    note: str = "made-up texts; vectors of 400 real texts, the others scattered round them"

    def to_json(self) -> dict[str, object]:
        return asdict(self) | {"encoding_ratio": self.encoding.ratio}


def run_bench(
    home: Path,
    *,
    open_store: OpenStore,
    open_model: OpenModel,
    model_cache: Path,
    progress: Progress,
    sizes: Sequence[int] = SIZES,
) -> BenchReport:
    """Measure everything under `home`, which is emptied of this bench's own folder before and after.

    The floor and the peer are measured at the largest size only: building theirs takes longer than measuring it.
    """
    folder = home / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    embedder = open_model()
    try:
        progress("encoding", 0, 1)
        encoding = measure_encoding(folder, open_store, embedder, model_cache)
        found: dict[int, SizeFigures] = {}
        for done, size in enumerate(sorted(sizes)):
            progress("asking", done, len(sizes))
            bench = SizeBench(folder / str(size), open_store, open_model, embedder, size)
            found[size] = measure_size(bench, peers=size == max(sizes))
        progress("asking", len(sizes), len(sizes))
        return _report(embedder.model, encoding, found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _report(model: str, encoding: EncodingFigures, found: Mapping[int, SizeFigures]) -> BenchReport:
    return BenchReport(
        model,
        encoding,
        {size: figures.index_seconds for size, figures in found.items()},
        tuple(query for figures in found.values() for query in figures.queries),
        {size: figures.resident_mb for size, figures in found.items()},
    )


@dataclass(frozen=True)
class SizeBench:
    """One size to be measured, and what with."""

    folder: Path
    open_store: OpenStore
    open_model: OpenModel
    embedder: Embedder
    chunks: int


@dataclass(frozen=True)
class SizeFigures:
    """What one size showed."""

    queries: tuple[QueryFigures, ...]
    index_seconds: float
    resident_mb: float


def measure_size(bench: SizeBench, *, peers: bool) -> SizeFigures:
    """Fill and index a library of this size, ask it, and see what memory a process takes that only answers."""
    bench.folder.mkdir()
    read, write = bench.open_store(bench.folder / "db.sqlite")
    fill(write, bench.embedder, chunks=bench.chunks)
    asked = questions(QUESTIONS)
    with keep_library(bench.folder / "index", read=read, embedder=bench.embedder, chunker=CHUNKER) as kept:
        taken = seconds(lambda: update(kept, write))
        ways = {labels: _ours(kept.library, labels) for labels in FILTERS}
        if peers:
            ours, floor, peer = _beside_others(kept.library, bench.folder, asked, ways)
        else:
            ours, floor, peer = time_side_by_side(ways, asked), None, {}
    memory = memory_of_answering(bench.folder, bench.open_store, bench.open_model, questions=asked, labels=FILTERS)
    figures = (QueryFigures(bench.chunks, labels, ours[labels], floor, peer.get(labels)) for labels in FILTERS)
    return SizeFigures(tuple(figures), taken, memory)


def _beside_others(
    library: Library, folder: Path, asked: Sequence[str], ways: Mapping[int, Callable[[str], object]]
) -> tuple[dict[int, Times], Times, dict[int, Times]]:
    """(ours, the floor, the peer): ours and the floor in turn, the peer by itself, which is slow and needs no care."""
    with open_floor(library, folder / "floor", access_ids=_readable(library, LABELS)) as floor:
        found = time_side_by_side({**ways, FLOOR: floor}, asked)
    return {labels: found[labels] for labels in ways}, found[FLOOR], _measure_peer(library, folder, asked)


def _measure_peer(library: Library, folder: Path, asked: Sequence[str]) -> dict[int, Times]:
    readable = {labels: _readable(library, labels) for labels in FILTERS}
    few = asked[: QUESTIONS // 3]
    try:
        from rag.bench.peer import open_peer

        with open_peer(library, folder / "peer", readable=readable[LABELS]) as ask_for:
            return {
                labels: time_calls(partial(ask_for, access_ids=ids), few, warm_up=2) for labels, ids in readable.items()
            }
    except ImportError:
        return {}


def _ours(library: Library, labels: int) -> Callable[[str], object]:
    readers = audience(labels)
    return lambda question: retrieve(question, audience=readers, library=library)


def _readable(library: Library, labels: int) -> frozenset[int]:
    with library.read() as session:
        return readable_access_ids(session, audience(labels))
