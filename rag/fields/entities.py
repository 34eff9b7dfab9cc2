"""What a file is about: the entity its top-level facts belong to, and all its names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.fields.folding import without_markup
from rag.fields.mapping import CollectionMapping
from rag.fields.schema import EntityRule
from rag.fields.templates import fill
from rag.model import Document, Entity

_ID_VALUE = re.compile(r"[\w#.][\w#./:-]{0,30}$")
_GENERIC_STEMS = frozenset({"readme", "index", "main", "notes", "data", "results", "export", "kep", "metadata"})


@dataclass(frozen=True)
class Subject:
    """The entity of a file; `prefix` is put before its fields when the file only adds to another's record."""

    entity: Entity
    prefix: str = ""


def subject_of(document: Document, *, mapping: CollectionMapping | None, fields: Mapping[str, str]) -> Subject:
    """The entity a document's own fields describe.

    `fields` are the top-level fields in order (key as written -> first value). With a mapping the
    entity rule decides; otherwise the first header with an id-like value ("PEP: 658"), a key named
    after the file ("project:" in project.yaml), or front matter's `id`; at last the file's name.
    """
    found = mapping.rule_for(document.path) if mapping else None
    if found is not None:
        subject = _by_rule(document, *found, fields=fields)
        if subject is not None:
            return subject
    return Subject(_by_itself(document, fields))


def entity_key(kind: str, name: str) -> str:
    return f"{kind}:{name}"


def _by_rule(
    document: Document, rule: EntityRule, captures: Mapping[str, str], *, fields: Mapping[str, str]
) -> Subject | None:
    def value_of(slot: str) -> str | None:
        return captures.get(slot) or _path_value(slot, document.path) or fields.get(slot)

    if any(fields.get(field) == value for field, value in rule.skip_when.items()):
        return None
    name = fill(rule.id, value_of)
    if name is None:
        return None
    title = fields.get(rule.title) if rule.title else None
    aliases = (fill(alias, value_of) for alias in rule.aliases)
    names = _distinct(name, title and without_markup(title), title, *aliases)
    return Subject(Entity(entity_key(rule.kind, name), rule.kind, names), rule.prefix)


def _path_value(slot: str, path: str) -> str | None:
    stem, _ = posixpath.splitext(posixpath.basename(path))
    folder = posixpath.basename(posixpath.dirname(path))
    return {"path.stem": stem, "path.folder": folder, "path": path}.get(slot)


def _by_itself(document: Document, fields: Mapping[str, str]) -> Entity:
    stem, _ = posixpath.splitext(posixpath.basename(document.path))
    own = fields.get(stem)
    if own and _ID_VALUE.match(own):
        names = _distinct(own, fields.get("name"), fields.get("title"), *_aliases(document))
        return Entity(entity_key(stem, own), stem, names)
    identity = fields.get("id")
    header = _id_header(fields)
    names = _distinct(identity, header, document.title, _speaking(stem, document.path), *_aliases(document))
    return Entity(f"document:{document.path}", "document", names or (document.path,))


def _id_header(fields: Mapping[str, str]) -> str | None:
    """ "PEP: 658" as the first field of all: an id with its own noun."""
    for key, value in fields.items():
        return f"{key} {value}" if value.isdecimal() and key.isalpha() and len(key) <= 12 else None
    return None


def _aliases(document: Document) -> list[str]:
    found = document.meta.get("aliases") or (
        document.data.get("aliases") if isinstance(document.data, Mapping) else None
    )
    if isinstance(found, str):
        return [part.strip() for part in found.split(",")]
    return [str(alias) for alias in found] if isinstance(found, list | tuple) else []


def _speaking(stem: str, path: str) -> str | None:
    """The file's stem, with its folder where the stem alone says nothing."""
    if stem.casefold() not in _GENERIC_STEMS:
        return stem
    folder = posixpath.basename(posixpath.dirname(path))
    return f"{folder} {stem}" if folder else None


def _distinct(*names: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in names if name and name.strip()))
