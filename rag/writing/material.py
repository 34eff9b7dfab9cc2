"""What a model may write from: short documents of the best hits whole, passages of the others, each with a number."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.claims.model import Evidence, Source
from rag.model import Citation, Passage

SOURCES = 6
"""Sources that are sent: the answer stands in the first few or nowhere, and each further one costs time and tokens."""

WHOLE_TOKENS = 2_400
"""Tokens that whole documents may take together; a document longer than what is left is sent as its passages."""

LONGEST = 4_000
"""Characters of one passage that are sent."""


@dataclass(frozen=True)
class Sheet:
    """One numbered source: a whole document, or one passage of it.

    `ending` says how to read its lines (".csv"); empty as the document's own name says.
    """

    n: int
    doc: str
    title: str
    section: str
    text: str
    updated: str
    ending: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the text that was sent."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def source(self) -> Source:
        """The same as the check reads it."""
        year = re.match(r"\d{4}", self.updated)
        stem = PurePosixPath(self.doc)
        about = f"{self.title} {self.section} {stem.stem.replace('-', ' ').replace('_', ' ')}"
        return Source(self.n, self.text, about, self.ending or stem.suffix.lower(), int(year[0]) if year else 0)

    def cite(self, n: int, evidence: Evidence) -> Citation:
        """The place a sentence rests on, verbatim, as source `n` of the answer."""
        return Citation(n, self.doc, self.title, self.section, self.text[evidence.start : evidence.end], self.updated)


def number_sources(passages: Sequence[Passage], whole: Mapping[int, str]) -> tuple[Sheet, ...]:
    """The sources in the order of their best passage. `whole` maps a document's id to its text, where it fits.

    A document that something newer replaced is left out.
    """
    sheets: list[Sheet] = []
    seen: set[int] = set()
    for passage in passages:
        if len(sheets) == SOURCES:
            break
        if passage.superseded_by or passage.document_id in seen:
            continue
        text = whole.get(passage.document_id)
        if text is not None:
            seen.add(passage.document_id)
        section = "" if text is not None else passage.section
        n = len(sheets) + 1
        sheets.append(Sheet(n, passage.doc, passage.title, section, text or passage.text[:LONGEST], passage.updated))
    return tuple(sheets)
