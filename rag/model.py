"""The values of retrieval: documents, chunks, facts, audiences, answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# --- who may read -----------------------------------------------------------------


@dataclass(frozen=True)
class AccessLabel:
    """Who may read a document, as clauses of names that must *all* be satisfied.

    Each clause is a set of group names, role names or person ids; a person may read when he is in
    every clause. No clause at all means public. A document's own `readers:` adds a clause to the
    one of its folder, so it can only narrow.
    """

    clauses: frozenset[frozenset[str]] = frozenset()

    @property
    def is_public(self) -> bool:
        return not self.clauses

    def admits(self, names: frozenset[str]) -> bool:
        """Whether a reader known under these names (id, groups, roles) may read."""
        return all(clause & names for clause in self.clauses)


PUBLIC = AccessLabel()


@dataclass(frozen=True)
class Audience:
    """Everyone who will read an answer; what is said uses only what *all* of them may read.

    `readers` holds one set of names (person id, groups, roles) per reader. An empty tuple is the
    `public` audience, who may read public documents only.
    """

    name: str
    readers: tuple[frozenset[str], ...] = ()

    def may_read(self, label: AccessLabel) -> bool:
        if label.is_public:
            return True
        return bool(self.readers) and all(label.admits(names) for names in self.readers)


EVERYONE = Audience("public")


# --- documents in -----------------------------------------------------------------


@dataclass(frozen=True)
class FileStamp:
    """A file as a source lists it, before anything is read.

    `path` is POSIX, relative to the source's root, and is the document's name in every citation.
    `version` is opaque and cheap (size and mtime, or a Git blob id): equal means not changed.
    """

    path: str
    version: str
    size: int
    modified: datetime


@dataclass(frozen=True)
class RawFile:
    """A file's bytes with its stamp."""

    stamp: FileStamp
    content: bytes


BlockKind = Literal["heading", "paragraph", "list", "table", "code", "quote"]


@dataclass(frozen=True)
class Block:
    """One structural piece of a document; `text` is `Document.text[start:end]`, verbatim.

    `level` is the heading's depth (1 is the top), else 0. `rows` holds a table's cells, the header first.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Document:
    """A parsed file: one canonical text, its structure, and what it says of itself.

    `text` is what quotes are checked against: the file itself for text formats, the extracted
    text for HTML, DOCX, PDF and notebooks. `meta` is the front matter or the header block, keys as
    written, values as text or lists of text. `data` is the parsed tree of YAML and JSON, None otherwise.
    """

    path: str
    title: str
    format: str
    text: str
    blocks: tuple[Block, ...]
    modified: datetime
    meta: Mapping[str, object] = field(default_factory=dict)
    data: object = None


@dataclass(frozen=True)
class Unreadable:
    """A file that could not be taken in, and why, in words for the person who will mend it."""

    path: str
    reason: str


@dataclass(frozen=True)
class Chunk:
    """A passage that can be found and quoted: `text` is verbatim `Document.text[start:end]`.

    `heading` is the path of headings above it. `context` is put before the text when embedding and
    indexing (title and headings), never quoted.
    """

    ordinal: int
    kind: BlockKind
    heading: tuple[str, ...]
    text: str
    start: int
    end: int
    line: int

    def context(self, title: str) -> str:
        return " > ".join((title, *self.heading))


# --- fields -----------------------------------------------------------------------


@dataclass(frozen=True)
class Entity:
    """Something a document or a part of it is about, with every name people may use for it.

    `kind` is a noun in the singular ("proposal", "risk", "project", "issue"); `names` holds the id first,
    then title and aliases.
    """

    key: str
    kind: str
    names: tuple[str, ...]
    parent: str | None = None


@dataclass(frozen=True)
class Fact:
    """One field of an entity, as written: `value` verbatim, `quote` the line or cell row it stands in.

    `field` is the key as written, dotted for nested data ("budget.spent"); `line` is 1-based in
    `Document.text`; `start`/`end` delimit the quote there.
    """

    entity: str
    field: str
    value: str
    line: int
    start: int
    end: int
    origin: Literal["header", "front_matter", "yaml", "json", "csv", "table", "task", "labelled"] = "header"


# --- answers ----------------------------------------------------------------------


@dataclass(frozen=True)
class Citation:
    """Where a sentence comes from: `quote` stands verbatim in the document."""

    n: int
    doc: str
    title: str
    section: str
    quote: str
    updated: str


@dataclass(frozen=True)
class CitedFact:
    """A fact as an answer shows it."""

    entity: str
    field: str
    value: str
    doc: str
    line: int


@dataclass(frozen=True)
class Passage:
    """A readable chunk that retrieval found, best first; `score` is fused and comparable within one question."""

    chunk_id: int
    document_id: int
    doc: str
    title: str
    section: str
    text: str
    line: int
    updated: str
    superseded_by: str | None
    score: float


Route = Literal["ledger", "records", "documents"]


@dataclass(frozen=True)
class Answer:
    """A supported answer; every sentence of `text` ends in a citation mark `[n]`."""

    text: str
    values: tuple[str, ...]
    citations: tuple[Citation, ...]
    facts: tuple[CitedFact, ...] = ()
    route: Route = "documents"
    confidence: float = 1.0


@dataclass(frozen=True)
class NoAnswer:
    """Nothing readable supports an answer; `why` says it in one sentence, `ask` names who may know.

    `related` are facts near the question that do not answer it; they are shown but cite nothing.
    """

    why: str
    ask: str | None = None
    route: Route = "documents"
    confidence: float = 0.0
    related: tuple[CitedFact, ...] = ()
