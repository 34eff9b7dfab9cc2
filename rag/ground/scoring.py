"""How well each sentence agrees with the question, and where in it a value of the kind asked for stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.ground.candidates import CURRENCIES, Candidate, ValueKind, candidates
from rag.ground.question import Question
from rag.ground.reading import CONTEXT, NEIGHBOUR, Reading, Sentence
from rag.ground.telling import defines, gives_reason
from rag.ground.words import Word, content, stem, words

TYPED = 0.12  # a value of the kind asked for stands in the sentence
UNTYPED = {"sentence": 0.15, "item": 0.15, "heading": 0.3}  # lost by one without any such value, by its kind
TIGHT = 0.10  # its distance to the words asked about, at most
ORDER = 0.10  # question words in the question's order
NAMED = 0.25  # a name or number of the question missing even from the surroundings
DEFINING = 0.25  # the sentence defines what is asked
BECAUSE = 0.10  # the sentence gives a reason, and a reason is asked for
DATA = 0.15  # a line of data, which records answer better
HEADING = 0.05  # a heading rather than a statement
RANK = 0.015  # per place down the retrieval order, ten places at most
PREDICATE = 0.25  # agreement of what a yes-no question asks, found next door only
MANNER = 0.3  # what is left of a verb's weight that only ties the noun asked for to the rest, where it is not said
OTHER_MONTH = 0.15  # a month of the question that neither the sentence nor what stands round it speaks of
SUPERSEDED = 0.6  # a superseded source

CLAUSE = 40
FAR = 120  # characters beyond which a value is not near a word
_PART = re.compile(r"[;:,.](?=\s)|\b(?:and|but|while|whereas)\b")
_JOINED = re.compile(r",?\s(?:and|or)\s(?:the|a|an|his|her|its|our|their)\s([\w-]+)")
_SUMS = re.compile(
    rf"[€$£%]|\b(?:{CURRENCIES}|costs?|prices?|budget|spen[dt]|fees?|amount|rate|share|percent\w*|envelope|expens\w+|per"
    r" cent|pct|invoice|salary|revenue|funding|grant|paid|pay)\b",
    re.I,
)
_PARTS = ("half", "third", "quarter", "once", "twice")
_OF = re.compile(r"\s(?:out )?of\s(?:the\s|all\s)?")
_CLAUSE = re.compile(r"[;:,.](?=\s)")
_OF_VALUE = re.compile(r"\s*(?:of|is|was|are|were|at|=|:)\s*(?:about |around |at (?:least|most) |up to )?")
_PLACED = re.compile(r"\b(?:in|at|near|into|around|outside|inside)\s(?:the\s)?$")
NEAR_ROLE = 0.3  # distance beyond which a role is named for something else


@dataclass(frozen=True)
class Scored:
    """A sentence with its score and the candidate values in it that fit the question, nearest first."""

    sentence: Sentence
    score: float
    fitting: tuple[Candidate, ...]
    distance: float


def score_sentences(reading: Reading, *, people: Sequence[str] = ()) -> list[Scored]:
    """Every sentence with its score, best first; candidates are looked for in the hopeful ones only."""
    rough = sorted(((_agreement(reading, one), one) for one in reading.sentences), key=lambda pair: -pair[0])
    best = rough[0][0] if rough else 0.0
    hopeful = [(score, one) for score, one in rough[:24] if score >= best - 0.45]
    return sorted((_scored(reading, score, one, people) for score, one in hopeful), key=lambda scored: -scored.score)


def strength_around(reading: Reading, sentence: Sentence, term: str) -> float:
    """Agreement of one term: in the sentence itself, in title, headings or header row, or next door.

    Yes or no is said of a predicate, which must stand in the sentence; what it is said of may be named next door.
    """
    beside = PREDICATE if reading.question.kind == "yes_no" and term not in reading.question.named else NEIGHBOUR
    return max(
        reading.strength(term, sentence.stems),
        CONTEXT * reading.strength(term, sentence.context),
        beside * reading.strength(term, sentence.near),
    )


def weights_for(reading: Reading, sentence: Sentence) -> dict[str, float]:
    """The weight of every term; less for a manner of speaking that this sentence does without."""
    spoken = reading.question.spoken
    return {
        term: weight * (MANNER if term in spoken and not strength_around(reading, sentence, term) else 1.0)
        for term, weight in reading.weights.items()
    }


def _agreement(reading: Reading, sentence: Sentence) -> float:
    weights = weights_for(reading, sentence)
    total = sum(weights.values()) or 1.0
    met = sum(weight * strength_around(reading, sentence, term) for term, weight in weights.items())
    around = sentence.stems | sentence.whole
    wanted = reading.question.named
    absent = sum(1 for stem in wanted if reading.strength(stem, around) == 0)
    old = SUPERSEDED if sentence.passage.superseded_by and not _is_named(reading, sentence) else 0.0
    old += OTHER_MONTH * any(not is_of_month(sentence, month) for month in reading.question.months)
    old += {"heading": HEADING, "line": DATA}.get(sentence.unit.kind, 0.0)
    return met / total - NAMED * absent / max(1, len(wanted)) - RANK * min(sentence.rank, 10) - old


def _is_named(reading: Reading, sentence: Sentence) -> bool:
    """Whether the question names the document by its version: then the old one is meant."""
    title = {word.stem for word in words(f"{sentence.passage.title} {sentence.passage.doc}")}
    return any(stem in title for stem in reading.question.numbers)


def is_of_month(sentence: Sentence, month: str) -> bool:
    """Whether the month (its stem) is named in or beside the sentence, above it, or in the document's name or date."""
    if month in sentence.stems | sentence.context | sentence.near:
        return True
    passage = sentence.passage
    told = f"{passage.doc} {passage.title} {passage.section} {passage.updated or ''} {sentence.text} {sentence.header}"
    return month in {word.stem for word in words(told)}


def _scored(reading: Reading, score: float, sentence: Sentence, people: Sequence[str]) -> Scored:
    fitting = fitting_values(reading, sentence, people)
    distance = fitting[0][0] if fitting else 1.0
    typed = TYPED if fitting else -UNTYPED.get(sentence.unit.kind, 0.0) if reading.question.fits else 0.0
    typed += _form(reading, sentence)
    bonus = typed + TIGHT * (1 - distance) + ORDER * in_order(reading.question, sentence)
    return Scored(sentence, score + bonus, tuple(value for _, value in fitting), distance)


def _form(reading: Reading, sentence: Sentence) -> float:
    """What the form of the sentence earns for a question of this kind."""
    match reading.question.kind:
        case "definition":
            return DEFINING * defines(reading, sentence)
        case "reason":
            return BECAUSE * gives_reason(sentence.text) - DEFINING * defines(reading, sentence)
        case _:
            return 0.0


def fitting_values(reading: Reading, sentence: Sentence, people: Sequence[str]) -> list[tuple[float, Candidate]]:
    """Values of the kinds that can answer, not already in the question, with their distance (0 near, 1 far)."""
    kinds = reading.question.fits
    if reading.question.counts:
        kinds = ("number", "percent")  # "how many" things is no span of time and no sum
    if kinds[:1] in (("money",), ("percent",)) and not _labels_money(sentence):
        kinds = kinds[:1]  # only a header can make a bare number a sum or a share
    if not kinds:
        return []
    asked = {term.stem for term in reading.question.terms}
    found = []
    for value in _parts_of_wholes(sentence.text, candidates(sentence.text, people=people), kinds):
        if value.kind not in kinds or _is_other(reading, sentence, value):
            continue
        if not {word.stem for word in words(value.text)} <= asked:
            found.append((_distance(reading, sentence, value) + 0.1 * kinds.index(value.kind), value))
    return sorted(found, key=lambda pair: pair[0])


def _parts_of_wholes(text: str, found: Sequence[Candidate], kinds: Sequence[ValueKind]) -> list[Candidate]:
    """The values, of "41 of 388 slots" only the 41: it counts what the whole is counted in."""
    wholes = {
        whole.start: part
        for part in found
        for whole in found
        if part.kind == "number" and _OF.fullmatch(text, part.end, whole.start) and whole.kind in ("number", "duration")
    }
    kept = [value for value in found if value.start not in wholes]
    if "duration" in kinds and "number" not in kinds:  # "on how many days": 19 of 30 days
        kept += [part._replace(kind="duration") for part in wholes.values()]
    return kept


def _labels_money(sentence: Sentence) -> bool:
    """Whether the header of a row, or the key of a data line, names a sum or a share."""
    if sentence.unit.kind not in ("row", "line"):
        return False
    label = f"{sentence.header} {sentence.unit.heading} {sentence.text if sentence.unit.kind == 'line' else ''}"
    return bool(_SUMS.search(label.replace("_", " ")))


def _is_other(reading: Reading, sentence: Sentence, value: Candidate) -> bool:
    """Whether a value of the right kind is no answer: a person beside the one asked for, a part for a count."""
    if reading.question.kind == "person":
        if value.kind == "name" and _PLACED.search(sentence.text, 0, value.start):
            return True
        if value.kind == "role" and not sentence.after and _distance(reading, sentence, value) > NEAR_ROLE:
            return True
        return _beside_the_asked(reading, sentence, value)
    return reading.question.counts and value.text.lower() in _PARTS


def _beside_the_asked(reading: Reading, sentence: Sentence, value: Candidate) -> bool:
    """Whether the person is named along with whom the question asks for: "Ada Moss and the head of IT"."""
    joined = _JOINED.match(sentence.text, value.end)
    if joined is None:
        return False
    return any(stem(joined.group(1).lower()) in alike for alike in reading.alike.values())


def _distance(reading: Reading, sentence: Sentence, value: Candidate) -> float:
    """0 when the value measures the noun asked for ("61,240 customers"), else how far the words asked about stand."""
    focus = [stem for stem in reading.question.focus if stem in reading.alike]
    if focus and (
        measures(sentence, value, reading.alike[focus[-1]]) or _labels(sentence, value, reading.alike[focus[-1]])
    ):
        return 0.0
    gaps = [
        (reading.weights[term], _gap(sentence, value, alike))
        for term, alike in reading.alike.items()
        if not sentence.stems.isdisjoint(alike)
    ]
    total = sum(weight for weight, _ in gaps)
    if not total:
        return 1.0
    return (0.1 + 0.9 * sum(weight * gap for weight, gap in gaps) / total) * (
        1 - _labelled(reading, sentence, value) / 2
    )


def _labelled(reading: Reading, sentence: Sentence, value: Candidate) -> float:
    """How far the words beside a value are the question's: "the GPU variant EUR 1", "2 for high risk"."""
    if value.kind in ("person", "name"):
        return 0.0
    breaks = [match.span() for match in _PART.finditer(sentence.text)]
    start = max((end for _, end in breaks if end <= value.start), default=0)
    stop = min((left for left, _ in breaks if left >= value.end), default=len(sentence.text))
    before = content(word for word in sentence.words if start <= word.start and word.end <= value.start)[-3:]
    after = content(word for word in sentence.words if value.end <= word.start and word.end <= stop)[:3]
    if not after:
        return _asked_share(reading, before)
    return (2 * _asked_share(reading, before) + _asked_share(reading, after)) / 3


def _asked_share(reading: Reading, found: Sequence[Word]) -> float:
    met = sum(any(word.stem in alike for alike in reading.alike.values()) for word in found)
    return met / len(found) if found else 0.0


def measures(sentence: Sentence, value: Candidate, noun: Mapping[str, float]) -> bool:
    """Whether one of these stems stands within three words after the value, in the same clause, or inside it."""
    stop = _CLAUSE.search(sentence.text, value.end)
    limit = stop.start() if stop else len(sentence.text)
    reach = len(words(value.text)) + (5 if _OF.match(sentence.text, value.end) else 3)
    after = [word.stem for word in sentence.words if value.start < word.end <= limit][:reach]
    return any(stem in noun for stem in after)


def _labels(sentence: Sentence, value: Candidate, noun: Mapping[str, float]) -> bool:
    """Whether the noun stands right before the value: "a rate of 97 %", "limit: 60"."""
    before = [word for word in sentence.words if word.end <= value.start][-4:]
    return any(word.stem in noun and _OF_VALUE.fullmatch(sentence.text, word.end, value.start) for word in before)


def _gap(sentence: Sentence, value: Candidate, alike: Mapping[str, float]) -> float:
    """Distance of the value to the nearest of some stems, 0 to 1; a clause between counts as 40 characters."""
    spans = [word for word in sentence.words if word.stem in alike and not value.start <= word.start < value.end]
    gaps = []
    for word in spans:
        left, right = (word.end, value.start) if word.start < value.start else (value.end, word.start)
        gaps.append(max(0, right - left) + CLAUSE * len(_CLAUSE.findall(sentence.text, left, right)))
    return min(1.0, min(gaps, default=FAR) / FAR)


def in_order(question: Question, sentence: Sentence) -> float:
    """Share of neighbouring question terms that stand in the sentence in the same order within five words."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(sentence.words):
        places.setdefault(word.stem, []).append(at)
    pairs = list(zip(question.terms, question.terms[1:], strict=False))
    met = sum(
        any(0 < right - left <= 5 for left in places.get(a.stem, ()) for right in places.get(b.stem, ()))
        for a, b in pairs
    )
    return met / len(pairs) if pairs else 0.0
