"""Does a sentence of a model stand in the sources it cites? In doubt it does not: it is dropped, never mended."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.claims import values
from rag.claims.denial import denied_otherwise, sure_otherwise
from rag.claims.model import Source, Supported, Unsupported, Verdict
from rag.claims.names import LINK
from rag.claims.orders import is_order
from rag.claims.places import Place, content_stems, coverage, places_of, standing
from rag.ground.words import words

MARK = re.compile(r"\s*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_BROKEN_OFF = re.compile(r"[a-z]+\s")  # a name in small letters ("p95", "churn-uplift") may begin a sentence
ENOUGH = 0.62
"""Share of the sentence's meaning that must be said where it stands; fitted on half of the sentences of the tests."""


def check(sentence: str, sources: Mapping[int, Source]) -> Verdict:
    """Whether everything that can be checked in a sentence stands in what it cites, as surely.

    `sentence` ends in its citations ("... [1]", "... [1, 3]."); `sources` are all that the model was given, by number.
    Checked: citations, links, numbers with unit and what they count, dates, names, identifiers, roles, negations,
    modality, and whether the sentence is about the place it cites at all.
    """
    cited = cited_by(sentence, sources)
    return cited if isinstance(cited, Unsupported) else check_against(MARK.sub("", sentence).strip(), cited)


def cited_by(sentence: str, sources: Mapping[int, Source]) -> tuple[Source, ...] | Unsupported:
    """The sources a sentence cites, in its order; what is wrong where it cites none, or one that was not sent."""
    cited = tuple(dict.fromkeys(int(n) for match in MARK.finditer(sentence) for n in re.findall(r"\d+", match[1])))
    if not cited:
        return Unsupported("no citation", "The sentence cites nothing.")
    if unknown := [n for n in cited if n not in sources]:
        return Unsupported("unknown citation", f"No source {unknown[0]} was sent.")
    return tuple(sources[n] for n in cited)


def check_against(said: str, sources: Sequence[Source]) -> Verdict:
    """The same for a sentence without its marks against the sources it cites."""
    if found := LINK.search(said):
        return Unsupported("link", f"A model writes no links: {found[0]!r}.")
    if is_order(said):
        return Unsupported("off the source", "The sentence is an instruction, not a statement.")
    if _BROKEN_OFF.match(said):
        return Unsupported("off the source", "That is the rest of a sentence.")
    wanted = content_stems(words(said))
    everywhere = [place for source in sources for place in places_of(source)]
    among = standing(wanted, everywhere)
    return _fault(said, wanted, among, everywhere) or Supported(tuple(place.evidence for place in among))


def _fault(said: str, wanted: Sequence[str], among: Sequence[Place], everywhere: Sequence[Place]) -> Unsupported | None:
    """What is wrong, the plainest first."""
    if len(wanted) < 2 or not among or not values.context(said):
        return Unsupported("off the source", "The sentence says nothing that can be checked.")
    if _share(wanted, among) < ENOUGH:
        return Unsupported("off the source", "Too little of the sentence stands in what it cites.")
    return values.fault(said, among, everywhere) or denied_otherwise(said, among) or sure_otherwise(said, among)


def _share(wanted: Sequence[str], among: Sequence[Place]) -> float:
    met = [coverage(wanted, place) for place in among]
    best: list[float] = [max(each) for each in zip(*met, strict=True)]
    return sum(best) / len(wanted)
