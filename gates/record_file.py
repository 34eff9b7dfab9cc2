"""Reading a YAML record file: its plain data, the line of every key, and what is wrong with it as a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import yaml

from gates.record_problems import Where

_FAST: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _RecordLoader(_FAST):  # type: ignore[valid-type,misc]
    """The safe loader, but only true and false are truth values (YAML 1.2): `on:` is a field name here."""


_RecordLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in _FAST.yaml_implicit_resolvers.items()
}
_RecordLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


@dataclass(frozen=True)
class RecordFile:
    """A parsed record: plain data and, for each dotted key ("gates.0.criteria.2.title"), its 1-based line."""

    data: object
    lines: Mapping[str, int]

    def where(self, file: str) -> Where:
        """What a reader of this data needs to name its lines."""
        return Where(file, self.lines.get)


@dataclass(frozen=True)
class BrokenFile:
    """A text that is no YAML, or names a key twice, with the line and what was expected."""

    line: int
    reason: str


def read_record(text: str) -> RecordFile | BrokenFile:
    """Parse one YAML document. Nothing but plain data can come out of it."""
    loader = _RecordLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return RecordFile(None, {})
        lines: dict[str, int] = {}
        twice = _note_lines(node, "", lines)
        if twice is not None:
            return twice
        return RecordFile(cast(object, loader.construct_document(node)), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return BrokenFile(mark.line + 1 if mark else 1, error.problem or "not valid YAML")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return BrokenFile(1, f"not valid YAML: {error}")
    finally:
        loader.dispose()


def _note_lines(node: yaml.Node, prefix: str, lines: dict[str, int]) -> BrokenFile | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = f"{prefix}{key.value}"
            if name in lines:
                return BrokenFile(key.start_mark.line + 1, f"the key {key.value!r} stands twice")
            lines[name] = key.start_mark.line + 1
            broken = _note_lines(value, f"{name}.", lines)
            if broken is not None:
                return broken
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[f"{prefix}{index}"] = item.start_mark.line + 1
            broken = _note_lines(item, f"{prefix}{index}.", lines)
            if broken is not None:
                return broken
    return None
