"""Sentences of the passages beside the facts: they answer nothing here, but may contradict what a fact says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from rag.ground.candidates import candidates
from rag.ground.question import AnswerKind
from rag.ground.sentences import units
from rag.lookup.fitting import People
from rag.lookup.rows import Cell, Row, Scope, naming_stems
from rag.lookup.stems import stems_of
from rag.model import Passage
from rag.store.lookup import ShelfContents, ShelfDocument, ShelfFact

_PAST = re.compile(
    r"\b(?:was|were|had been|moved from|instead of|no longer|not|never|if|would|could|until|before|since|after"
    r"|still says)\b",
    re.I,
)
_DAY = re.compile(r"\d(?!\d?(?:st|nd|rd|th)$)")  # a bare "the 13th" leaves open of which month
_QUOTED = re.compile(r"^\s*>")


def sentence_rows(passages: Sequence[Passage], contents: ShelfContents, *, first: int) -> Iterator[Row]:
    """A row for each sentence or list item of the current documents; `first` is the order they begin with."""
    taken = {(fact.document_id, fact.start) for fact in contents.facts}
    seen: set[tuple[int, int]] = set()
    for passage in passages:
        document = contents.documents.get(passage.document_id)
        base = document.text.find(passage.text) if document else -1
        if document is None or document.superseded or base < 0:
            continue
        for unit in units(passage.text, PurePosixPath(passage.doc).suffix.lower()):
            place = (document.id, base + unit.start)
            text = passage.text[unit.start : unit.end]
            if unit.kind in ("sentence", "item") and place not in seen | taken and not _QUOTED.match(text):
                seen.add(place)
                yield _row(document, passage, base + unit.start, text, first + len(seen))


def _row(document: ShelfDocument, passage: Passage, start: int, text: str, order: int) -> Row:
    line = document.text.count("\n", 0, start) + 1
    fact = ShelfFact(document.id, document.path, "", text, line, start, start + len(text), "prose")
    scopes = (
        Scope(0.0, frozenset()),
        Scope(0.0, frozenset()),
        Scope(0.0, frozenset()),
        Scope(0.9, stems_of(passage.section)),
        Scope(0.85, naming_stems(document)),
    )
    cell = Cell(fact, "", frozenset(), stems_of(text))
    return Row(document, document.path, "", (), (cell,), scopes, passage.section, "", order)


def plain_value(text: str, kind: AnswerKind, *, people: People) -> str | None:
    """The one day or the one person that a sentence states plainly; None when it names several or denies something."""
    if kind == "date":
        days = [found for found in candidates(text) if found.kind == "date" and _DAY.search(found.text)]
        if len(days) != 1 or _PAST.search(re.split(r"[.;,]\s", text[: days[0].start])[-1]):
            return None
        return days[0].text
    if kind == "person":
        named = people.within(text)
        opens = named and people.within(" ".join(text.split()[:2]))
        return named[0] if len(named) == 1 or (opens and opens[0] == named[0]) else None
    return None
