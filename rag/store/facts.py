"""Entities, their names and their facts in SQL: written by a sync, read by questions. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from sqlalchemy import ColumnElement, Row, Select, and_, delete, insert, select
from sqlalchemy.orm import Session

from rag.fields.folding import fold, fold_field
from rag.model import Entity, Fact
from rag.tables import AccessLabelRow, DocumentRow, EntityNameRow, EntityRow, FactRow

MAX_FOLDED = 200
"""Longer names and values are looked up by their beginning; nobody types them whole."""

_BATCH = 400
"""Values per IN list: well under the 32,766 variables SQLite takes and quick to plan."""


@dataclass(frozen=True)
class StoredEntity:
    """An entity that the audience may know of; `names` are as written, the id first."""

    key: str
    kind: str
    names: tuple[str, ...]
    parent: str | None


@dataclass(frozen=True)
class StoredFact:
    """A readable fact with all that a citation of it needs; `quote` is cut out of its document when asked for."""

    entity: str
    field: str
    value: str
    line: int
    doc: str
    title: str
    updated: str
    superseded: bool
    origin: str
    access_id: int
    document_id: int
    start: int
    end: int
    reader: FactReader = dataclass_field(repr=False, compare=False)

    @property
    def quote(self) -> str:
        return self.reader.slice(self.document_id, self.start, self.end)


def put_facts(
    session: Session, *, document_id: int, access_id: int, entities: Sequence[Entity], facts: Sequence[Fact]
) -> None:
    """Write what a document says over what it said before."""
    drop_facts(session, document_id)
    shared = {"document_id": document_id, "access_id": access_id}
    if entities:
        rows = [{**shared, "key": entity.key, "kind": entity.kind, "parent": entity.parent} for entity in entities]
        ids = session.scalars(insert(EntityRow).returning(EntityRow.id, sort_by_parameter_order=True), rows).all()
        names = [name for entity_id, entity in zip(ids, entities, strict=True) for name in _names(entity_id, entity)]
        if names:
            session.execute(insert(EntityNameRow), names)
    if facts:
        session.execute(insert(FactRow), [{**shared, **_values(fact)} for fact in facts])


def drop_facts(session: Session, document_id: int) -> None:
    """Forget what a document said; for a deleted document the foreign keys do the same."""
    ids = select(EntityRow.id).where(EntityRow.document_id == document_id)
    session.execute(delete(EntityNameRow).where(EntityNameRow.entity_id.in_(ids)))
    session.execute(delete(EntityRow).where(EntityRow.document_id == document_id))
    session.execute(delete(FactRow).where(FactRow.document_id == document_id))


def _names(entity_id: int, entity: Entity) -> Iterator[dict[str, object]]:
    for position, name in enumerate(entity.names):
        folded = fold(name)[:MAX_FOLDED]
        yield {"entity_id": entity_id, "position": position, "name": name, "folded": folded}


def _values(fact: Fact) -> dict[str, object]:
    return {
        "entity_key": fact.entity,
        "field": fact.field,
        "field_folded": fold_field(fact.field),
        "value": fact.value,
        "value_folded": fold(fact.value)[:MAX_FOLDED],
        "line": fact.line,
        "start": fact.start,
        "end": fact.end,
        "origin": fact.origin,
    }


# --- reads: every one takes the access ids that the whole audience may read --------


@dataclass(frozen=True)
class FactReader:
    """The readable facts. Restricted entities, names, fields and values do not exist for it."""

    session: Session
    access_ids: frozenset[int]
    _texts: dict[int, str] = dataclass_field(default_factory=dict, repr=False, compare=False)

    def named(self, folded: Collection[str]) -> list[tuple[str, str]]:
        """(folded name, entity key) of the entities that bear one of these names."""
        found: list[tuple[str, str]] = []
        for part in _parts(folded):
            query = _readable_names(self.access_ids, EntityNameRow.folded, EntityRow.key)
            found += _pairs(self.session.execute(query.where(EntityNameRow.folded.in_(part))))
        return list(dict.fromkeys(found))

    def names_like(self, prefix: str, *, limit: int) -> list[tuple[str, str]]:
        """(folded name, entity key) of names that begin so."""
        query = _readable_names(self.access_ids, EntityNameRow.folded, EntityRow.key)
        query = query.where(EntityNameRow.folded >= prefix, EntityNameRow.folded < prefix + "\uffff")
        return _pairs(self.session.execute(query.distinct().limit(limit)))

    def all_names(self, *, limit: int) -> list[tuple[str, str]]:
        """Names for near-spelling look-up, at most `limit`."""
        query = _readable_names(self.access_ids, EntityNameRow.folded, EntityRow.key)
        return _pairs(self.session.execute(query.distinct().limit(limit)))

    def entities(self, keys: Collection[str]) -> dict[str, StoredEntity]:
        """The entities with these keys, names of all their documents together."""
        rows = [row for part in _parts(keys) for row in self._entity_rows(EntityRow.key.in_(part))]
        return _grouped(rows)

    def of_kind(self, kind: str) -> dict[str, StoredEntity]:
        return _grouped(self._entity_rows(EntityRow.kind == kind))

    def children(self, key: str) -> dict[str, StoredEntity]:
        return _grouped(self._entity_rows(EntityRow.parent == key))

    def kinds(self) -> list[str]:
        query = select(EntityRow.kind).where(EntityRow.access_id.in_(self.access_ids)).distinct()
        return list(self.session.scalars(query))

    def fields(self) -> list[tuple[str, str]]:
        """(field as written, folded) of every field there is."""
        query = select(FactRow.field, FactRow.field_folded).where(FactRow.access_id.in_(self.access_ids))
        return _pairs(self.session.execute(query.distinct()))

    def facts_of(self, keys: Collection[str]) -> list[StoredFact]:
        return [fact for part in _parts(keys) for fact in self._facts(FactRow.entity_key.in_(part))]

    def facts_with_field(self, folded_fields: Collection[str]) -> list[StoredFact]:
        return [fact for part in _parts(folded_fields) for fact in self._facts(FactRow.field_folded.in_(part))]

    def known_values(self, folded_values: Collection[str], *, kind: str) -> list[tuple[str, str]]:
        """(folded value, folded field) wherever one of these values stands in an entity of this kind."""
        found: list[tuple[str, str]] = []
        for part in _parts(folded_values):
            query = select(FactRow.value_folded, FactRow.field_folded)
            query = query.join(EntityRow, EntityRow.key == FactRow.entity_key).where(EntityRow.kind == kind)
            query = query.where(EntityRow.access_id.in_(self.access_ids))
            query = query.where(FactRow.value_folded.in_(part), FactRow.access_id.in_(self.access_ids)).distinct()
            found += _pairs(self.session.execute(query))
        return found

    def fields_of_kind(self, kind: str) -> list[str]:
        """The folded fields that entities of this kind have."""
        query = select(FactRow.field_folded).join(EntityRow, EntityRow.key == FactRow.entity_key)
        query = query.where(EntityRow.kind == kind, EntityRow.access_id.in_(self.access_ids))
        return list(self.session.scalars(query.where(FactRow.access_id.in_(self.access_ids)).distinct()))

    def listed_facts(self, path: str, folded_field: str) -> list[StoredFact]:
        """The facts of a field in one document: a list of names kept in a file of its own."""
        return list(self._facts(and_(DocumentRow.path == path, FactRow.field_folded == folded_field)))

    def slice(self, document_id: int, start: int, end: int) -> str:
        """A stretch of a document's text; the texts read for one question are kept."""
        if document_id not in self._texts:
            found = self.session.scalar(select(DocumentRow.text).where(DocumentRow.id == document_id))
            self._texts[document_id] = found or ""
        return self._texts[document_id][start:end]

    def text_of(self, path: str) -> tuple[str, str, str] | None:
        """(title, updated, text) of a readable document."""
        query = select(DocumentRow.title, DocumentRow.updated, DocumentRow.text)
        query = query.where(DocumentRow.path == path, DocumentRow.access_id.in_(self.access_ids)).limit(1)
        row = self.session.execute(query).first()
        return (row[0], row[1], row[2]) if row else None

    def _entity_rows(self, condition: ColumnElement[bool]) -> Sequence[tuple[str, str, str | None, str]]:
        query = (
            select(EntityRow.key, EntityRow.kind, EntityRow.parent, EntityNameRow.name)
            .join(EntityNameRow, EntityNameRow.entity_id == EntityRow.id)
            .where(condition, EntityRow.access_id.in_(self.access_ids))
            .order_by(EntityRow.id, EntityNameRow.position)
        )
        return [(row.key, row.kind, row.parent, row.name) for row in self.session.execute(query)]

    def _facts(self, condition: ColumnElement[bool]) -> Iterator[StoredFact]:
        query = (
            select(
                FactRow.entity_key,
                FactRow.field,
                FactRow.value,
                FactRow.line,
                DocumentRow.path,
                DocumentRow.title,
                DocumentRow.updated,
                DocumentRow.superseded_by,
                DocumentRow.status,
                FactRow.origin,
                FactRow.access_id,
                FactRow.document_id,
                FactRow.start,
                FactRow.end,
            )
            .join(DocumentRow, DocumentRow.id == FactRow.document_id)
            .where(condition, FactRow.access_id.in_(self.access_ids))
            .order_by(FactRow.id)
        )
        for row in self.session.execute(query):
            superseded = bool(row.superseded_by) or row.status == "superseded"
            about = (row.line, row.path, row.title, row.updated, superseded, row.origin, row.access_id)
            place = (row.document_id, row.start, row.end)
            yield StoredFact(row.entity_key, row.field, row.value, *about, *place, reader=self)


def all_access_ids(session: Session) -> frozenset[int]:
    """Every label there is: for the ledger's own loading, never for an answer."""
    return frozenset(session.scalars(select(AccessLabelRow.id)))


def _readable_names(access_ids: frozenset[int], *columns: object) -> Select[tuple[str, str]]:
    query = select(*columns).join(EntityRow, EntityNameRow.entity_id == EntityRow.id)  # type: ignore[call-overload]
    return query.where(EntityRow.access_id.in_(access_ids))  # type: ignore[no-any-return]


def _grouped(rows: Iterable[tuple[str, str, str | None, str]]) -> dict[str, StoredEntity]:
    names: dict[str, list[str]] = {}
    about: dict[str, tuple[str, str | None]] = {}
    for key, kind, parent, name in rows:
        names.setdefault(key, []).append(name)
        about.setdefault(key, (kind, parent))
    return {
        key: StoredEntity(key, kind, tuple(dict.fromkeys(names[key])), parent) for key, (kind, parent) in about.items()
    }


def _pairs(rows: Iterable[Row[str, str]]) -> list[tuple[str, str]]:
    return [(str(row[0]), str(row[1])) for row in rows]


def _parts(values: Collection[str]) -> Iterator[list[str]]:
    ordered = list(dict.fromkeys(values))
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]
