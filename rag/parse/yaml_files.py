"""YAML, read safely: no objects, no duplicate keys, no alias bombs, dates left as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from rag.model import Block
from rag.parse.lines import Lines
from rag.parse.meta import meta_of_data
from rag.parse.reading import ParseError, Reading, slice_block

MAX_YAML = 2 * 1024 * 1024
"""Characters of one YAML file; the parser takes a second for about half a million."""

_MAX_NODES = 1_000_000
_MAX_DEPTH = 100
_INT = re.compile(r"[-+]?(?:0|[1-9]\d{0,300})")
_FLOAT = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?")
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}


def read_yaml(text: str) -> Reading:
    """Every document of the file; `data` is the tree (a list of trees when there are several)."""
    if len(text) > MAX_YAML:
        raise ParseError(f"{len(text):,} characters of YAML, over the limit of {MAX_YAML:,}; split it")
    nodes = compose(text)
    trees = [tree_of(node) for node in nodes]
    data = trees[0] if len(trees) == 1 else trees
    return Reading(text, _blocks(text, nodes), _meta(nodes), data=data)


def _meta(nodes: list[yaml.Node]) -> dict[str, object]:
    """The first document speaks for the file; a later one that names readers too makes it nobody's."""
    metas = [meta_of_data(tree_of(_top_level(node), typed=False)) for node in nodes]
    names_readers = any(key.lower().startswith("readers") for meta in metas[1:] for key in meta)
    return {**(metas[0] if metas else {}), **({"readers": ""} if names_readers else {})}


def _top_level(node: yaml.Node) -> yaml.Node:
    """The node without its nested values, which are content and slow to build twice."""
    if not isinstance(node, yaml.MappingNode):
        return yaml.SequenceNode(node.tag, [])
    kept = [(key, value) for key, value in node.value if _is_flat(value) or _decides_readers(key)]
    return yaml.MappingNode(node.tag, kept, node.start_mark, node.end_mark)


def _decides_readers(key: yaml.Node) -> bool:
    return key.value == "<<" or str(key.value).strip().lower() == "readers"


def _is_flat(node: yaml.Node) -> bool:
    if isinstance(node, yaml.SequenceNode):
        return all(isinstance(item, yaml.ScalarNode) for item in node.value)
    return isinstance(node, yaml.ScalarNode)


def compose(text: str) -> list[yaml.Node]:
    """The node trees of a text's documents. Raises ParseError with line, column and what was expected."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return [node for node in yaml.compose_all(text, Loader=loader) if node is not None]
    except yaml.MarkedYAMLError as error:
        raise ParseError(_explained(error)) from None
    except yaml.reader.ReaderError as error:
        place = f"line {text.count(chr(10), 0, max(error.position, 0)) + 1}"
        raise ParseError(f"{place}: a character that YAML does not allow ({error.reason}); remove it") from None


def tree_of(node: yaml.Node, *, typed: bool = True) -> object:
    """The plain values of a node: dicts, lists, text, and when `typed` the numbers, booleans and nulls of YAML 1.2.

    Raises ParseError (with the line) for duplicate keys, a node that holds itself, and aliases that
    expand to more than a million nodes.
    """
    return _Builder(typed).value(node, ())


class _Builder:
    """Turns nodes into values and counts them, because an alias costs nothing in the file and much in memory."""

    def __init__(self, typed: bool) -> None:
        self._typed = typed
        self._left = _MAX_NODES

    def value(self, node: yaml.Node, above: tuple[int, ...]) -> object:
        self._left -= 1
        if self._left < 0:
            raise ParseError(f"{_at(node)}: aliases expand to more than {_MAX_NODES:,} nodes; write the values out")
        if id(node) in above:
            raise ParseError(f"{_at(node)}: an alias refers to the node that holds it")
        if len(above) > _MAX_DEPTH:
            raise ParseError(f"{_at(node)}: nested more than {_MAX_DEPTH} deep")
        match node:
            case yaml.MappingNode():
                return self._mapping(node, (*above, id(node)))
            case yaml.SequenceNode():
                return [self.value(item, (*above, id(node))) for item in node.value]
            case yaml.ScalarNode():
                return _typed(node) if self._typed else node.value
        return None

    def _mapping(self, node: yaml.MappingNode, above: tuple[int, ...]) -> dict[str, object]:
        own: dict[str, object] = {}
        merged: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ParseError(f"{_at(key)}: a key must be plain text, expected `name: value`")
            if key.value == "<<" and not key.style:
                merged = {**self._merged(value, above), **merged}
            elif key.value in own:
                raise ParseError(f"{_at(key)}: the key {key.value!r} stands here a second time; keep one")
            else:
                own[key.value] = self.value(value, above)
        return {**merged, **own}

    def _merged(self, node: yaml.Node, above: tuple[int, ...]) -> dict[str, object]:
        values = self.value(node, above)
        parts = values if isinstance(values, list) else [values]
        if not all(isinstance(part, dict) for part in parts):
            raise ParseError(f"{_at(node)}: `<<` expects a mapping or a list of mappings")
        return {key: value for part in reversed(parts) for key, value in part.items()}


def _typed(node: yaml.ScalarNode) -> object:
    text: str = node.value
    if node.style or node.tag.endswith(":str"):
        return text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _blocks(text: str, nodes: list[yaml.Node]) -> tuple[Block, ...]:
    """One block per top-level key or item, from its line to the next one's, comments between included."""
    lines = Lines(text)
    starts = sorted({0, *(line for node in nodes for line in _entry_lines(node))})
    ends = [*starts[1:], len(lines)]
    spans = ((lines.start(a), lines.start(b)) for a, b in zip(starts, ends, strict=True))
    blocks = (slice_block(text, start, end=end, kind="code") for start, end in spans)
    return tuple(block for block in blocks if block)


def _entry_lines(node: yaml.Node) -> Iterator[int]:
    """The lines where entries start; the first entry keeps what stands above it (comments, `---`)."""
    if not isinstance(node, (yaml.MappingNode, yaml.SequenceNode)) or node.flow_style:
        return
    for entry in node.value[1:]:
        first = entry[0] if isinstance(entry, tuple) else entry
        yield first.start_mark.line


def _at(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}, column {node.start_mark.column + 1}"


def _explained(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    context = f" ({error.context})" if error.context else ""
    return f"{place}{error.problem or 'not valid YAML'}{context}"
