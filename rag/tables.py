"""The rows of retrieval. SQL is the truth; the dense and the lexical index are derived from it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import JSON, DateTime, ForeignKey, Index, LargeBinary, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class RagTable(DeclarativeBase):
    """Base of this room's tables; Alembic joins the metadata of all rooms into one history."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[object, object]] = {datetime: DateTime(timezone=True)}


class SourceRow(RagTable):
    """A folder or Git working tree that is taken in; its name is unique.

    `told_seq` is the change up to which its records have been told to the ledger.
    """

    __tablename__ = "rag_sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    root: Mapped[str] = mapped_column(Text)
    mapping: Mapped[str | None] = mapped_column(Text)
    policy_hash: Mapped[str | None] = mapped_column(Text)
    synced_at: Mapped[datetime | None]
    told_seq: Mapped[int | None]


class AccessLabelRow(RagTable):
    """A distinct set of readers. `clauses` is the canonical JSON of AccessLabel.clauses; id 0 is public."""

    __tablename__ = "rag_access_labels"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clauses: Mapped[str] = mapped_column(Text, unique=True)


class DocumentRow(RagTable):
    """A document as last taken in. `version` is the source's cheap stamp, `content_hash` the SHA-256 of the bytes.

    `sections` pairs each heading with whether anything stands below it. `claims` is what the document says of its own
    standing (status, superseded_by, supersedes); `status` and `superseded_by` are settled over all documents.
    """

    __tablename__ = "rag_documents"
    __table_args__ = (UniqueConstraint("source_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("rag_sources.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(Text, index=True)
    access_id: Mapped[int] = mapped_column(ForeignKey("rag_access_labels.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    meta: Mapped[dict[str, object]] = mapped_column(JSON)
    sections: Mapped[list[list[object]]] = mapped_column(JSON)
    modified: Mapped[datetime]
    updated: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    claims: Mapped[dict[str, object]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(Text, default="current")
    superseded_by: Mapped[str | None] = mapped_column(Text, default=None)
    error: Mapped[str | None] = mapped_column(Text)


class ChunkRow(RagTable):
    """A passage of a document. Ids are never reused, so an index entry can outlive its row only as a miss."""

    __tablename__ = "rag_chunks"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("rag_documents.id", ondelete="CASCADE"), index=True)
    access_id: Mapped[int] = mapped_column(index=True)
    ordinal: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    start: Mapped[int]
    end: Mapped[int]
    line: Mapped[int]
    text_hash: Mapped[str] = mapped_column(Text, index=True)


class VectorRow(RagTable):
    """The embedding of a text by a model: float16 little-endian, unit length. Keyed by content: moves cost nothing."""

    __tablename__ = "rag_vectors"

    text_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    model: Mapped[str] = mapped_column(Text, primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class EntityRow(RagTable):
    """Something a document speaks of; names live in EntityNameRow."""

    __tablename__ = "rag_entities"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("rag_documents.id", ondelete="CASCADE"), index=True)
    access_id: Mapped[int]
    key: Mapped[str] = mapped_column(Text, index=True)
    kind: Mapped[str] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(Text)


class EntityNameRow(RagTable):
    """A name of an entity, folded for look-up (`folded`) and as written (`name`); position 0 is the id shown."""

    __tablename__ = "rag_entity_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("rag_entities.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text, index=True)


class FactRow(RagTable):
    """A field of an entity as written, with the place it stands."""

    __tablename__ = "rag_facts"
    __table_args__ = (Index("ix_rag_facts_entity_field", "entity_key", "field_folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("rag_documents.id", ondelete="CASCADE"), index=True)
    access_id: Mapped[int]
    entity_key: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(Text)
    field_folded: Mapped[str] = mapped_column(Text, index=True)
    value: Mapped[str] = mapped_column(Text)
    value_folded: Mapped[str] = mapped_column(Text, index=True)
    line: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    origin: Mapped[str] = mapped_column(Text)


class ChangeRow(RagTable):
    """What the derived indexes have to replay, in order: drop `removed` chunk ids, then put the document's chunks.

    `removed` is a list of [chunk id, access id].
    """

    __tablename__ = "rag_changes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    seq: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int | None]
    removed: Mapped[list[list[int]]] = mapped_column(JSON)
