"""Parsed trees that know where they stand in the text: the common form of YAML and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Scalar:
    """A leaf: `text` is the value without its quotes, `start`/`end` delimit it as written."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Listing:
    items: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Pair:
    """A key with its value; `start` is where the key begins."""

    key: str
    start: int
    value: Node


@dataclass(frozen=True)
class Table:
    pairs: tuple[Pair, ...]
    start: int
    end: int

    def scalar(self, *keys: str) -> Scalar | None:
        """The first of these keys that holds a plain, non-empty value."""
        found = {pair.key.casefold(): pair.value for pair in reversed(self.pairs)}
        values = (found.get(key) for key in keys)
        return next((value for value in values if isinstance(value, Scalar) and value.text), None)


Node = Scalar | Listing | Table


@dataclass(frozen=True)
class Leaf:
    """A scalar with its dotted path; `start`/`end` delimit the quote, "key: value" where there is a key."""

    path: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Record:
    """A table inside the tree that has an identity of its own: an item of a list, or a named entry."""

    path: str
    index: int
    table: Table
    key: str | None = None


def walk(table: Table, path: str = "") -> Iterator[Leaf | Record]:
    """The scalars of a table by dotted path, and the records found on the way (not entered)."""
    for pair in table.pairs:
        where = f"{path}.{pair.key}" if path else pair.key
        yield from _walk_value(pair.value, where, start=pair.start)


def _walk_value(node: Node, where: str, *, start: int) -> Iterator[Leaf | Record]:
    match node:
        case Scalar(text, _, end):
            if text.strip():
                yield Leaf(where, text.strip(), start, end)
        case Listing(items):
            for index, item in enumerate(items):
                yield from _walk_item(item, where, index)
        case Table():
            yield from walk(node, where)
            yield from _named_entries(node, where)


def _walk_item(item: Node, where: str, index: int) -> Iterator[Leaf | Record]:
    if isinstance(item, Table):
        yield Record(where, index, item)
    else:
        yield from _walk_value(item, where, start=item.start)


def _named_entries(table: Table, where: str) -> Iterator[Record]:
    """People keyed by id and the like: every entry is itself a table and says its name."""
    entries = [pair for pair in table.pairs if isinstance(pair.value, Table)]
    if len(entries) < 1 or len(entries) != len(table.pairs):
        return
    for index, pair in enumerate(entries):
        if isinstance(pair.value, Table) and pair.value.scalar("name", "title", "id"):
            yield Record(where, index, pair.value, key=pair.key)
