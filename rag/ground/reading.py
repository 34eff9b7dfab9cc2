"""Passages read for one question: every quotable unit with its words, its surroundings and how well it agrees."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.ground.question import Question
from rag.ground.sentences import Unit, units
from rag.ground.synonyms import ALIKE, SPELT, misspelt, opposites, synonyms
from rag.ground.words import Word, same_stem, words
from rag.model import Passage

NEAR = 0.8  # agreement of a word that only shares its beginning
NEIGHBOUR = 0.5  # agreement found in the sentence before or after
CONTEXT = 0.8  # agreement found in title, headings or header row
_MORE = re.compile(r"[.;:!?]\s")
_POINTING = frozenset("it they this that these those he she its their both such".split())
IMPLIED = 0.4  # weight of a word that only says what kind of value is wanted: "what share", "on what date"
COLUMNS = "columns: "  # how a passage's section names the columns of a table that began in an earlier passage


@dataclass(frozen=True)
class Sentence:
    """A unit of a passage with its words, and the stems of its neighbours, of title and headings, and of it all.

    `after` is the question or the statement before it that it cannot be understood without.
    """

    passage: Passage
    rank: int
    unit: Unit
    header: str
    words: tuple[Word, ...]
    stems: frozenset[str]
    near: frozenset[str]
    context: frozenset[str]
    whole: frozenset[str]
    after: str = ""

    @property
    def text(self) -> str:
        return self.passage.text[self.unit.start : self.unit.end]

    @property
    def in_place(self) -> str:
        """The text under its nearest heading, which often names what the sentence is about."""
        if self.after:
            return f"{self.after} {self.text}"
        heading = self.unit.heading or self.passage.section.rpartition(" > ")[2]
        return f"{heading}: {self.text}" if heading and heading not in self.text else self.text


@dataclass(frozen=True)
class Reading:
    """All sentences of the passages and the weight of every question term among them.

    `weights` maps a question stem to its weight (its rarity), `alike` a question stem to the stems of the
    passages that mean the same, with the strength of that. `sought` is the question's text with slips put right.
    """

    question: Question
    sentences: tuple[Sentence, ...]
    weights: Mapping[str, float]
    alike: Mapping[str, Mapping[str, float]]
    sought: str

    def strength(self, term: str, stems: frozenset[str]) -> float:
        """How strongly the stems agree with a question term, 0 to 1."""
        if term in stems:
            return 1.0
        return max((power for other, power in self.alike[term].items() if other in stems), default=0.0)


def read_passages(question: Question, passages: Sequence[Passage]) -> Reading:
    """Cut the passages into units and weigh the question's terms by how rare they are among those units."""
    sentences: list[Sentence] = []
    seen: set[tuple[str, str]] = set()
    for rank, passage in enumerate(passages):
        for sentence in _sentences(passage, rank):
            if (key := (passage.doc, sentence.text)) not in seen:
                seen.add(key)
                sentences.append(sentence)
    vocabulary = frozenset().union(*(sentence.stems | sentence.context for sentence in sentences))
    spelt = {word.folded: word.stem for sentence in sentences for word in sentence.words}
    alike = {term.stem: _alike(term, vocabulary, spelt) | _instead(question, term.stem) for term in question.terms}
    return Reading(question, tuple(sentences), _weights(question, sentences), alike, _respelt(question, alike, spelt))


def _sentences(passage: Passage, rank: int) -> Iterable[Sentence]:
    headed = not _columns(passage)
    cut = units(passage.text, PurePosixPath(passage.doc).suffix.lower(), headed=headed)
    around = frozenset(word.stem for word in words(f"{passage.title} {passage.section} {_stem_of(passage.doc)}"))
    own = [tuple(words(passage.text[unit.start : unit.end])) for unit in cut]
    stems = [frozenset(word.stem for word in found) for found in own]
    whole = frozenset().union(*stems) if stems else frozenset()
    for at, unit in enumerate(cut):
        near = frozenset().union(*stems[max(0, at - 1) : at], *stems[at + 1 : at + 2])
        lead = _header(passage, unit)
        header = frozenset(word.stem for word in words(lead))
        asked = at > 0 and _asks(passage.text, cut[at - 1])
        leans = asked or (at > 0 and _points_back(cut, own, at))
        above = stems[at - 1] if leans else frozenset()
        after = passage.text[cut[at - 1].start : cut[at - 1].end] if leans else ""
        if _asks(passage.text, unit):
            continue  # what follows it answers, with its words above it
        context = around | header | above | frozenset(word.stem for word in words(unit.heading))
        inside = stems[at] | header if unit.kind == "row" else stems[at] | above if asked else stems[at]
        yield Sentence(passage, rank, unit, lead, own[at], inside, near, context, whole | around | header, after)


def _points_back(cut: Sequence[Unit], own: Sequence[Sequence[Word]], at: int) -> bool:
    """Whether the unit goes on about what the one before speaks of: "They are 6 % of the volume"."""
    follows = cut[at].kind == cut[at - 1].kind == "sentence" and cut[at].heading == cut[at - 1].heading
    opens = [word.folded for word in own[at][:2]]
    return follows and bool(opens) and (opens[0] in _POINTING or (opens[0] == "of" and opens[-1] in _POINTING))


def _asks(text: str, unit: Unit) -> bool:
    """Whether the unit is a question, and nothing but one, that the next one answers."""
    said = text[unit.start : unit.end].rstrip(" *_`")
    return said.endswith("?") and not _MORE.search(said)


def _header(passage: Passage, unit: Unit) -> str:
    """The header row or lead-in; of a table cut in two the columns that the section names ("columns: a | b")."""
    if unit.lead:
        return passage.text[unit.lead[0] : unit.lead[1]]
    return _columns(passage) if unit.kind == "row" else ""


def _columns(passage: Passage) -> str:
    named = passage.section.rpartition(" > ")[2]
    return named.removeprefix(COLUMNS) if named.startswith(COLUMNS) else ""


def _stem_of(doc: str) -> str:
    path = PurePosixPath(doc)
    return " ".join((*path.parts[:-1], path.stem)).replace("_", " ")


def _alike(word: Word, vocabulary: frozenset[str], spelt: Mapping[str, str]) -> dict[str, float]:
    """The stems of the passages that say a word of the question; `spelt` maps their written words to stems."""
    term = word.stem
    if term in vocabulary or term[0].isdigit():
        return {term: 1.0}
    near = {other: NEAR for other in vocabulary if same_stem(term, other)}
    meant = dict.fromkeys(synonyms(term) & vocabulary, ALIKE)
    return near or meant or {spelt[other]: SPELT for other in misspelt(word.folded, spelt)}


def _respelt(question: Question, alike: Mapping[str, Mapping[str, float]], spelt: Mapping[str, str]) -> str:
    """What is sought, with the words of the passages in place of misspelt ones: its meaning is judged by them."""
    text = question.sought
    for term in question.terms:
        if SPELT in alike[term.stem].values() and (near := sorted(misspelt(term.folded, spelt))):
            text = re.sub(rf"\b{re.escape(term.text)}\b", near[0], text)
    return text


def _instead(question: Question, term: str) -> dict[str, float]:
    """What else speaks of the term: one word for a verb of several; of a yes-no question, whose answer may be no,
    the opposite."""
    told = question.instead.get(term, frozenset())
    return dict.fromkeys(told | opposites(term) if question.kind == "yes_no" else told, ALIKE)


def _weights(question: Question, sentences: Sequence[Sentence]) -> dict[str, float]:
    counts = Counter(stem for sentence in sentences for stem in sentence.stems)
    total = len(sentences) or 1
    rarity = {term.stem: math.log(1 + (total + 1) / (counts[term.stem] + 0.5)) for term in question.terms}
    return {term: weight * (IMPLIED if term in question.implied else 1.0) for term, weight in rarity.items()}
