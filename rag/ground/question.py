"""What a question asks for: the kind of value, the noun it measures, and the words an answer has to agree with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from rag.ground.candidates import ValueKind
from rag.ground.kinds import FITS, IMPLIED, AnswerKind, kind_of
from rag.ground.phrases import months_spelt, one_word_verbs, without_courtesies
from rag.ground.verbs import RELATING
from rag.ground.words import STOP_WORDS, Word, content, is_negation, word_set, words

__all__ = ["AnswerKind", "Question", "read_question"]

_PASSING = word_set("again already still yet ever exactly really actually now currently right")

_CHOSE = word_set(
    "pick picked choose chose chosen select selected decide decided prefer preferred take took go went use used"
)
"""What "why did we ..." says of every choice: the thing chosen is what the reason speaks of."""
_ORDINALS = word_set("third fourth fifth sixth seventh eighth ninth tenth")
_VAGUE = word_set("new whole entire own single complete exact actual certain")
_MEANS = word_set("mean means meant meaning definition")
_MONTHS = word_set(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec"
)
_CALENDAR = _MONTHS | word_set("monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun")


@dataclass(frozen=True)
class Question:
    """A question read once.

    `terms` are its content words, one per stem, in order; `focus` the stems of the noun asked for
    ("how many *callers*", "which *version*"); `names` the capitalised or known names as stems per name;
    `numbers` the stems of numbers in it; `months` the stems of months;
    `sought` is the text with the thread's subject, for similarity; `instead`
    gives a stem of a verb of several words ("turned down") the stems that say the same in one.
    """

    text: str
    kind: AnswerKind
    terms: tuple[Word, ...]
    focus: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    numbers: tuple[str, ...]
    sought: str
    negated: bool
    several: bool
    counts: bool
    months: tuple[str, ...] = ()
    instead: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def fits(self) -> tuple[ValueKind, ...]:
        """Kinds of value that can answer it, best first; empty when a sentence answers it."""
        return FITS.get(self.kind, ())

    @property
    def implied(self) -> frozenset[str]:
        """Stems that only name the kind of value, which the value itself shows: a share by its %, a day by its date."""
        return frozenset(term.stem for term in self.terms if term.folded in IMPLIED.get(self.kind, ()))

    @property
    def counted(self) -> str:
        """The noun that is counted, as written in lower case; empty when none is named."""
        return next((term.folded for term in self.terms if term.stem in self.focus[-1:]), "")

    @property
    def spoken(self) -> frozenset[str]:
        """Stems of words that say little: those that only tie the noun asked for to the rest ("what limit does it
        *use*"), and "new" and its like."""
        vague = frozenset(term.stem for term in self.terms if term.folded in _VAGUE)
        if not self.focus:
            return vague
        return vague | {term.stem for term in self.terms if term.folded in RELATING and term.stem not in self.focus}

    @property
    def named(self) -> frozenset[str]:
        """Stems of everything the question names, and of its numbers."""
        return frozenset(stem for name in self.names for stem in name) | frozenset(self.numbers)


def _telling(found: Sequence[Word], kind: AnswerKind) -> list[Word]:
    """The content words without those that only pass by in a question ("now", "again"), unless there are no others."""
    said = content(found)
    passing = _PASSING | {"reason": _CHOSE, "definition": _MEANS}.get(kind, frozenset())
    return [word for word in said if word.folded not in passing] or said


def _dated(text: str, today: date) -> str:
    """Days named from today ("this week", "tomorrow") followed by their date, a week by its Monday."""
    monday = today - timedelta(days=today.weekday())
    named = {
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "yesterday": today - timedelta(days=1),
        "this week": monday,
        "next week": monday + timedelta(days=7),
        "last week": monday - timedelta(days=7),
    }
    for phrase, day in named.items():
        text = re.sub(rf"\b{phrase}\b", f"{phrase} {day.day} {day:%B}", text, flags=re.I)
    return text


def read_question(
    text: str, *, known_names: Sequence[str] = (), subject: str | None = None, today: date | None = None
) -> Question:
    """Analyse a question; never fails, an unclear one asks for a `thing`.

    `subject` is what the thread is about; its words count as if they stood in the question.
    `today` gives "this week", "tomorrow" and the like their dates as wishes, not as conditions.
    """
    asked, instead = one_word_verbs(months_spelt(without_courtesies(text)))
    found = words(asked)
    kind, focus, several = kind_of(found)
    added = words(subject) if subject and subject.casefold() not in asked.casefold() else []
    days = words(_dated(asked, today)) if today else []
    ordered = tuple({word.stem: word for word in _telling([*found, *added, *days], kind)}.values())
    return Question(
        text=text.strip(),
        kind=kind,
        terms=ordered,
        focus=focus,
        names=_names(asked, found, known_names) + ((tuple(word.stem for word in added),) if added else ()),
        sought=f"{asked} ({subject})" if added else asked,
        numbers=tuple(dict.fromkeys(word.stem for word in found if word.text[0].isdigit() or word.folded in _ORDINALS)),
        months=tuple(dict.fromkeys(word.stem for word in found if word.folded in _MONTHS and word.is_capital)),
        negated=any(is_negation(word.folded) for word in found if not (kind == "reason" and word.folded == "not")),
        several=several,
        instead=instead,
        counts=kind == "number" and any(word.folded == "many" for word in found),
    )


def _names(text: str, found: Sequence[Word], known: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    folded = text.casefold()
    names = [tuple(word.stem for word in words(name)) for name in known if name.casefold() in folded]
    run: list[str] = []
    for at, word in enumerate(found):
        if word.is_capital and at > 0 and word.folded not in STOP_WORDS | _CALENDAR:
            run.append(word.stem)
        elif run:
            names.append(tuple(run))
            run = []
    return tuple(dict.fromkeys([*names, *([tuple(run)] if run else [])]))
