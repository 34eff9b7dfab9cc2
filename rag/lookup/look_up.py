"""The front door of open look-up: passages tell which documents may hold the fact, the facts answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from rag.lookup.asked import Asked, prepare
from rag.lookup.choose import Choice, choose
from rag.lookup.explain import Explained, explain_row, weigh
from rag.lookup.fitting import People, persons, shown
from rag.lookup.rows import Row, rows_of
from rag.model import Answer, Audience, Citation, CitedFact, Entity, NoAnswer, Passage
from rag.store.documents import readable_access_ids
from rag.store.lookup import documents_named, read_shelf

ANSWER_AT = 0.5
"""Confidence from which a fact is given as the answer."""

NAMED = 8
"""Documents looked into because of their names alone."""

NAMED_READ = 400
"""Names read to choose those from."""

_SENTENCES = ("reason", "manner", "definition", "yes_no", "list")


def look_up(
    question: str,
    *,
    session: Session,
    passages: Sequence[Passage],
    audience: Audience,
    today: date,
    topic: str = "",
    names: Sequence[str] = (),
    people: Sequence[Entity] = (),
    answer_at: float = ANSWER_AT,
) -> Answer | NoAnswer:
    """Answer from the facts of the documents that the passages are from, as far as the audience may read them.

    `topic` is the question before in the thread, `names` the entities of its answer; both are empty for a question
    that stands alone. `people` are those whom an id or a first name may mean. The route is always "records".
    """
    asked = prepare(question, topic=topic, names=names, today=today)
    if asked.kind in _SENTENCES or not asked.terms:
        return NoAnswer("This asks for a sentence, not for a recorded value.", route="records")
    access_ids = readable_access_ids(session, audience)
    near = [*(one.document_id for one in passages), *_named_documents(session, asked, access_ids)]
    contents = read_shelf(session, list(dict.fromkeys(near)), access_ids)
    known = People(people)
    found = judged(rows_of(contents), asked, people=known, folders=contents.projects)
    choice = choose(found, asked, people=known)
    if choice is None or choice.confidence < answer_at:
        sure = choice.confidence if choice else 0.0
        return NoAnswer("No recorded fact answers this.", route="records", confidence=sure)
    return _answer(choice, asked, known)


def _named_documents(session: Session, asked: Asked, access_ids: frozenset[int]) -> list[int]:
    """Documents named after the question's words, those with most of them first: a rota is seldom found by its text."""
    words = [term.folded for term in asked.terms if len(term.folded) >= 3 and term.share > 0.3]
    found = documents_named(session, words, access_ids, limit=NAMED_READ)
    counts = {word: sum(word in f"{path} {title}".lower() for _, path, title in found) for word in words}
    scored = [
        (sum(1 / counts[word] for word in words if word in f"{path} {title}".lower()), -number)
        for number, path, title in found
    ]
    return [-number for score, number in sorted(scored, reverse=True)[:NAMED]]


def judged(rows: Sequence[Row], asked: Asked, *, people: People, folders: frozenset[str]) -> list[Explained]:
    """Every cell of the rows with how well it explains the question."""
    weighing = weigh(asked, rows)
    return [one for row in rows for one in explain_row(row, weighing, people=people, folders=folders)]


def _answer(choice: Choice, asked: Asked, people: People) -> Answer:
    cited = [*choice.cells, *_seconded(choice)]
    citations = tuple(_citation(n, one) for n, one in enumerate(cited, 1))
    return Answer(
        text=_text(choice, asked, people),
        values=_values(choice, asked, people),
        citations=citations,
        facts=tuple(_fact(one) for one in cited),
        route="records",
        confidence=choice.confidence,
    )


def _seconded(choice: Choice) -> list[Explained]:
    """One more document that says the same, when it explains the question as well."""
    if len(choice.cells) > 1:
        return []
    best = choice.cells[0]
    return [
        one for one in choice.also if one.row.document.id != best.row.document.id and one.score >= 0.8 * best.score
    ][:1]


def _values(choice: Choice, asked: Asked, people: People) -> tuple[str, ...]:
    found: list[str] = []
    for one in choice.cells:
        value = one.cell.fact.value
        found += persons(value, people=people) if asked.kind == "person" else [shown(value, asked.kind, people=people)]
    return tuple(dict.fromkeys(found))


def _text(choice: Choice, asked: Asked, people: People) -> str:
    said = [f"{_subject(one)}: {one.cell.name} is {_said(one, asked, people)}" for one in choice.cells]
    if len(said) == 1:
        marks = "".join(f" [{n}]" for n in range(1, 2 + len(_seconded(choice))))
        return f"{said[0]}{marks}."
    lines = [
        f"{one.row.document.title} ({one.row.document.updated}): {text} [{n}]."
        for n, (one, text) in enumerate(zip(choice.cells, said, strict=True), 1)
    ]
    return "\n".join(["Current sources differ.", *lines])


def _said(one: Explained, asked: Asked, people: People) -> str:
    return shown(one.cell.fact.value, asked.kind, people=people)


def _subject(one: Explained) -> str:
    return one.row.label or one.row.document.title


def _citation(n: int, one: Explained) -> Citation:
    document, fact = one.row.document, one.cell.fact
    quote = document.text[fact.start : fact.end]
    return Citation(n, document.path, document.title, one.row.heading, quote, document.updated)


def _fact(one: Explained) -> CitedFact:
    fact = one.cell.fact
    return CitedFact(_subject(one), fact.field, fact.value, one.row.document.path, fact.line)
