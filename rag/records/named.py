"""Questions about things that are named: one, a pair, or several one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rag.fields.folding import fold
from rag.model import Answer, Citation, CitedFact
from rag.records.asking import Asking, NotUnderstood
from rag.records.gate import answer_gate
from rag.records.link import Link, Links
from rag.records.question import Question
from rag.records.shape import Shape, shape_of
from rag.records.single import Result, answer_single
from rag.records.subject import Named, Subjects, subjects_of
from rag.records.yesno import answer_pair, answer_yes_no


def answer_whole(asking: Asking, subjects: Subjects, found: Result) -> Result:
    """A part's name may be a field of the whole instead: "the envelope of gpu-platform"."""
    weak = [named.link for named in subjects.named if named.link.weak]
    outer = [link for link in subjects.around if link not in weak]
    if not weak or len(weak) != len(subjects.named) or not outer:
        return found
    whole = subjects_of(Links(tuple(outer)), reader=asking.reader)
    other = answer_named(asking, whole, shape_of(asking.question, whole.links))
    return found if isinstance(other, NotUnderstood) else other


def answer_named(asking: Asking, subjects: Subjects, shape: Shape) -> Result:
    if asking.question.form == "yes_no" and len(subjects.named) == 2:
        first, second = subjects.named
        paired = answer_pair(asking, first.records[0], second.records[0], shape)
        if paired is not None:
            return paired
    if len(subjects.named) > 1 and _enumerated(asking.question, subjects.links):
        return _each(asking, subjects, shape)
    if len(subjects.named) > 1:
        return NotUnderstood("several things are named")
    return answer_one(asking, subjects.named[0], shape)


def answer_one(asking: Asking, named: Named, shape: Shape, *, confidence: float = 1.0) -> Result:
    gate = next((found for record in named.records if (found := answer_gate(asking, record, shape))), None)
    if gate is not None:
        return gate
    if asking.question.form == "yes_no":
        verdicts = (answer_yes_no(asking, record, shape) for record in named.records)
        said = next((verdict for verdict in verdicts if verdict is not None), None)
        if said is not None:
            return said
        return NotUnderstood("no yes or no question of a record")
    return answer_single(asking, named.records, shape, confidence=confidence)


def _enumerated(question: Question, links: Sequence[Link]) -> bool:
    """ "PEP 1, PEP 2 and PEP 3" """
    gaps = [question.text[one.end : other.start] for one, other in pairwise(links)]
    return all(fold(gap) in ("", "and", "or", "of", "and of") for gap in gaps)


def _each(asking: Asking, subjects: Subjects, shape: Shape) -> Result:
    results = [answer_single(asking, named.records, shape) for named in subjects.named]
    answers = [result for result in results if isinstance(result, Answer)]
    if len(answers) != len(results):
        return next(result for result in results if not isinstance(result, Answer))
    return joined_answers(answers)


def joined_answers(answers: Sequence[Answer]) -> Answer:
    """Answers one after the other, citations numbered through."""
    text: list[str] = []
    citations: list[Citation] = []
    facts: list[CitedFact] = []
    for found in answers:
        offset = len(citations)
        shown = found.text
        for citation in reversed(found.citations):
            shown = shown.replace(f"[{citation.n}]", f"[{citation.n + offset}]")
        text.append(shown)
        citations += [replace(citation, n=citation.n + offset) for citation in found.citations]
        facts += found.facts
    values = dict.fromkeys(value for found in answers for value in found.values)
    return Answer(" ".join(text), tuple(values), tuple(citations), tuple(dict.fromkeys(facts)), "records")
