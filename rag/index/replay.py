"""Bring the two indexes up to SQL by replaying its change log.

The number of the last change applied is written after the indexes have committed. A crash in between repeats changes,
and repeating one does no harm: chunk ids are never reused, taking out what is gone is nothing, filing again replaces.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from rag.index.encode import to_rows
from rag.index.port import DenseIndex, LexicalEntry, LexicalIndex, Place
from rag.store import derived
from rag.store.derived import Change, PresentChunk
from rag.store.session import Session

WINDOW = 1_000
"""Changes applied per commit of the indexes."""

SEQ_FILE = "applied"

Read = Callable[[], AbstractContextManager[Session]]
Progress = Callable[[int, int], None]


def applied_seq(folder: Path) -> int:
    """The last change the indexes in this folder hold; 0 for none."""
    try:
        return int((folder / SEQ_FILE).read_text())
    except (FileNotFoundError, ValueError):
        return 0


def replay(
    folder: Path,
    read: Read,
    *,
    model: str,
    dimension: int,
    dense: DenseIndex,
    lexical: LexicalIndex,
    progress: Progress | None = None,
) -> int:
    """Apply every change after the last one applied; returns the number of the last one now applied.

    A document whose vectors are not made yet stops the replay before it: encode first (`encode_missing`).
    """
    seq = applied_seq(folder)
    while True:
        with read() as session:
            changes = derived.changes_after(session, seq, limit=WINDOW)
            last = derived.last_seq(session)
            chunks = derived.present_chunks(session, {c.document_id for c in changes if c.document_id is not None})
            stored = derived.vectors_of_hashes(session, model, {chunk.text_hash for chunk in chunks})
        ready, chunks = _ready(changes, chunks, stored.keys())
        if not ready:
            return seq
        _apply(ready, chunks, stored, dimension=dimension, dense=dense, lexical=lexical)
        seq = ready[-1].seq
        _write_seq(folder, seq)
        if progress:
            progress(seq, last)


def _ready(
    changes: Sequence[Change], chunks: Sequence[PresentChunk], encoded: Collection[str]
) -> tuple[list[Change], list[PresentChunk]]:
    """The changes before the first one that lacks a vector, and the chunks they bring."""
    lacking = {chunk.document_id for chunk in chunks if chunk.text_hash not in encoded}
    ready: list[Change] = []
    for change in changes:
        if change.document_id in lacking:
            break
        ready.append(change)
    documents = {change.document_id for change in ready}
    return ready, [chunk for chunk in chunks if chunk.document_id in documents]


def _apply(
    changes: Sequence[Change],
    chunks: Sequence[PresentChunk],
    stored: dict[str, bytes],
    *,
    dimension: int,
    dense: DenseIndex,
    lexical: LexicalIndex,
) -> None:
    removed = [Place(*pair) for change in changes for pair in change.removed]
    dense.delete(removed)
    lexical.delete([place.chunk_id for place in removed])
    if chunks:
        vectors = to_rows([stored[chunk.text_hash] for chunk in chunks], dimension)
        dense.put([Place(chunk.id, chunk.access_id) for chunk in chunks], vectors)
        lexical.put([_entry(chunk) for chunk in chunks])
    lexical.commit()


def _entry(chunk: PresentChunk) -> LexicalEntry:
    return LexicalEntry(chunk.id, chunk.document_id, chunk.access_id, f"{chunk.context}\n{chunk.text}")


def _write_seq(folder: Path, seq: int) -> None:
    """Replaced in one step: a reader finds the old number or the new one."""
    new = folder / f"{SEQ_FILE}.new"
    with new.open("w") as file:
        file.write(str(seq))
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / SEQ_FILE)
