"""Reading a mapping file: every mistake with its line, and the key that was probably meant."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rag.fields.schema import EntityRule, MappingRules
from rag.fields.templates import match_path


class MappingError(Exception):
    """A mapping file that cannot be used; one line a mistake: file, line, key, what was expected."""


@dataclass(frozen=True)
class CollectionMapping:
    """A validated mapping file. `digest` changes with its content."""

    path: str
    digest: str
    rules: MappingRules

    @property
    def text_format(self) -> str | None:
        """How the texts of a collection without file names are written ("rst"), if it says so."""
        return self.rules.text_format

    def format_of(self, path: str) -> str | None:
        """The format of a file whose name does not tell ("OWNERS_ALIASES": yaml)."""
        found = (name for pattern, name in self.rules.formats.items() if match_path(pattern, path) is not None)
        return next(found, self.rules.text_format)

    def rule_for(self, path: str) -> tuple[EntityRule, Mapping[str, str]] | None:
        """The first entity rule that a file fits, with what its path says."""
        for rule in self.rules.entities:
            for pattern in rule.files:
                captures = match_path(pattern, path)
                if captures is not None:
                    return rule, captures
        return None


def load_mapping(path: Path) -> CollectionMapping:
    """Read and validate a mapping file. MappingError names every mistake."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{path}: cannot be read: {error}") from error
    return mapping_from_text(text, where=str(path))


def mapping_from_text(text: str, *, where: str) -> CollectionMapping:
    try:
        data = yaml.safe_load(text)
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise MappingError(f"{where}{line}: not valid YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(data, dict):
        raise MappingError(f"{where}:1: expected keys such as 'collection:' and 'entities:'")
    try:
        rules = MappingRules.model_validate(data)
    except ValidationError as error:
        problems = (_sentence(detail, tree, where) for detail in error.errors())
        raise MappingError("\n".join(dict.fromkeys(problems))) from error
    return CollectionMapping(where, hashlib.sha256(text.encode()).hexdigest(), rules)


def _sentence(detail: ErrorDetails, tree: yaml.Node | None, where: str) -> str:
    location = detail["loc"]
    line = _line_of(tree, location)
    key = ".".join(str(part) for part in location) or "the file"
    if detail["type"] == "extra_forbidden":
        return f"{where}:{line}: unknown key {str(location[-1])!r} in {key!r}{_nearest(location)}"
    if detail["type"] == "missing":
        return f"{where}:{line}: {key!r} is missing"
    expected = detail["msg"].removeprefix("Value error, ")
    return f"{where}:{line}: {key!r}: {expected}; found {_shown(detail['input'])}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The 1-based line of a key; of its nearest parent that is there when it is missing."""
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _nearest(location: tuple[int | str, ...]) -> str:
    from rapidfuzz import process

    valid = sorted(_keys_at(location[:-1]))
    found = process.extractOne(str(location[-1]), valid, score_cutoff=50)
    if found:
        return f"; did you mean {found[0]!r}?"
    return f"; valid keys: {', '.join(valid)}" if valid else ""


def _keys_at(location: tuple[int | str, ...]) -> set[str]:
    model: object = MappingRules
    for part in location:
        field = _field(model, str(part)) if not isinstance(part, int) else None
        model = _part_of(field) or model
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return set()
    return {info.alias or name for name, info in model.model_fields.items()}


def _is_part(model: object) -> bool:
    return isinstance(model, type) and issubclass(model, BaseModel)


def _field(model: object, name: str) -> object:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return None
    found = (info.annotation for key, info in model.model_fields.items() if name in (key, info.alias))
    return next(found, None)


def _part_of(annotation: object) -> object:
    """The part inside `Part | None`, `tuple[Part, ...]` or `dict[str, Part]`."""
    if _is_part(annotation):
        return annotation
    inner = (_part_of(argument) for argument in getattr(annotation, "__args__", ()))
    return next((part for part in inner if part is not None), None)
