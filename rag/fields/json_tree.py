"""JSON text to a tree that keeps positions (the standard parser forgets them)."""

from __future__ import annotations

import re
from json.decoder import scanstring  # type: ignore[attr-defined]

from rag.fields.tree import Listing, Node, Pair, Scalar, Table

_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"[-+.\w]+")


def json_tables(text: str, *, lines: bool = False) -> list[Table]:
    """The top-level objects; a top-level list counts as the key "items". `lines`: one value a line (JSONL).

    Broken JSON gives no tables: the parser has already reported the file.
    """
    try:
        nodes = list(_read_all(text)) if lines else [_read(text, 0)[0]]
    except (ValueError, IndexError, RecursionError):
        return []
    if lines:
        return [_as_table(Listing(tuple(nodes), 0, len(text)))]
    return [node if isinstance(node, Table) else _as_table(node) for node in nodes if not isinstance(node, Scalar)]


def _as_table(node: Node) -> Table:
    return Table((Pair("items", node.start, node),), node.start, node.end)


def _read_all(text: str) -> list[Node]:
    found, at = [], _skip(text, 0)
    while at < len(text):
        node, at = _read(text, at)
        found.append(node)
        at = _skip(text, at)
    return found


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _read(text: str, at: int) -> tuple[Node, int]:
    at = _skip(text, at)
    if text[at] == "{":
        return _read_object(text, at)
    if text[at] == "[":
        return _read_array(text, at)
    if text[at] == '"':
        value, end = scanstring(text, at + 1, True)
        return Scalar(str(value), at, int(end)), int(end)
    match = _WORD.match(text, at)
    if match is None:
        raise ValueError(f"no JSON value at {at}")
    word = match.group()
    return Scalar("" if word == "null" else word, at, match.end()), match.end()


def _read_object(text: str, start: int) -> tuple[Table, int]:
    pairs: list[Pair] = []
    at = _skip(text, start + 1)
    while text[at] != "}":
        key, end = scanstring(text, at + 1, True)
        value, after = _read(text, _expect(text, int(end), ":"))
        pairs.append(Pair(str(key), at, value))
        at = _next(text, after, "}")
    return Table(tuple(pairs), start, at + 1), at + 1


def _read_array(text: str, start: int) -> tuple[Listing, int]:
    items: list[Node] = []
    at = _skip(text, start + 1)
    while text[at] != "]":
        value, after = _read(text, at)
        items.append(value)
        at = _next(text, after, "]")
    return Listing(tuple(items), start, at + 1), at + 1


def _expect(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if text[at] != mark:
        raise ValueError(f"expected {mark!r} at {at}")
    return at + 1


def _next(text: str, at: int, close: str) -> int:
    at = _skip(text, at)
    return at if text[at] == close else _skip(text, _expect(text, at, ","))
