"""Which field is asked: the words left of a question against concepts and an entity's own field names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rag.fields.folding import fold_field
from rag.records.idioms import GLUE, UNIT_WORDS
from rag.records.question import STOP_WORDS, Form, Word, stem
from rag.records.record import Record
from rag.records.vocabulary import Concept, Vocabulary

LONGEST_PHRASE = 7


@dataclass(frozen=True)
class Asked:
    """What is asked and which words said so; `rest` are content words that nothing explains."""

    concept: Concept | None
    field: str | None
    covered: tuple[Word, ...]
    rest: tuple[Word, ...]

    @property
    def label(self) -> str:
        return (self.concept.name if self.concept else self.field or "").replace("_", " ")


def content(words: Iterable[Word], *, also: Collection[str] = ()) -> tuple[Word, ...]:
    """The words that carry meaning: no stop words, none of `also` (stems)."""
    return tuple(word for word in words if word.text not in STOP_WORDS and word.stem not in also)


def asked_concepts(
    runs: Sequence[Sequence[Word]], *, vocabulary: Vocabulary, form: Form, known: Collection[str] = ()
) -> list[Asked]:
    """Every concept that a stretch of free words names, the one that explains most first.

    `runs` are the free words in stretches (parted where an entity stands); `known` are stems that need
    no explanation (the entity's kind noun). Ties go to the longer phrase.
    """
    every = [word for run in runs for word in run]
    found: dict[tuple[str, tuple[int, ...]], tuple[int, Asked]] = {}
    for phrase, words in _phrases(runs):
        for concept in vocabulary.concepts:
            if concept.means(phrase, form) or (not concept.is_relation and concept.means(_stemmed(words), form)):
                asked = _asked(concept, words, every, vocabulary, form, known)
                found[concept.name, tuple(word.start for word in words)] = (len(words), asked)
    ranked = sorted(found.values(), key=lambda item: (len(item[1].rest), -item[0], -_specific(item[1])))
    return [asked for _, asked in ranked]


def _specific(asked: Asked) -> int:
    """A concept of a mapping file comes before one of the lexicon."""
    return int(bool(asked.concept and (asked.concept.rule or asked.concept.derived)))


def _asked(
    concept: Concept,
    words: Sequence[Word],
    every: Sequence[Word],
    vocabulary: Vocabulary,
    form: Form,
    known: Collection[str],
) -> Asked:
    covered = set(words)
    left = [word for word in every if word not in covered]
    for phrase, more in sorted(_phrases([left]), key=lambda item: -len(item[1])):
        if not covered & set(more) and concept.means(phrase, form):
            covered |= set(more)
    glue = GLUE.get(concept.answers, frozenset())
    rest = content((word for word in every if word not in covered and word.text not in glue), also=known)
    if concept.rule is not None and len(words) > 1:
        rest = tuple(word for word in rest if not _same_sort(word, concept, vocabulary, form))
    return Asked(concept, None, tuple(words), rest)


def _same_sort(word: Word, concept: Concept, vocabulary: Vocabulary, form: Form) -> bool:
    """A narrow concept takes in the verb of the general one: "who approves production readiness for beta"."""
    narrow = set(concept.name.split("_"))
    wider = (other for other in vocabulary.concepts if other is not concept and set(other.name.split("_")) <= narrow)
    return any(other.means(word.text, form) for other in wider)


def _stemmed(words: Sequence[Word]) -> str:
    return " ".join(word.stem for word in words)


def _phrases(runs: Sequence[Sequence[Word]]) -> Iterable[tuple[str, list[Word]]]:
    for run in runs:
        for begin in range(len(run)):
            for length in range(min(LONGEST_PHRASE, len(run) - begin), 0, -1):
                words = list(run[begin : begin + length])
                yield " ".join(word.text for word in words), words
    joined = [word for run in runs for word in run]
    if len(runs) > 1:
        boundary = {run[-1] for run in runs if run}
        for begin in range(len(joined)):
            for length in range(min(LONGEST_PHRASE, len(joined) - begin), 1, -1):
                words = joined[begin : begin + length]
                if boundary & set(words[:-1]):
                    yield " ".join(word.text for word in words), words


def asked_fields(words: Sequence[Word], record: Record, *, known: Collection[str] = ()) -> list[Asked]:
    """The record's own fields whose names are among the words, best explained first."""
    found = []
    for field in dict.fromkeys(fold_field(fact.field) for fact in record.facts):
        asked = _own_field(field, words, record, known)
        if asked is not None:
            found.append(asked)
    return sorted(found, key=lambda asked: (len(asked.rest), -len(asked.covered), len(asked.field or "")))


def _own_field(field: str, words: Sequence[Word], record: Record, known: Collection[str]) -> Asked | None:
    """A field is asked when its own words stand in the question; units and the path before may be left out."""
    last = _last_segment(field, record)
    needed = [stem(word) for word in last if word not in UNIT_WORDS] or [stem(word) for word in last]
    spoken = {word.stem for word in words} | {word.text for word in words}
    if not needed or set(needed) <= set(known) or not all(_spoken(part, spoken) for part in needed):
        return None
    mine = {stem(word) for word in field.split()}
    covered = tuple(word for word in words if word.stem in mine or word.text in mine or _nearly(word.stem, mine))
    rest = (word for word in words if word not in covered and word.text not in _REPORTED)
    return Asked(None, field, covered, content(rest, also=known))


_REPORTED = frozenset(
    "report reports reported measured measure reach reached value figure number show shows shown".split()
)


def _last_segment(field: str, record: Record) -> list[str]:
    for fact in record.facts:
        if fold_field(fact.field) == field:
            return fold_field(fact.field.rpartition(".")[2]).split()
    return field.split()


def _spoken(part: str, spoken: Collection[str]) -> bool:
    return part in spoken or _nearly(part, spoken)


def _nearly(part: str, spoken: Collection[str]) -> bool:
    """Typos of longer words count."""
    if len(part) < 6 or not part.isalpha():
        return False
    from rapidfuzz import fuzz

    return any(len(other) > 4 and other[0] == part[0] and fuzz.ratio(part, other) >= 86 for other in spoken)
