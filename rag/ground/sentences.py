"""A text cut into quotable units (sentences, list items, table rows, lines of data) with verbatim offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rag.ground.words import word_set

UnitKind = Literal["sentence", "item", "row", "line", "heading"]
WHOLE_ITEM = 300  # characters up to which a list item stays one unit
SLACK = 4  # characters by which a line may fall short of the width its paragraph was wrapped to

_ABBREVIATIONS = word_set(
    "mr mrs ms dr prof st jr sr vs etc eg ie e.g i.e cf al fig no nos vol pp ca approx inc ltd co corp dept est "
    "gen col lt sgt rev hon gov sen rep u.s u.k d.c a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec mon "
    "tue wed thu fri sat sun resp incl excl max min avg ver sec ch"
)
_STOP = re.compile(r"[.!?…]+[\"'”’)\]*_`]*(?:\[\d+\])*(?=\s+[\"'“‘(\[*_`]*[A-Z0-9À-Þ]|\s*$)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+\S")
_RULE = re.compile(r"\s*([=\-~^\"'`#*+._:])\1{2,}\s*$")
_ITEM = re.compile(r"\s*(?:[-*+•–]|\d{1,3}[.)]|[a-zA-Z][.)]|#\.)\s+(?=\S)")
_PIPES = re.compile(r"\s*\|.*\||.*\S\s+\|\s+\S")
_TABLE_RULE = re.compile(r"\s*\|?[\s:|+=-]*[-=]{2,}[\s:|+=-]*\|?\s*$")
_COLUMNS_RULE = re.compile(r"\s*=+(?:\s+=+)+\s*$")
_PAIR = re.compile(r"\s*(?:- )?[\"'*]{0,2}[\w][\w .@%/()-]{0,48}[\"'*]{0,2}\s*:[\"'*]{0,2}\s+\S.*$")
_PAIRED = re.compile(r"[^|:]+:\s[^|]+\|[^|:]+:\s")  # key: value | key: value
_FENCE = re.compile(r"\s*(?:```|~~~)")
DELIMITED = (".csv", ".tsv")
TREES = (".json", ".jsonl", ".yaml", ".yml")


@dataclass(frozen=True)
class Unit:
    """A quotable piece `text[start:end]`. `lead` is the [start, end) of the header row or lead-in it hangs on.

    `heading` is the nearest heading, or for trees of data the keys above, joined by ' > '.
    """

    kind: UnitKind
    start: int
    end: int
    heading: str = ""
    lead: tuple[int, int] | None = None


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    text: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())


def units(text: str, suffix: str = "", *, headed: bool = True) -> tuple[Unit, ...]:
    """Cut a passage into units. `suffix` is the document's file ending (".csv"), which says how to read its lines.

    `headed` is False for the later part of a table that was cut: its first row is no header.
    """
    lines = list(_lines(text))
    if suffix in DELIMITED:
        return tuple(_delimited(lines, headed))
    if suffix in TREES:
        return tuple(_tree(lines))
    return tuple(_prose(text, lines, headed))


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        yield _Line(at, at + len(body), body)
        at += len(line)


def _unit(kind: UnitKind, line: _Line, heading: str = "", lead: tuple[int, int] | None = None) -> Unit:
    stripped = line.text.rstrip()
    return Unit(kind, line.start + line.indent, line.start + len(stripped), heading, lead)


def _delimited(lines: list[_Line], headed: bool) -> Iterator[Unit]:
    filled = [line for line in lines if line.text.strip()]
    if not headed:
        yield from (_unit("row", line) for line in filled)
        return
    for line in filled[1:]:
        yield _unit("row", line, lead=(filled[0].start, filled[0].end))


def _tree(lines: list[_Line]) -> Iterator[Unit]:
    above: list[tuple[int, str]] = []
    for line in lines:
        bare = line.text.strip(" ,\t")
        if not bare.strip("{}[]-"):
            continue
        indent = line.indent + (2 if bare.startswith("- ") else 0)
        while above and above[-1][0] >= indent:
            above.pop()
        key, _, value = bare.removeprefix("- ").partition(":")
        if value.strip(" {[|>") or not _:
            yield _unit("line", line, " > ".join(name for _, name in above))
        if _ and not value.strip(" {[|>"):
            above.append((indent, key.strip("\"' ")))


def _prose(text: str, lines: list[_Line], headed: bool) -> Iterator[Unit]:
    at, heading, lead = _front_matter(lines), "", None
    while at < len(lines):
        block, kind = _block(lines, at)
        at += max(len(block), 1)
        match kind:
            case "blank" | "rule":
                continue
            case "heading":
                heading, lead = block[0].text.strip("# \t=-*"), None
                yield _heading(block[0])
            case "table":
                yield from _table(block, heading, headed)
                headed = True
            case "code":
                yield from (_unit("line", line, heading, lead) for line in block if not _FENCE.match(line.text))
            case "item":
                yield from _pieces(text, block, "item", heading, lead)
            case "pair":
                yield _unit("line", block[0], heading)
            case _:
                pieces = [piece for part in _parted(block) for piece in _pieces(text, part, "sentence", heading, None)]
                yield from pieces
                lead = _lead_in(text, pieces)


def _front_matter(lines: list[_Line]) -> int:
    """How many lines a leading `---` block takes; its fields are records, not sentences."""
    if not lines or lines[0].text.strip() != "---":
        return 0
    return next((at + 1 for at, line in enumerate(lines[1:], start=1) if line.text.strip() == "---"), 0)


def _heading(line: _Line) -> Unit:
    bare = line.text.rstrip("# \t")
    return Unit(
        "heading", line.start + len(bare) - len(bare.lstrip("# \t")), line.start + len(bare), bare.strip("# \t=-*")
    )


def _lead_in(text: str, pieces: list[Unit]) -> tuple[int, int] | None:
    return (pieces[-1].start, pieces[-1].end) if pieces and text[pieces[-1].end - 1] in ":：" else None


def _block(lines: list[_Line], at: int) -> tuple[list[_Line], str]:
    line = lines[at]
    following = lines[at + 1].text if at + 1 < len(lines) else ""
    if not line.text.strip():
        return [line], "blank"
    if _FENCE.match(line.text):
        return _fenced(lines, at), "code"
    if _PIPES.match(line.text) or line.text.lstrip().startswith("+--") or _COLUMNS_RULE.match(line.text):
        return _table_lines(lines, at), "table"
    if _HEADING.match(line.text):
        return [line], "heading"
    if _RULE.match(line.text):
        return [line], "rule"
    if _RULE.match(following) and len(following.strip()) >= min(4, len(line.text.strip())):
        return lines[at : at + 2], "heading"
    if _ITEM.match(line.text):
        return _continued(lines, at, line.indent), "item"
    alone = not following.strip() or _PAIR.match(following)
    if _PAIR.match(line.text) and len(line.text) < 160 and alone and len(_STOP.findall(line.text)) < 2:
        return [line], "pair"
    return _paragraph(lines, at), "paragraph"


def _fenced(lines: list[_Line], at: int) -> list[_Line]:
    for end in range(at + 1, len(lines)):
        if _FENCE.match(lines[end].text):
            return lines[at : end + 1]
    return lines[at:]


def _table_lines(lines: list[_Line], at: int) -> list[_Line]:
    simple = bool(_COLUMNS_RULE.match(lines[at].text))
    end, rules = at, 0
    while end < len(lines) and lines[end].text.strip():
        if simple and _COLUMNS_RULE.match(lines[end].text):
            rules += 1
        if not simple and not ("|" in lines[end].text or lines[end].text.lstrip().startswith("+")):
            break
        end += 1
        if rules == 3:
            break
    return lines[at:end]


def _continued(lines: list[_Line], at: int, indent: int) -> list[_Line]:
    end = at + 1
    while end < len(lines) and lines[end].text.strip() and not _ITEM.match(lines[end].text):
        if lines[end].indent <= indent and _HEADING.match(lines[end].text):
            break
        end += 1
    return lines[at:end]


def _paragraph(lines: list[_Line], at: int) -> list[_Line]:
    end = at + 1
    while end < len(lines) and lines[end].text.strip():
        text = lines[end].text
        if _ITEM.match(text) or _HEADING.match(text) or _FENCE.match(text) or _PIPES.match(text):
            break
        end += 1
    return lines[at:end]


def _parted(block: list[_Line]) -> list[list[_Line]]:
    """A paragraph whose lines were broken by hand, not to a width, as its lines: notes, logs, addresses."""
    if len(block) == 1:
        return [block]
    width = max(len(line.text) for line in block)
    by_hand = sum(
        len(line.text) + 1 + len(following.text.split(None, 1)[0]) <= width - SLACK
        for line, following in pairwise(block)
    )
    return [[line] for line in block] if 2 * by_hand > len(block) - 1 else [block]


def _table(block: list[_Line], heading: str, headed: bool) -> Iterator[Unit]:
    rows = [line for line in block if not _TABLE_RULE.match(line.text) and line.text.strip()]
    if len(rows) == 1 or not headed or all(_PAIRED.match(line.text) for line in rows[:2]):
        yield from (_unit("row", line, heading) for line in rows)
        return
    for line in rows[1:]:
        yield _unit("row", line, heading, (rows[0].start, rows[0].end))


def _pieces(
    text: str, block: list[_Line], kind: UnitKind, heading: str, lead: tuple[int, int] | None
) -> Iterator[Unit]:
    start, end = block[0].start + block[0].indent, block[-1].end
    if kind == "item" and (marker := _ITEM.match(block[0].text)):
        start = block[0].start + marker.end()
        if end - start <= WHOLE_ITEM:
            yield Unit(kind, start, start + len(text[start:end].rstrip()), heading, lead)
            return
    for left, right in _sentences(text, start, end):
        yield Unit(kind, left, right, heading, lead)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    left = start
    for match in _STOP.finditer(text, start, end):
        if match.end() < end and _is_abbreviation(text, left, match.start()):
            continue
        yield left, match.end()
        left = match.end()
        while left < end and text[left].isspace():
            left += 1
    right = end
    while right > left and text[right - 1].isspace():
        right -= 1
    if right > left:
        yield left, right


def _is_abbreviation(text: str, left: int, stop: int) -> bool:
    if text[stop] != ".":
        return False
    before = text[max(left, stop - 12) : stop].split()
    last = before[-1].lstrip("(\"'“[").lower() if before else ""
    return (
        last in _ABBREVIATIONS
        or (len(last) == 1 and last.isalpha())
        or (last.isdigit() and len(last) <= 2 and stop - left <= 2)
    )
