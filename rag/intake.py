"""One file understood: what it becomes in the store. Pure but for the parsing libraries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rag.access import AccessRules
from rag.chunk import CHUNKER_VERSION, chunk
from rag.embed.text import embedding_text, text_hash
from rag.fields.extract import EXTRACTOR_VERSION, extract
from rag.fields.mapping import CollectionMapping
from rag.model import PUBLIC, AccessLabel, Chunk, Document, Entity, Fact, FileStamp, RawFile, Unreadable
from rag.parse import PARSER_VERSION, heading_text, parse
from rag.parse.metadata import owner_of, readers_of, status_of, superseded_by_of, supersedes_of, updated_of
from rag.sources import Source
from rag.store.documents import StoredDocument


@dataclass(frozen=True)
class Collection:
    """A source with the policy it is taken in under.

    `untold` are blocks that are never told to anybody, as (path, how the block begins): where the folders are named
    that not everyone is to know of.
    """

    source: Source
    access: AccessRules = field(default_factory=AccessRules)
    mapping: CollectionMapping | None = None
    untold: tuple[tuple[str, str], ...] = ()

    @property
    def policy_hash(self) -> str:
        """Changes when a file must be read again although its bytes did not change."""
        mapping = self.mapping.digest if self.mapping else ""
        untold = repr(self.untold)
        parts = (self.access.text, mapping, untold, PARSER_VERSION, CHUNKER_VERSION, EXTRACTOR_VERSION)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Intake:
    """A file ready to be written: its row, who may read it, its passages (each with its text hash) and its facts."""

    row: StoredDocument
    label: AccessLabel = PUBLIC
    chunks: tuple[tuple[Chunk, str], ...] = ()
    entities: tuple[Entity, ...] = ()
    facts: tuple[Fact, ...] = ()


Read = Callable[[Source, FileStamp], RawFile | Unreadable]


def take_in_file(collection: Collection, raw: RawFile, *, content_hash: str) -> Intake:
    """Parse a file into its row, passages and facts; what cannot be read becomes a row that says why."""
    mapping = collection.mapping
    document = parse(raw, text_format=mapping.format_of(raw.stamp.path) if mapping else None)
    if isinstance(document, Unreadable):
        return refused(raw.stamp, document.reason, access=collection.access, content_hash=content_hash)
    entities, facts = extract(document, mapping=mapping)
    hidden = _untold(document, collection.untold)
    return Intake(
        row=_row(document, raw.stamp, content_hash=content_hash),
        label=collection.access.label(raw.stamp.path, readers_of(document)),
        chunks=tuple(
            (piece, text_hash(embedding_text(piece, document.title)))
            for piece in chunk(document)
            if not _overlaps(piece.start, piece.end, hidden)
        ),
        entities=_told_of(entities, facts, hidden),
        facts=tuple(fact for fact in facts if not _overlaps(fact.start, fact.end, hidden)),
    )


def _untold(document: Document, untold: Iterable[tuple[str, str]]) -> tuple[tuple[int, int], ...]:
    """Where the document's untold blocks stand."""
    openings = tuple(opening for path, opening in untold if path == document.path)
    blocks = ((block.start, block.end) for block in document.blocks)
    return tuple((start, end) for start, end in blocks if openings and document.text[start:end].startswith(openings))


def _overlaps(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in spans)


def _told_of(
    entities: tuple[Entity, ...], facts: tuple[Fact, ...], hidden: tuple[tuple[int, int], ...]
) -> tuple[Entity, ...]:
    """The entities but for those that only hidden facts speak of."""
    silent = {fact.entity for fact in facts if _overlaps(fact.start, fact.end, hidden)}
    silent -= {fact.entity for fact in facts if not _overlaps(fact.start, fact.end, hidden)}
    return tuple(entity for entity in entities if entity.key not in silent)


def refused(stamp: FileStamp, reason: str, *, access: AccessRules, content_hash: str = "") -> Intake:
    """The row of a file that could not be read: kept, so that it is named at every run until it is mended.

    Who may know of it is what the folder rules say; what it says itself could not be read.
    """
    return Intake(
        StoredDocument(
            path=stamp.path,
            version=stamp.version,
            content_hash=content_hash,
            title=stamp.path,
            format="unreadable",
            text="",
            meta={},
            sections=(),
            modified=stamp.modified,
            updated=stamp.modified.date().isoformat(),
            owner=None,
            claims={},
            error=reason,
        ),
        label=access.label(stamp.path),
    )


def _row(document: Document, stamp: FileStamp, *, content_hash: str) -> StoredDocument:
    return StoredDocument(
        path=stamp.path,
        version=stamp.version,
        content_hash=content_hash,
        title=document.title,
        format=document.format,
        text=document.text,
        meta=_plain(document.meta),
        sections=tuple(sections_of(document)),
        modified=document.modified,
        updated=updated_of(document),
        owner=owner_of(document),
        claims={
            "status": status_of(document),
            "superseded_by": superseded_by_of(document),
            "supersedes": list(supersedes_of(document)),
        },
    )


def sections_of(document: Document) -> Iterator[tuple[str, bool]]:
    """Each heading, and whether anything stands below it before the next heading of its own or a higher level."""
    filled: dict[int, bool] = {}
    empty: list[int] = []  # headings, outermost first, that nothing has stood below yet
    for at, block in enumerate(document.blocks):
        if block.kind == "heading":
            while empty and document.blocks[empty[-1]].level >= block.level:
                empty.pop()
            empty.append(at)
            filled[at] = False
        else:
            filled.update(dict.fromkeys(empty, True))
            empty.clear()
    return ((heading_text(document, document.blocks[at]), something) for at, something in filled.items())


def _plain(meta: Mapping[str, object]) -> dict[str, object]:
    """Front matter as JSON can hold it."""
    return {
        key: value if isinstance(value, list | dict) else str(value) for key, value in meta.items() if value is not None
    }
