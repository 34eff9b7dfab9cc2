"""One block cut into verbatim spans of a given size: by items, rows, sentences or lines, inside words last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from rag.model import Block, Document

Span = tuple[int, int]
"""Start and end in the document's text, without white space at either end."""

_TOKEN = re.compile(r"[^\W\d_]{1,8}|\d{1,3}|[^\w\s]|_")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-ZÀ-Þ0-9])")
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
_LINE = re.compile(r"\n")
_ITEM = re.compile(r"\n(?=[-*+•◦–] |\d{1,3}[.)] |[a-z][.)] |#\. |:[^:\s][^:\n]*: |\([a-z0-9]{1,3}\) )")
_CUTS: dict[str, tuple[re.Pattern[str], ...]] = {
    "paragraph": (_SENTENCE, _LINE),
    "quote": (_SENTENCE, _LINE),
    "heading": (_LINE,),
    "list": (_ITEM, _LINE, _SENTENCE),
    "table": (_LINE,),
    "code": (_PARAGRAPH, _LINE),
}
"""Where each kind may be cut, the best place first."""

_COUNTED = 4_000
_SLACK = 1.2
"""Lists, tables and code may be this much larger before they are cut."""


def tokens_in(text: str, span: Span) -> int:
    """How many tokens of a word-piece vocabulary a span takes, estimated.

    Words count by 8 letters, numbers by 3 digits, marks one each; counting ends at four thousand.
    """
    if span[1] - span[0] < _COUNTED:
        return len(_TOKEN.findall(text, *span))
    return sum(1 for _ in islice(_TOKEN.finditer(text, *span), _COUNTED))


def pieces_of(document: Document, block: Block, *, limit: int) -> Iterator[Span]:
    """The spans of a block in order, each of at most `limit` tokens (lists, tables, code a fifth more when whole)."""
    text, whole = document.text, (block.start, block.end)
    size = tokens_in(text, whole)
    is_kept = block.kind in {"list", "table", "code"}
    if size <= (limit * _SLACK if is_kept else limit):
        yield whole
        return
    if block.kind == "table" and document.format == "csv":
        parts: Sequence[Span] = _csv_rows(text, whole)
    else:
        parts = _split(text, whole, _CUTS[block.kind][0])
    yield from _packed(text, parts, limit=limit, cuts=_CUTS[block.kind])


def _packed(text: str, parts: Sequence[Span], *, limit: int, cuts: Sequence[re.Pattern[str]]) -> Iterator[Span]:
    """Neighbours joined up to the limit; a part that is too large by itself is cut at the next kind of place."""
    start, end, size = -1, -1, 0
    for part in parts:
        tokens = tokens_in(text, part)
        if start >= 0 and size + tokens > limit:
            yield start, end
            start, size = -1, 0
        if tokens > limit:
            yield from _cut_further(text, part, limit=limit, cuts=cuts[1:])
            continue
        start, end, size = (part[0] if start < 0 else start), part[1], size + tokens
    if start >= 0:
        yield start, end


def _cut_further(text: str, part: Span, *, limit: int, cuts: Sequence[re.Pattern[str]]) -> Iterator[Span]:
    if cuts:
        yield from _packed(text, _split(text, part, cuts[0]), limit=limit, cuts=cuts)
    else:
        yield from _by_words(text, part, limit=limit)


def _split(text: str, span: Span, cut: re.Pattern[str]) -> list[Span]:
    """The spans between the places where a pattern matches; the match's marks stay with the part before."""
    ends = [match.end() for match in cut.finditer(text, *span)]
    edges = [span[0], *ends, span[1]]
    return [found for a, b in pairwise(edges) if (found := _trimmed(text, a, b))]


def _trimmed(text: str, start: int, end: int) -> Span | None:
    body = text[start:end]
    left = len(body) - len(body.lstrip())
    kept = body.strip()
    return (start + left, start + left + len(kept)) if kept else None


def _csv_rows(text: str, span: Span) -> list[Span]:
    """The rows of a CSV file; a line end inside quotes is no end of a row."""
    edges = [span[0]]
    inside = False
    for match in re.finditer(r'["\n]', text[span[0] : span[1]]):
        if match[0] == '"':
            inside = not inside
        elif not inside:
            edges.append(span[0] + match.end())
    edges.append(span[1])
    return [found for a, b in pairwise(edges) if (found := _trimmed(text, a, b))]


def _by_words(text: str, span: Span, *, limit: int) -> Iterator[Span]:
    """The last resort, for text without sentences or lines: at a blank in the last half, else between two tokens."""
    start = span[0]
    while start < span[1]:
        token = next(islice(_TOKEN.finditer(text, start, span[1]), limit, None), None)
        end = token.start() if token else span[1]
        if token and (blank := _last_blank(text, (start + end) // 2, end)) > 0:
            end = blank
        if found := _trimmed(text, start, end):
            yield found
        start = end


def _last_blank(text: str, start: int, end: int) -> int:
    return max(text.rfind(mark, start, end) for mark in (" ", "\t", "\n"))
