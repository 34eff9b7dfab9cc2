"""YAML text to a tree that keeps positions."""

from __future__ import annotations

import yaml

from rag.fields.tree import Listing, Node, Pair, Scalar, Table

MAX_NODES = 500_000
"""More nodes than this in one file (an alias bomb, or a data dump) and the file gives no facts."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def yaml_tables(text: str, *, offset: int = 0) -> list[Table]:
    """Every top-level mapping of a YAML stream (a top-level list counts as the key "items").

    `offset` is added to all positions, for front matter that stands inside a longer text. Broken
    YAML gives no tables: the parser has already reported the file.
    """
    try:
        roots = [root for root in yaml.compose_all(text, Loader=_LOADER) if root is not None]
        nodes = [_convert(root, text, offset, [MAX_NODES]) for root in roots]
    except (yaml.YAMLError, RecursionError, _TooLargeError):
        return []
    return [node if isinstance(node, Table) else _as_table(node) for node in nodes if not isinstance(node, Scalar)]


class _TooLargeError(Exception):
    """The tree has more nodes than a file of records has."""


def _as_table(node: Node) -> Table:
    return Table((Pair("items", node.start, node),), node.start, node.end)


def _convert(node: yaml.Node, text: str, offset: int, budget: list[int]) -> Node:
    budget[0] -= 1
    if budget[0] < 0:
        raise _TooLargeError
    start, end = node.start_mark.index + offset, _end(node, text) + offset
    if isinstance(node, yaml.ScalarNode):
        empty = node.tag == "tag:yaml.org,2002:null" and node.value in _NULLS
        return Scalar("" if empty else node.value, start, end)
    if isinstance(node, yaml.SequenceNode):
        return Listing(tuple(_convert(item, text, offset, budget) for item in node.value), start, end)
    return Table(tuple(_pair(key, value, text, offset, budget) for key, value in node.value), start, end)


def _pair(key: yaml.Node, value: yaml.Node, text: str, offset: int, budget: list[int]) -> Pair:
    name = key.value if isinstance(key, yaml.ScalarNode) else "?"
    return Pair(str(name), key.start_mark.index + offset, _convert(value, text, offset, budget))


def _end(node: yaml.Node, text: str) -> int:
    """Block scalars and collections end after their blank lines; the quote should not."""
    end: int = node.end_mark.index
    while end > node.start_mark.index and text[end - 1 : end].isspace():
        end -= 1
    return end
