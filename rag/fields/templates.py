"""The two small languages of mapping files: path patterns with captures, and "PEP {PEP}" templates."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_PIECE = re.compile(r"\*\*/|\*\*|\*|\?|\{(\w+)(:d)?\}")
_SLOT = re.compile(r"\{([^{}:]+)(?::0(\d+))?\}")
_GLOBS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def match_path(pattern: str, path: str) -> dict[str, str] | None:
    """The captures of a path that fits ("keps/*/{number:d}-{name}/kep.yaml"), or None when it does not.

    `*` stays inside one folder, `**` does not; `{name}` takes some characters of one folder or file
    name, `{name:d}` digits only.
    """
    match = _compiled(pattern).fullmatch(path)
    return match.groupdict() if match else None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts, at = [], 0
    for piece in _PIECE.finditer(pattern):
        parts.append(re.escape(pattern[at : piece.start()]))
        parts.append(_piece(piece))
        at = piece.end()
    return re.compile("".join((*parts, re.escape(pattern[at:]))))


def _piece(piece: re.Match[str]) -> str:
    name, digits = piece[1], piece[2]
    if name is None:
        return _GLOBS[piece.group()]
    return rf"(?P<{name}>\d+)" if digits else rf"(?P<{name}>[^/]+?)"


def slots(template: str) -> list[str]:
    """The names a template wants filled in."""
    return [slot[1].strip() for slot in _SLOT.finditer(template)]


def fill(template: str, value_of: Callable[[str], str | None]) -> str | None:
    """The template with its slots filled; None when one has no value. `{PEP:04}` pads with zeros."""
    values = {slot.group(): _filled(slot, value_of) for slot in _SLOT.finditer(template)}
    if any(value is None for value in values.values()):
        return None
    return _SLOT.sub(lambda slot: values[slot.group()] or "", template)


def fill_leniently(template: str, value_of: Callable[[str], str | None], *, missing: str = "nobody") -> str:
    """Like `fill`, with a word in place of what is missing: for sentences shown to people."""
    return _SLOT.sub(lambda slot: _filled(slot, value_of) or missing, template)


def _filled(slot: re.Match[str], value_of: Callable[[str], str | None]) -> str | None:
    value = value_of(slot[1].strip())
    return value.zfill(int(slot[2])) if value and slot[2] else value or None


def id_pattern(template: str) -> re.Pattern[str] | None:
    """How ids made from this template look in a question: "PEP {PEP}" -> PEP 658, pep-658, PEP658.

    Only templates of words and one slot give a pattern; the slot must hold a number.
    """
    names = slots(template)
    head, _, tail = template.partition("{")
    if len(names) != 1 or not head.strip(" -_#") or tail.partition("}")[2]:
        return None
    words = r"[\s_-]*".join(re.escape(word) for word in re.findall(r"\w+", head))
    return re.compile(rf"(?<!\w){words}s?[\s_#-]*0*(\d+)(?![\w]|\.\d)", re.IGNORECASE)
