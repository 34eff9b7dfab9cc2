"""The sentence a model may put above a status, a list or a count: what it is given, and what of it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from rag.claims.check import MARK
from rag.model import Answer, Citation
from rag.writing.material import SOURCES, Sheet

_NUMBERING = re.compile(r"^\d+\. ")


def sheets_of_records(answer: Answer) -> tuple[Sheet, ...]:
    """What the records say, line by line as it is shown, one sheet for each document that is cited.

    A line without a citation belongs to the document of the line above it. None where nothing is cited.
    """
    by_doc: dict[str, list[str]] = {}
    for doc, lines in groupby(_lines(answer), key=lambda line: line[0].doc):
        by_doc.setdefault(doc, []).extend(bare for _, bare in lines)
    titles = {citation.doc: citation for citation in reversed(answer.citations)}
    return tuple(
        Sheet(n, doc, titles[doc].title, "", "\n".join(lines), titles[doc].updated, ending=".txt")
        for n, (doc, lines) in enumerate(by_doc.items(), 1)
    )[:SOURCES]


def lead_of(records: Answer, written: Answer | None) -> str | None:
    """The sentence with the records' own citations, those of the lines it is made of; None where there is none."""
    if written is None:
        return None
    lines = list(_lines(records))
    chosen: dict[str, int] = {}  # what a line says -> the number of its citation
    for quote in sorted((citation.quote for citation in written.citations), key=len, reverse=True):
        if not any(quote in bare for bare in chosen):
            chosen.update(next(((bare, citation.n),) for citation, bare in lines if quote in bare))
    marks = "".join(f"[{n}]" for n in dict.fromkeys(chosen.values()))
    return f"{MARK.sub('', written.text).rstrip('. ')} {marks}."


def _lines(answer: Answer) -> Iterator[tuple[Citation, str]]:
    """Each line without its marks and numbering, with what it cites first or what stands above it cites."""
    by_number: Mapping[int, Citation] = {citation.n: citation for citation in answer.citations}
    above = next(iter(answer.citations), None)
    for line in answer.text.splitlines():
        found = MARK.search(line)
        above = by_number.get(int(found[1].partition(",")[0]), above) if found else above
        bare = _NUMBERING.sub("", MARK.sub("", line)).strip()
        if above is not None and bare:
            yield above, bare
