"""The short value a question asks for, copied from the chosen sentence; none when the sentence is the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ground.candidates import Candidate, candidates
from rag.ground.cells import answering_cells, asked_pair, is_data, plain, row_of
from rag.ground.features import is_contrary
from rag.ground.reading import Reading, Sentence
from rag.ground.scoring import Scored
from rag.ground.synonyms import ALIKE
from rag.ground.words import Word, is_negation, word_set, words

_UNMET = word_set(
    "open missing failed fails rejected pending outstanding overdue todo draft unsigned blocked stopped dropped "
    "incomplete breached expired revoked late unfinished awaiting waiting"
)
_AND = re.compile(r"\s*(?:\([^()]{1,40}\)\s*)?(?:,|and|&|or|, and)\s+")
_ENUMERATION = re.compile(
    r"(?:^|[:;]\s|\b(?:are|include|in|for|of|from|were|is)\s)"
    r"((?:[^,:;.()]{2,40}, )+[^,:;.()]{2,40}?,? (?:and|or) [^,:;.()]{2,40})"
)
_MEMBERS = re.compile(r",\s+(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
ITEM_WORDS = 4  # of a member of an enumeration, at most
_LINK = re.compile(r"\W*(?:(?:it|that|this|which|now)\s)?(?:of|is|was|are|were|at|by|on|until|stands at|stood at)?\W*")
_STATES = re.compile(
    r"[^,;:]*\b(?:is|was|are|were|stands? at|stood at|reache[sd]|amounts? to|put at)\s+"
    r"(?:about |around |roughly |some |only |now |at (?:least|most) |up to )?$"
)
_CLAUSE = re.compile(r"[;,](?=\s)|\.\s|\s[-–—]\s|\b(?:but|while|whereas|although)\b")
_YES_NO = re.compile(r"[\W_]*(yes|no)\b\s*[.,:;!–—-]", re.I)
_SHORT_KINDS = ("money", "percent", "number", "duration", "date", "identifier")
_SENTENCE_KINDS = ("reason", "manner")


def values_of(
    reading: Reading, best: Scored, *, people: Sequence[str] = (), shown: Sequence[Sentence] = ()
) -> tuple[str, ...]:
    """The values asked for, verbatim. `shown` are the sentences of the answer: a list question takes one from each."""
    question = reading.question
    if question.kind == "definition":
        return _after_label(reading, best.sentence)
    if question.kind in _SENTENCE_KINDS:
        return ()
    if question.kind == "yes_no":
        return yes_or_no(reading, best.sentence)
    if (
        question.kind == "list"
        and best.sentence.unit.kind in ("sentence", "line")
        and (told := enumerated(best.sentence))
    ):
        return told
    if question.kind == "list" and len(shown) > 1:
        return tuple(dict.fromkeys(item_value(one) for one in shown))
    if any(one.text.startswith("[ ]") for one in shown[1:]) and best.sentence.unit.kind == "heading":
        return tuple(item_value(one) for one in shown[1:])
    if best.sentence.unit.kind == "row":
        return _from_row(reading, best, people)
    if is_data(best.sentence) and question.kind != "list":
        return _from_data(reading, best, people)
    return _from_sentence(reading, best)


def enumerated(sentence: Sentence) -> tuple[str, ...]:
    """The members of "a, b and c" in a sentence; none where it enumerates nothing or more than once."""
    found = _ENUMERATION.findall(plain(sentence.text))
    if len(found) != 1:
        return ()
    members = [part.strip() for part in _MEMBERS.split(found[0]) if part.strip()]
    return tuple(members) if all(len(member.split()) <= ITEM_WORDS for member in members) else ()


def item_value(sentence: Sentence) -> str:
    """What a list item or row names: the first cell, or the item's own words up to its explanation."""
    if sentence.unit.kind == "row":
        return row_of(sentence).cells[0]
    text = plain(re.sub(r"^\[[ xX]\]\s+", "", sentence.text))
    return re.split(r"\s+[-–—]\s+|:\s+|\.$", text, maxsplit=1)[0]


def yes_or_no(reading: Reading, best: Sentence) -> tuple[str, ...]:
    """("yes",) or ("no",): by the tick, by the word it opens with, else by the polarity of sentence and question."""
    ticked = re.match(r"\[([ xX])\]", best.text)
    if ticked:
        return ("yes",) if ticked.group(1) != " " else ("no",)
    if plain_word := _YES_NO.match(best.text):
        return (plain_word.group(1).lower(),)
    asked = {term.folded for term in reading.question.terms}
    said = _saying_it(reading, best)
    denied, doubted = _negations(said), _negations(words(reading.question.text))
    unmet = any(word.folded in _UNMET and word.folded not in asked for word in best.words)
    against = (bool(denied - doubted) or unmet) != is_contrary(reading, said)
    return ("no",) if against != bool(doubted - denied) else ("yes",)


def _negations(found: Sequence[Word]) -> set[str]:
    return {word.folded for word in found if is_negation(word.folded)}


def _saying_it(reading: Reading, best: Sentence) -> list[Word]:
    """The words of the clauses that share with the question more than names; all words when none does."""
    asked = {
        stem
        for term, alike in reading.alike.items()
        if term not in reading.question.named
        for stem, power in alike.items()
        if power >= ALIKE
    }
    ends = [match.start() for match in _CLAUSE.finditer(best.text)] + [len(best.text)]
    clauses = [
        [word for word in best.words if left <= word.start < right]
        for left, right in zip([0, *ends], ends, strict=False)
    ]
    said = [word for clause in clauses if any(word.stem in asked for word in clause) for word in clause]
    return said or list(best.words)


def _from_data(reading: Reading, best: Scored, people: Sequence[str]) -> tuple[str, ...]:
    value = asked_pair(reading, best.sentence.text)
    if value is None or (reading.question.fits and not _fits(reading, value, people)):
        return _from_sentence(reading, best)
    return (_short(value, reading, people),)


def _fits(reading: Reading, value: str, people: Sequence[str]) -> bool:
    return any(found.kind in reading.question.fits for found in candidates(value, people=people))


def _from_row(reading: Reading, best: Scored, people: Sequence[str]) -> tuple[str, ...]:
    cells = answering_cells(reading, row_of(best.sentence))
    kinds = reading.question.fits
    fitting = [cell for cell in cells if _fits(reading, cell, people)]
    chosen = fitting[:1] or (list(cells[:1]) if not kinds or reading.question.kind == "identifier" else [])
    return tuple(_short(cell, reading, people) for cell in chosen)


def _short(cell: str, reading: Reading, people: Sequence[str]) -> str:
    """The fitting value inside a long cell, else the cell."""
    if len(cell.split()) <= 4:
        return cell
    kinds = reading.question.fits
    inside = [value for value in candidates(cell, people=people) if value.kind in kinds]
    inside.sort(key=lambda value: (kinds.index(value.kind), value.start))
    return plain(inside[0].text) if inside else cell


def _from_sentence(reading: Reading, best: Scored) -> tuple[str, ...]:
    if not best.fitting:
        return _after_label(reading, best.sentence)
    nearest = best.fitting[0]
    if reading.question.kind != "person":
        return (plain(nearest.text),)
    return tuple(plain(value.text) for value in _joined(best, nearest))


def _after_label(reading: Reading, best: Sentence) -> tuple[str, ...]:
    """For "Label: value", "label of value" and "the label of something was value": the number, sum or date given."""
    if reading.question.kind not in ("thing", "definition"):
        return ()
    asked = [word for word in best.words if any(word.stem in alike for alike in reading.alike.values())]
    for value in candidates(best.text):
        before = [word for word in asked if word.end <= value.start]
        if value.kind not in _SHORT_KINDS or not before:
            continue
        said = all(any(word.stem in alike for word in before) for alike in reading.alike.values())
        link = _LINK.fullmatch(best.text, before[-1].end, value.start)
        if link or (said and _STATES.match(best.text, before[-1].end, value.start)):
            return (plain(value.text),)
    return ()


def _joined(best: Scored, nearest: Candidate) -> list[Candidate]:
    """The nearest person and those joined to him by a comma or "and"."""
    text = best.sentence.text
    ordered = sorted(_widest(best.fitting), key=lambda value: value.start)
    at = next((i for i, value in enumerate(ordered) if value.start <= nearest.start < value.end), 0)
    left, right = at, at
    while left > 0 and _AND.fullmatch(text[ordered[left - 1].end : ordered[left].start]):
        left -= 1
    while right + 1 < len(ordered) and _AND.fullmatch(text[ordered[right].end : ordered[right + 1].start]):
        right += 1
    return ordered[left : right + 1]


def _widest(found: Sequence[Candidate]) -> list[Candidate]:
    """Candidates that do not lie inside another; of equal ones the first."""
    kept: list[Candidate] = []
    for value in sorted(found, key=lambda one: one.start - one.end):
        if not any(one.start <= value.start and value.end <= one.end for one in kept):
            kept.append(value)
    return kept
