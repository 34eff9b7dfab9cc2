"""Take the texts of a collection into the tables as documents, with the chunks any other document would have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from rag.embed.text import embedding_text, text_hash
from rag.evaluate.collection import CorpusText
from rag.index.encode import Write
from rag.index.library import Read
from rag.model import PUBLIC, Block, Document
from rag.store import documents as store
from rag.store.derived import count_chunks
from rag.store.session import Session

SOURCE = "collection"
BATCH = 500  # documents written per commit
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # collections say nothing of time
PARAGRAPH = re.compile(r"\S(?:.*?\S)??(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)


def take_in_collection(corpus: Sequence[CorpusText], *, read: Read, write: Write) -> int:
    """Write every text that is new or changed; returns how many chunks there are in all."""
    with write() as session:
        source = store.ensure_source(session, name=SOURCE, kind="folder", root="", mapping=None).id
        known = store.known_documents(session, source)
    new = [text for text in corpus if text.id not in known or known[text.id].content_hash != _content_hash(text)]
    for start in range(0, len(new), BATCH):
        with write() as session:
            public = store.access_id_of(session, PUBLIC)
            for text in new[start : start + BATCH]:
                _put(session, text, source_id=source, access_id=public, known=known.get(text.id))
    with read() as session:
        return count_chunks(session)


def as_document(text: CorpusText) -> Document:
    """Plain paragraphs under the title."""
    blocks = tuple(Block("paragraph", found.start(), found.end()) for found in PARAGRAPH.finditer(text.text))
    return Document(text.id, text.title or text.id, "text", text.text, blocks, LONG_AGO)


def _put(
    session: Session, text: CorpusText, *, source_id: int, access_id: int, known: store.KnownDocument | None
) -> None:
    from rag.chunk import chunk

    document = as_document(text)
    row = store.StoredDocument(
        path=document.path,
        version="",
        content_hash=_content_hash(text),
        title=document.title,
        format=document.format,
        text=document.text,
        meta={},
        modified=LONG_AGO,
        updated="",
        owner=None,
        sections=(),
        claims={},
    )
    chunks = [(piece, text_hash(embedding_text(piece, document.title))) for piece in chunk(document)]
    document_id = known.id if known else None
    store.put_document(session, row, source_id=source_id, document_id=document_id, access_id=access_id, chunks=chunks)


def _content_hash(text: CorpusText) -> str:
    return hashlib.sha256(f"{text.title}\n{text.text}".encode("utf-8", "surrogatepass")).hexdigest()
