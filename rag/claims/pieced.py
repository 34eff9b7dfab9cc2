"""The check of a sentence about states and counts: it is made of whole pieces of what the records say, or it falls.

The records speak in lines of short pieces ("churn-uplift · at risk · gate 3 of 4"), where one word more or less, or one
number beside another line's words, makes another state. So nothing is weighed here, as `rag.claims.check` does for
prose: a model may choose pieces and join them, and that is all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.claims.check import MARK, cited_by
from rag.claims.model import Evidence, Source, Supported, Unsupported, Verdict
from rag.ground.words import word_set

JOINING = word_set("the a an is are its it has have and with of at in on as now currently")
"""Words that claim nothing by themselves; all others, also "not", "was" and "because", must be the records' own."""

_CUT = re.compile(r"\s+·\s+|[,:;()](?=\s|$)|\s*\(|\)|\.$")
_TOKEN = re.compile(r"\w+(?:[.,:/'’-]\w+)*|[%€$£<>=≤≥+-]+")


@dataclass(frozen=True)
class _Piece:
    """One piece of a line; `line` tells the lines of all sources apart, `first` is the piece a line begins with."""

    tokens: tuple[str, ...]
    line: tuple[int, int]
    first: bool
    evidence: Evidence


def check_pieced(sentence: str, sources: Mapping[int, Source]) -> Verdict:
    """Whether a sentence consists of whole pieces of the sources it cites, and of joining words.

    Pieces of one line stand together and include the one the line begins with, which names what the others are said of.
    """
    cited = cited_by(sentence, sources)
    if isinstance(cited, Unsupported):
        return cited
    pieces = [piece for source in cited for piece in _pieces(source)]
    laid = _lay(_tokens(MARK.sub("", sentence)), pieces)
    if isinstance(laid, str):
        return Unsupported("off the source", f"{laid!r} is no whole piece of what the records say here.")
    for run in _runs(laid):
        if not any(piece.first for piece in run):
            return Unsupported("off the source", "A piece of a line is said without what it is said of.")
    return Supported(tuple(piece.evidence for piece in laid))


def _lay(said: Sequence[str], pieces: Sequence[_Piece]) -> list[_Piece] | str:
    """The pieces a sentence consists of, the longest first, rather of the line before than of another; or the rest."""
    laid: list[_Piece] = []
    at = 0
    while at < len(said):
        fitting = [piece for piece in pieces if said[at : at + len(piece.tokens)] == list(piece.tokens)]
        if not fitting:
            return " ".join(said[at : at + 4])
        before = laid[-1].line if laid else None
        chosen = max(fitting, key=lambda piece: (len(piece.tokens), piece.line == before, piece.first))
        laid.append(chosen)
        at += len(chosen.tokens)
    return laid or "nothing"


def _runs(laid: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    run: list[_Piece] = []
    for piece in laid:
        if run and run[-1].line != piece.line:
            yield run
            run = []
        run.append(piece)
    yield run


def _pieces(source: Source) -> Iterator[_Piece]:
    at = 0
    for number, line in enumerate(source.text.splitlines(keepends=True)):
        first, start = True, 0
        for end, following in [*((cut.start(), cut.end()) for cut in _CUT.finditer(line)), (len(line), len(line))]:
            own = line[start:end].strip()
            if tokens := tuple(_tokens(own)):
                begin = at + line.index(own, start)
                yield _Piece(tokens, (source.n, number), first, Evidence(source.n, begin, begin + len(own)))
                first = False
            start = following
        at += len(line)


def _tokens(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text.casefold()) if token not in JOINING]
