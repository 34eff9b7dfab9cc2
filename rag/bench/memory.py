"""The memory of a process that only answers: a fresh one, since the bench itself holds its peers and yardsticks."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from rag.bench.clock import resident_mb
from rag.bench.make import audience
from rag.bench.stores import CHUNKER, OpenModel, OpenStore
from rag.index.library import keep_library
from rag.retrieve import retrieve


def memory_of_answering(
    folder: Path, open_store: OpenStore, open_model: OpenModel, *, questions: Sequence[str], labels: Sequence[int]
) -> float:
    """Resident megabytes after these questions by readers of so many labels, over the library kept in `folder`."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    other = spawn.Process(target=_answer, args=(theirs, folder, open_store, open_model, list(questions), list(labels)))
    other.start()
    theirs.close()
    try:
        return float(ours.recv())
    finally:
        other.join()


def _answer(
    result: Connection,
    folder: Path,
    open_store: OpenStore,
    open_model: OpenModel,
    questions: Sequence[str],
    labels: Sequence[int],
) -> None:
    read, _ = open_store(folder / "db.sqlite")
    with keep_library(folder / "index", read=read, embedder=open_model(), chunker=CHUNKER) as kept:
        for readers in map(audience, labels):
            for question in questions:
                retrieve(question, audience=readers, library=kept.library)
        result.send(resident_mb())
