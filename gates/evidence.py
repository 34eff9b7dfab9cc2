"""Reading a criterion's evidence out of a document that was parsed elsewhere: plain data in, Evidence out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from gates.criteria import EvidenceRef
from gates.model import Project, Subject
from gates.report import Evidence, EvidenceKey

_AUTHOR_KEYS = ("author", "authors", "by", "prepared_by", "measured_by", "reviewer")


@dataclass(frozen=True, slots=True)
class EvidenceDocument:
    """A parsed document as the gates see it.

    `data` is the tree of JSON or YAML; `rows` the cells of a table, header first; `sections` pairs each heading with
    whether text stands below it; `meta` is the front matter. `text` is what quotes are taken from. `normal_hash`
    is that of the text without what is cosmetic (`gates.signoff.normal`), where the text is the file word for word.
    """

    path: str
    text: str
    data: object = None
    rows: Sequence[Sequence[str]] = ()
    sections: Sequence[tuple[str, bool]] = ()
    meta: Mapping[str, object] = field(default_factory=dict)
    updated: date | None = None
    owner: str | None = None
    status: str = "current"
    superseded_by: str | None = None
    content_hash: str | None = None
    access_id: int = 0
    normal_hash: str | None = None
    normaliser: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceWish:
    """Evidence a criterion asks for; the document's path is relative to the project's folder."""

    key: EvidenceKey
    ref: EvidenceRef


def evidence_wanted(project: Project) -> tuple[EvidenceWish, ...]:
    """Everything the criteria of a project point to, in order."""
    return tuple(
        EvidenceWish((project.slug, gate.slug, criterion.id), criterion.evidence)
        for gate in project.gates
        for criterion in gate.criteria
        if criterion.evidence is not None
    )


def read_evidence(ref: EvidenceRef, document: EvidenceDocument) -> Evidence:
    """What a document says where a criterion points to. A field that is not there leaves `value` empty."""
    value, line = _value(ref.field, document) if ref.field else (None, None)
    lines = document.text.splitlines()
    tree = document.data if isinstance(document.data, Mapping) else document.meta
    return Evidence(
        document=document.path,
        value=value,
        line=line,
        quote=lines[line - 1].strip() if line else None,
        updated=document.updated,
        sections=tuple(document.sections),
        owner=document.owner,
        authors=_authors(tree),
        subject=_subject(tree),
        conditions=tuple((name, found) for name, _ in ref.where if (found := _value(name, document)[0]) is not None),
        status=document.status,
        superseded_by=document.superseded_by,
        content_hash=document.content_hash,
        access_id=document.access_id,
        normal_hash=document.normal_hash,
        normaliser=document.normaliser,
    )


def _authors(tree: Mapping[str, object]) -> tuple[str, ...]:
    found: list[str] = []
    for key in _AUTHOR_KEYS:
        value = tree.get(key)
        found += [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)] if value else []
    return tuple(dict.fromkeys(found))


def _subject(tree: Mapping[str, object]) -> Subject | None:
    """What a document says it was measured on: `subject: {...}`, or its keys at the document's top."""
    inner = tree.get("subject")
    source = inner if isinstance(inner, Mapping) else tree
    top = ("model", "version", "digest")
    names = (*top, "dataset", "transform") if source is inner else top
    values = [source.get(key) for key in names]
    subject = Subject(*(str(v) if isinstance(v, str | int | float) and v != "" else None for v in values))
    if not (subject.model or subject.digest or subject.dataset or subject.transform):
        return None  # a version alone is the document's own
    return subject


def _value(field_path: str, document: EvidenceDocument) -> tuple[str | None, int | None]:
    """The value at a field, verbatim where the text can be found, and its line."""
    if document.rows and "/" in field_path:
        return _cell(field_path, document)
    if document.data is not None:
        return _leaf(field_path, document)
    found = document.meta.get(field_path)
    return (str(found), _line_with(document.text, [field_path])) if found is not None else (None, None)


def _cell(field_path: str, document: EvidenceDocument) -> tuple[str | None, int | None]:
    """The cell of a "row/column" path: row by its first cell, column by its header; an ambiguous row is no value."""
    row_name, _, column_name = field_path.partition("/")
    header = [cell.strip().casefold() for cell in document.rows[0]]
    if column_name.strip().casefold() not in header:
        return None, None
    column = header.index(column_name.strip().casefold())
    rows = [row for row in document.rows[1:] if row and row[0].strip().casefold() == row_name.strip().casefold()]
    if len(rows) != 1 or len(rows[0]) <= column or not rows[0][column].strip():
        return None, None
    return rows[0][column].strip(), _line_with(document.text, [rows[0][0].strip(), rows[0][column].strip()])


def _leaf(field_path: str, document: EvidenceDocument) -> tuple[str | None, int | None]:
    """A dotted path in a tree; a step that is not there, or ends on a branch, is no value."""
    node: object = document.data
    steps = field_path.split(".")
    for step in steps:
        if isinstance(node, Mapping) and step in node:
            node = node[step]
        elif isinstance(node, Sequence) and not isinstance(node, str) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None, None
    if node is None or isinstance(node, Mapping | list):
        return None, None
    keys = [step for step in steps if not step.isdigit()]
    line = _line_of_path(document.text, keys)
    return _as_written(node, document.text, line), line


def _line_of_path(text: str, keys: Sequence[str]) -> int | None:
    """The line of the last key, each key looked for after the one above it."""
    position = 0
    for key in keys:
        found = re.compile(rf"(?<![\w-])[\"']?{re.escape(key)}[\"']?\s*:").search(text, position)
        if found is None:
            return None
        position = found.end()
    return text.count("\n", 0, position) + 1


def _line_with(text: str, words: Sequence[str]) -> int | None:
    for number, line in enumerate(text.splitlines(), 1):
        if all(word in line for word in words):
            return number
    return None


def _as_written(node: object, text: str, line: int | None) -> str:
    """A number as the file writes it (0.40, not 0.4), where its line can be found."""
    if isinstance(node, float) and line:
        for written in re.findall(r"[-+]?\d+\.\d+", text.splitlines()[line - 1]):
            if float(written) == node:
                return str(written)
    return str(node)


def absent_evidence(ref: EvidenceRef, *, access_id: int) -> Evidence:
    """The mark of a document that is not there, in a place that not everybody may know of."""
    return Evidence(ref.document, access_id=access_id, absent=True)


def unreadable_evidence(ref: EvidenceRef, problem: str, *, access_id: int = 0) -> Evidence:
    """Evidence whose document is there but could not be read, and why."""
    return Evidence(ref.document, problem=problem, access_id=access_id)


def filled_sections(headings: Iterable[tuple[int, str, bool]]) -> tuple[tuple[str, bool], ...]:
    """Which sections say anything, from (level, heading, has text of its own) in the document's order.

    A section is filled by its own text or by that of a section below it.
    """
    found = list(headings)
    filled = [own for _, _, own in found]
    for index, (level, _, own) in enumerate(found):
        above = level
        for earlier in range(index - 1, -1, -1):
            if own and found[earlier][0] < above:
                filled[earlier], above = True, found[earlier][0]
    return tuple((heading, full) for (_, heading, _), full in zip(found, filled, strict=True))
