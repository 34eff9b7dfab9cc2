"""Facts of YAML and JSON trees: dotted fields, and the records inside as entities of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag.fields.tree import Leaf, Record, Scalar, Table, walk
from rag.model import Entity

Origin = Literal["front_matter", "yaml", "json"]
MAX_QUOTE = 600
"""A longer value (a block of prose) is quoted by its beginning."""

_ID_KEYS = ("id", "key", "slug", "code", "number")
_NAME_KEYS = ("name", "title", "summary", "label")
_IRREGULAR = {"people": "person", "criteria": "criterion", "indices": "index", "analyses": "analysis"}


@dataclass(frozen=True)
class Place:
    """A field with its value and the slice of text that shows it."""

    entity: str
    field: str
    value: str
    start: int
    end: int


Found = Entity | Place


def tree_facts(table: Table, owner: str, *, prefix: str = "") -> Iterator[Found]:
    """Every field of a table as facts of `owner`; records in it become entities whose parent is `owner`."""
    for found in walk(table):
        if isinstance(found, Leaf):
            field = f"{prefix}.{found.path}" if prefix else found.path
            yield Place(owner, field, found.value, found.start, min(found.end, found.start + MAX_QUOTE))
        else:
            yield from _record(found, owner)


def _record(record: Record, owner: str) -> Iterator[Found]:
    noun = singular(record.path.rpartition(".")[2])
    names = _names(record, noun)
    entity = Entity(f"{owner}/{record.path}/{record.key or record.index}", noun, names, parent=owner)
    yield entity
    yield from tree_facts(record.table, entity.key)


def _names(record: Record, noun: str) -> tuple[str, ...]:
    table = record.table
    wanted = (table.scalar(*_ID_KEYS, noun), table.scalar(*_NAME_KEYS))
    named = [record.key or "", *(scalar.text for scalar in wanted if scalar)]
    if not any(named):
        first = next((pair.value for pair in table.pairs if isinstance(pair.value, Scalar) and pair.value.text), None)
        named = [first.text if first else f"{noun} {record.index + 1}"]
    if noun == "person" and (full := table.scalar("name")):
        named.append(full.text.split()[0])
    return tuple(dict.fromkeys(name.strip() for name in named if name.strip() and len(name) <= 300))


def singular(noun: str) -> str:
    """The noun of one item of a list named in the plural ("risks" -> "risk", "people" -> "person")."""
    word = noun.replace("_", " ").replace("-", " ").strip()
    head, _, last = word.rpartition(" ")
    return f"{head} {_singular_word(last)}".strip()


def _singular_word(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word or "item"
