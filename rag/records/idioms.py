"""Sets of words with one meaning in questions: done and open, still current, units, and words that add nothing."""

from __future__ import annotations

from collections.abc import Mapping

from rag.records.lexicon import split_phrases

DONE_WORDS = frozenset(
    (
        "done closed final finished complete completed resolved implemented released shipped met passed "
        "mitigated merged active cancelled"
    ).split()
)
OPEN_GROUP = frozenset("open unfinished outstanding unresolved pending incomplete undone remaining".split())
DONE_GROUP = frozenset("done closed finished complete completed resolved".split())
CURRENT_PHRASES = split_phrases(
    "still current, current, still valid, valid, up to date, still in force, in force, still "
    "applicable, still applies, still apply, still active, "
    "still relevant, still the latest, the latest, still stand, still stands, still good, out of "
    "date, outdated, obsolete, still in effect, in effect, still the one to follow, still usable, "
    "still authoritative, still holds, still hold"
)
NOT_CURRENT = frozenset("superseded replaced obsolete withdrawn rejected deprecated retired archived removed".split())
UNIT_WORDS = frozenset(
    (
        "ms s sec seconds eur usd gbp pct percent hours hrs days weeks months gb tb count pcs date on "
        "at number no id total amount"
    ).split()
)

GLUE: Mapping[str, frozenset[str]] = {
    "person": frozenset(
        (
            "person people individual responsible name names whoever human decision final ultimately "
            "formally officially"
        ).split()
    ),
    "date": frozenset("date day taken made reached official officially formally finally come".split()),
    "version": frozenset("planned scheduled number release version milestone".split()),
    "entity": frozenset(
        (
            "other another anything something else newer version one ones proposals first before finished done still"
        ).split()
    ),
    "money": frozenset("eur euro euros usd dollars money far date".split()),
    "text": frozenset("belong belongs fall falls under filed in".split()),
}
"""Words that add nothing once a concept of this kind of answer is understood."""
