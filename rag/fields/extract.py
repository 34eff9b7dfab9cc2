"""The facts of a document: every field that stands in its structure, with the exact place."""

from __future__ import annotations

import posixpath
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from rag.fields.entities import Subject, subject_of
from rag.fields.headers import front_matter, header_block
from rag.fields.json_tree import json_tables
from rag.fields.lines import label_facts, pair_facts, plain_heading, section_at, task_facts
from rag.fields.mapping import CollectionMapping
from rag.fields.rows import Row, block_rows, csv_rows, kind_of_table, table_facts
from rag.fields.tree import Table
from rag.fields.trees import Found, Place, tree_facts
from rag.fields.yaml_tree import yaml_tables
from rag.model import Document, Entity, Fact

EXTRACTOR_VERSION = "fields-4"
"""Changes when the same file gives other facts, so that a sync reads it again."""

MAX_FACTS = 200_000
"""Facts kept of one file; a table beyond this is data, not a record."""

WIDEST_LINE = 400
"""A quote is widened to its whole line up to this length."""

Origin = Literal["header", "front_matter", "yaml", "json", "csv", "table", "task", "labelled"]


def extract(
    document: Document, *, mapping: CollectionMapping | None = None
) -> tuple[tuple[Entity, ...], tuple[Fact, ...]]:
    """Entities and facts of one document, in the order they stand in it.

    Values are verbatim but for quotes and surrounding blanks; every quote is `text[start:end]`.
    The document's own entity comes first; it is left out when a mapping says that the file only adds
    to the record of another (`part_of`).
    """
    headers, tables = _headers(document), _tables(document)
    subject = subject_of(document, mapping=mapping, fields=_top_fields(headers, tables))
    owner = subject.entity.key
    rule = mapping.rule_for(document.path) if mapping else None
    adds_only = bool(rule and rule[0].part_of)
    found: list[tuple[Found, Origin]] = []
    for part, origin in _parts(document, subject, headers, tables):
        found.append((part, origin))
        if len(found) >= MAX_FACTS:
            break
    lines = _LineIndex(document.text)
    entities = [part for part, _ in found if isinstance(part, Entity)]
    places = ((part, origin) for part, origin in found if isinstance(part, Place))
    separators = _separators(mapping)
    facts = [fact for place, origin in places for fact in _facts(place, origin, lines, separators)]
    first = () if adds_only else (_with_titles(subject.entity, owner, facts),)
    return (*first, *entities), tuple(facts)


def _headers(document: Document) -> list[Place]:
    """Headers with a value, as places without an owner yet."""
    if document.format in ("yaml", "yml", "json", "jsonl", "csv", "tsv"):
        return []
    return [
        Place("", found.name, found.value, found.start, found.end)
        for found in header_block(document.text)
        if found.value
    ]


def _tables(document: Document) -> list[tuple[Table, Origin]]:
    if document.format in ("yaml", "yml"):
        return [(table, "yaml") for table in yaml_tables(document.text)]
    if document.format in ("json", "jsonl"):
        return [(table, "json") for table in json_tables(document.text, lines=document.format == "jsonl")]
    return [(table, "front_matter") for table in front_matter(document.text)]


def _top_fields(headers: Iterable[Place], tables: Sequence[tuple[Table, Origin]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for table, _ in tables[:1]:
        for part in tree_facts(table, ""):
            if isinstance(part, Place) and not part.entity:
                fields.setdefault(part.field, part.value)
    for header in headers:
        fields.setdefault(header.field, header.value)
    return fields


def _parts(
    document: Document, subject: Subject, headers: Sequence[Place], tables: Sequence[tuple[Table, Origin]]
) -> Iterator[tuple[Found, Origin]]:
    owner, prefix = subject.entity.key, subject.prefix
    structured = document.format in ("yaml", "yml", "json", "jsonl")
    for table, origin in tables:
        yield from ((part, origin) for part in tree_facts(table, owner, prefix=prefix))
    if structured:
        return
    if document.format in ("csv", "tsv"):
        yield from ((part, "csv") for part in _csv_facts(document, owner))
        return
    for part, origin in _text_parts(document, owner, headers, tables):
        own = isinstance(part, Place) and part.entity == owner and prefix
        yield (replace(part, field=f"{prefix}.{part.field}") if own and isinstance(part, Place) else part), origin


def _text_parts(
    document: Document, owner: str, headers: Sequence[Place], tables: Sequence[tuple[Table, Origin]]
) -> Iterator[tuple[Found, Origin]]:
    for place in headers:
        yield replace(place, entity=owner), "header"
    yield from ((part, "table") for part in _block_tables(document, owner))
    yield from ((part, "task") for part in task_facts(document, owner))
    yield from ((part, "table") for part in pair_facts(document, owner))
    top = max((place.end for place in headers), default=tables[0][0].end if tables else 0)
    yield from ((part, "labelled") for part in label_facts(document, owner, start=top))


def _csv_facts(document: Document, owner: str) -> Iterator[Found]:
    rows = csv_rows(document.text)
    stem = posixpath.splitext(posixpath.basename(document.path))[0]
    kind = kind_of_table(rows[0].cells, heading=document.title, stem=stem) if rows else "row"
    return table_facts(rows, owner, kind=kind, where="rows")


def _block_tables(document: Document, owner: str) -> Iterator[Found]:
    headings = [block for block in document.blocks if block.kind == "heading"]
    tables = [block for block in document.blocks if block.kind == "table" and block.rows]
    for number, block in enumerate(tables, start=1):
        rows: list[Row] = block_rows(document.text, block)
        heading = plain_heading(section_at(document, headings, block.start))
        kind = kind_of_table(rows[0].cells, heading=heading, stem=posixpath.basename(document.path))
        yield from table_facts(rows, owner, kind=kind, where=f"table{number}")


def _with_titles(entity: Entity, owner: str, facts: Iterable[Fact]) -> Entity:
    """The entity with its own title fields among its names."""
    titles = (fact.value for fact in facts if fact.entity == owner and fact.field.casefold() in ("title", "name"))
    return Entity(entity.key, entity.kind, tuple(dict.fromkeys((*entity.names, *titles))), entity.parent)


def _separators(mapping: CollectionMapping | None) -> dict[str, str]:
    if mapping is None:
        return {}
    rules = mapping.rules.fields.values()
    return {field: rule.separator for rule in rules if rule.separator for field in rule.read}


class _LineIndex:
    """Where lines begin, to give a position its line and a quote its whole line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    def line(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def widened(self, start: int, end: int) -> tuple[int, int]:
        """The whole lines round a slice without blank edges, unless that grows too long."""
        first = self._starts[self.line(start) - 1]
        last = self.text.find("\n", end)
        last = len(self.text) if last < 0 else last
        if last - first > max(WIDEST_LINE, end - start):
            first, last = start, end
        while first < last and self.text[first].isspace():
            first += 1
        while last > first and self.text[last - 1].isspace():
            last -= 1
        return first, last


def _facts(place: Place, origin: Origin, lines: _LineIndex, separators: dict[str, str]) -> Iterator[Fact]:
    if place.end <= place.start:
        return
    start, end = lines.widened(place.start, place.end)
    separator = separators.get(place.field)
    values = place.value.split(separator) if separator else [place.value]
    for value in values:
        if value.strip():
            yield Fact(place.entity, place.field, value.strip(), lines.line(start), start, end, origin)
