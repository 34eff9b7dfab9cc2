"""A library of any size for measuring: made-up notes, real vectors for some and perturbed ones for the rest.

Speed does not depend on what a text says. It depends on how many there are, how often words repeat (Zipf) and how the
vectors cluster (each base text's vector is scattered into neighbours), and those are kept.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from rag.embed.port import Embedder
from rag.embed.text import embedding_text, text_hash
from rag.index.encode import Write, to_bytes
from rag.model import PUBLIC, AccessLabel, Audience, Chunk
from rag.store import derived
from rag.store import documents as store
from rag.store.session import Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LABELS = 11
PER_DOCUMENT = 10
PER_BATCH = 2_000
BASES = 400  # texts encoded for real
SCATTER = 0.6  # length of the noise added to a unit vector before it is made unit again
THEN = datetime(2026, 1, 5, tzinfo=UTC)

TRADE = """
    gate model budget review owner approval risk drift churn claims triage inference latency precision recall holdout
    threshold evidence signature waiver blocker deadline incident rollback canary dataset feature label baseline audit
    policy retention privacy bias vendor contract invoice quota cluster node batch queue token prompt retrieval index
    experiment notebook pipeline schema migration release candidate sponsor minutes decision action follow-up estimate
""".split()
SYLLABLES = "ba co du fe gi ka lo mi nu pe ra si to va wen xi yor zan tal mer".split()
QUESTIONS = (
    "who approved the retention policy for the claims dataset?",
    "what is the precision threshold of the churn model?",
    "why was the release candidate rolled back after the incident?",
    "when is the budget review with the sponsor?",
    "which risk has no owner yet?",
    "how many tokens does the triage prompt use?",
    "what did the audit say about the vendor contract?",
    "is the canary cluster still on the old schema?",
)


def vocabulary() -> list[str]:
    """5,000 words, the commonest first: words of the trade, then made-up ones."""
    made = (a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES)
    return [*TRADE, *islice(made, 5_000 - len(TRADE))]


def made_texts(count: int, *, seed: int) -> Iterator[str]:
    """Notes of 40 to 140 words; the n-th commonest word has the frequency 1/n."""
    words, chance = vocabulary(), random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(len(words))]
    for _ in range(count):
        chosen = chance.choices(words, weights, k=chance.randint(40, 140))
        yield " ".join(" ".join(chosen[i : i + 12]) + "." for i in range(0, len(chosen), 12)).capitalize()


def label(number: int) -> AccessLabel:
    """The readers of the n-th kind of document; 0 is public."""
    return AccessLabel(frozenset({frozenset({f"team-{number}"})})) if number else PUBLIC


def audience(labels: int) -> Audience:
    """A reader of exactly this many labels, of `LABELS`."""
    return Audience(f"{labels} labels", (frozenset(f"team-{number}" for number in range(1, labels)),))


def questions(count: int) -> list[str]:
    """As many different questions, each with words of its own."""
    words, chance = vocabulary(), random.Random(5)
    return [f"{QUESTIONS[i % len(QUESTIONS)]} {' '.join(chance.choices(words, k=3))}" for i in range(count)]


def fill(write: Write, embedder: Embedder, *, chunks: int) -> None:
    """Store this many chunks with vectors, ten to a document, the labels in turn."""
    import numpy as np

    bases = embedder.encode(list(made_texts(BASES, seed=1)))
    noise = np.random.default_rng(2)
    texts = made_texts(chunks, seed=3)
    for start in range(0, chunks, PER_BATCH):
        batch = list(islice(texts, min(PER_BATCH, chunks - start)))
        vectors = _scattered(bases[np.arange(start, start + len(batch)) % BASES], noise)
        with write() as session:
            kept = store_texts(session, batch, first=start // PER_DOCUMENT)
            rows = {key: to_bytes(vector) for key, vector in zip(kept, vectors, strict=True)}
            derived.save_vectors(session, embedder.model, rows)


def _scattered(rows: NDArray[np.float32], noise: np.random.Generator) -> NDArray[np.float32]:
    import numpy as np

    moved = rows + noise.standard_normal(rows.shape) * (SCATTER / np.sqrt(rows.shape[1]))
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)


def store_texts(session: Session, texts: Sequence[str], *, first: int = 0) -> list[str]:
    """Store these texts as chunks, ten to a document, numbered from `first`; returns their hashes in order."""
    source = store.ensure_source(session, name="bench", kind="folder", root="", mapping=None).id
    access = [store.access_id_of(session, label(number)) for number in range(LABELS)]
    hashes: list[str] = []
    for offset in range(0, len(texts), PER_DOCUMENT):
        number = first + offset // PER_DOCUMENT
        part = texts[offset : offset + PER_DOCUMENT]
        chunks = _chunks(part, title=f"Note {number}")
        row = _row(f"notes/{number}.md", f"Note {number}", "\n\n".join(part))
        label_id = access[number % LABELS]
        store.put_document(session, row, source_id=source, document_id=None, access_id=label_id, chunks=chunks)
        hashes += [key for _, key in chunks]
    return hashes


def _chunks(texts: Sequence[str], *, title: str) -> list[tuple[Chunk, str]]:
    chunks, start = [], 0
    for ordinal, text in enumerate(texts):
        chunk = Chunk(ordinal, "paragraph", (f"Part {ordinal}",), text, start, start + len(text), 1)
        chunks.append((chunk, text_hash(embedding_text(chunk, title))))
        start += len(text) + 2
    return chunks


def _row(path: str, title: str, text: str) -> store.StoredDocument:
    return store.StoredDocument(
        path=path,
        version="",
        content_hash=text_hash(text),
        title=title,
        format="markdown",
        text=text,
        meta={},
        sections=(),
        modified=THEN,
        updated="2026-01-05",
        owner=None,
        claims={},
    )
