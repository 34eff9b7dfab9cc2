"""Facts put back into their rows: what stands beside a value, above it, and in the name of its document."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from rag.lookup.dates import Day, days_in
from rag.lookup.stems import field_stems, stems_of
from rag.store.lookup import ShelfContents, ShelfDocument, ShelfEntity, ShelfFact

_BY_LINE = frozenset({"csv", "table", "task", "labelled"})
_INTRODUCTION = 400
"""Characters before a table in which its subject is usually named."""

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}|\bv?\d+(?:\.\d+)*\b|\d+")


@dataclass(frozen=True)
class Scope:
    """Stems that stand somewhere around a value, and how much they count for explaining a question."""

    weight: float
    stems: frozenset[str]


@dataclass(frozen=True)
class Cell:
    """One fact in its row; `name` is the last part of its field."""

    fact: ShelfFact
    name: str
    field_stems: frozenset[str]
    stems: frozenset[str]

    @property
    def is_sentence(self) -> bool:
        """Whether the value is told in words, so that its own words say what it is about."""
        return len(self.fact.value.split()) > 6


@dataclass(frozen=True)
class Row:
    """Facts that stand together: a table row, the scalars of one mapping, a labelled line."""

    document: ShelfDocument
    key: str
    kind: str
    names: tuple[str, ...]
    cells: tuple[Cell, ...]
    scopes: tuple[Scope, ...]
    heading: str
    introduction: str
    order: int

    @property
    def name(self) -> str:
        """The id of the row, else its title; empty for the fields of a document itself."""
        return self.names[0] if self.names else ""

    @property
    def label(self) -> str:
        """What the row is called in words: its title, else its id."""
        return self.names[-1] if self.names else ""

    @property
    def table(self) -> tuple[int, str]:
        """Names the table that the row belongs to."""
        return self.document.id, self.key.rpartition("/")[0]

    @property
    def is_record(self) -> bool:
        """A row of a table or an item of a list, rather than the fields of a document itself."""
        return self.cells[0].fact.origin != "labelled" and not self.key.endswith(self.document.path)


def rows_of(contents: ShelfContents) -> tuple[Row, ...]:
    """Every row of the shelf, in the order of the documents."""
    groups: dict[tuple[int, str, str, int], list[ShelfFact]] = {}
    for fact in contents.facts:
        prefix = fact.field.rpartition(".")[0] if fact.origin not in _BY_LINE else ""
        line = fact.start if fact.origin in _BY_LINE else -1
        groups.setdefault((fact.document_id, fact.entity, prefix, line), []).append(fact)
    headings = _Headings(contents)
    return tuple(
        _row(contents, facts, prefix, groups, headings, order)
        for order, ((document, _, prefix, _), facts) in enumerate(groups.items())
        if document in contents.documents
    )


def _row(
    contents: ShelfContents,
    facts: Sequence[ShelfFact],
    prefix: str,
    groups: dict[tuple[int, str, str, int], list[ShelfFact]],
    headings: _Headings,
    order: int,
) -> Row:
    first = facts[0]
    document = contents.documents[first.document_id]
    entity = contents.entities.get((document.id, first.entity))
    own = entity if entity and entity.parent else None
    heading = headings.over(document.id, first.start)
    cells = tuple(_cell(fact) for fact in facts)
    above = _above(first, prefix, groups, parent=entity.parent if entity else None)
    scopes: tuple[Scope, ...] = (
        Scope(1.0, _union(stems_of(name) for name in own.names) if own else frozenset()),
        Scope(0.95, field_stems(prefix) if prefix else frozenset()),
        Scope(0.9, _kinds(contents, entity)),
        Scope(0.85, stems_of(heading)),
        Scope(0.85, naming_stems(document)),
        Scope(0.6, _union(cell.field_stems for cell in cells)),
        Scope(0.7, _union(stems_of(fact.value) for fact in above if len(fact.value) < 80)),
    )
    if first.origin == "table" and own is None:
        scopes = (*scopes, Scope(0.9, stems_of(_header_above(document.text, first.start))))
    before = document.text[max(0, first.start - _INTRODUCTION) : first.start].lower()
    return Row(
        document,
        first.entity,
        entity.kind if entity else "",
        own.names if own else (),
        cells,
        scopes,
        heading,
        before,
        order,
    )


def _header_above(text: str, start: int) -> str:
    """The first line of the block of lines that a row of two cells stands in: its header row."""
    gap = text.rfind("\n\n", 0, start)
    return text[gap + 2 if gap >= 0 else 0 : start].partition("\n")[0]


def _cell(fact: ShelfFact) -> Cell:
    name = fact.field if fact.origin in _BY_LINE else fact.field.rpartition(".")[2]
    return Cell(fact, name, field_stems(name), stems_of(fact.value))


def _above(
    fact: ShelfFact, prefix: str, groups: dict[tuple[int, str, str, int], list[ShelfFact]], *, parent: str | None
) -> list[ShelfFact]:
    """The fields of the mappings that this one is nested in: they say of what it is a part."""
    found: list[ShelfFact] = []
    while prefix:
        prefix = prefix.rpartition(".")[0]
        found += groups.get((fact.document_id, fact.entity, prefix, -1), [])
    if parent and fact.origin not in _BY_LINE:
        found += groups.get((fact.document_id, parent, "", -1), [])
    return found


def _kinds(contents: ShelfContents, entity: ShelfEntity | None) -> frozenset[str]:
    """The kind of a row and the names of what it belongs to, up to the document itself."""
    found: set[str] = set()
    while entity is not None and entity.parent:
        found |= stems_of(entity.kind) if entity.kind != "row" else frozenset()
        above = contents.entities.get((entity.document_id, entity.parent))
        if above is not None and above.parent:
            found |= _union(stems_of(name) for name in above.names)
        entity = above
    return frozenset(found)


def naming_stems(document: ShelfDocument) -> frozenset[str]:
    """The stems of a document's title and path."""
    return _naming(document.path, document.title)


@lru_cache(maxsize=4096)
def _naming(path: str, title: str) -> frozenset[str]:
    parts = PurePosixPath(path)
    spoken = " ".join((*parts.parts[:-1], parts.stem)).replace("-", " ").replace(".", " ")
    return stems_of(title) | stems_of(spoken)


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


@lru_cache(maxsize=4096)
def document_days(path: str, title: str) -> tuple[Day, ...]:
    """The days that a document is named after."""
    return (*days_in(path), *days_in(title))


def series_of(document: ShelfDocument) -> str:
    """One name for all files that differ only by date or version ("results-2026-10-21", "results-2026-11-16")."""
    return _DATED.sub("#", document.path)


class _Headings:
    """Finds the heading over a place."""

    def __init__(self, contents: ShelfContents) -> None:
        self._starts: dict[int, list[int]] = {}
        self._found: dict[int, list[tuple[int, str]]] = {}
        for heading in sorted(contents.headings, key=lambda one: (one.document_id, one.start)):
            self._starts.setdefault(heading.document_id, []).append(heading.start)
            self._found.setdefault(heading.document_id, []).append((heading.end, heading.heading))

    def over(self, document_id: int, place: int) -> str:
        """The heading path above this place, empty when there is none."""
        starts = self._starts.get(document_id, [])
        at = bisect_right(starts, place) - 1
        if at < 0:
            return ""
        end, heading = self._found[document_id][at]
        return heading if place <= end else ""
