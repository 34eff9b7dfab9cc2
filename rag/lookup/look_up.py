"""The front door of open look-up: passages tell which documents may hold the fact, the facts answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.ground.phrases import months_spelt
from rag.lookup.asked import Asked, prepare
from rag.lookup.choose import Choice, choose
from rag.lookup.explain import Explained, Weighing, explain_row, weigh
from rag.lookup.fitting import People, persons, shown
from rag.lookup.rows import Row, rows_of
from rag.lookup.sentences import plain_value, sentence_rows
from rag.lookup.standing import project_fit
from rag.lookup.tables import Register, find_register
from rag.lookup.verdict import verdict
from rag.model import Answer, Audience, Citation, CitedFact, Entity, NoAnswer, Passage
from rag.store.documents import readable_access_ids
from rag.store.lookup import documents_named, read_shelf
from rag.store.session import Session

ANSWER_AT = 0.5
"""Confidence from which a fact is given as the answer."""

NAMED = 8
"""Documents looked into because of their names alone."""

NAMED_READ = 400
"""Names read to choose those from."""

_SENTENCES = ("reason", "manner", "definition")


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
    asked = prepare(months_spelt(question), topic=topic, names=names, today=today)
    if asked.kind in _SENTENCES or not asked.terms:
        return NoAnswer("This asks for a sentence, not for a recorded value.", route="records")
    access_ids = readable_access_ids(session, audience)
    near = [*(one.document_id for one in passages), *_named_documents(session, asked, access_ids)]
    contents = read_shelf(session, list(dict.fromkeys(near)), access_ids)
    known, rows = People(people), rows_of(contents)
    weighing = weigh(asked, rows)
    found = [] if asked.kind == "list" else judged(rows, weighing, people=known, folders=contents.projects)
    choice = choose(found, asked, people=known)
    if choice is not None and asked.kind in ("person", "date") and choice.confidence >= answer_at:
        sentences = list(sentence_rows(passages, contents, first=len(rows)))
        told = judged(sentences, weighing, people=known, folders=contents.projects)
        choice = choose(found, asked, people=known, told=told)
    others = frozenset(row.document.id for row in rows if project_fit(row, asked, contents.projects) < 1)
    register = find_register(rows, weighing, others=others)
    if register is not None and register.confidence >= max(answer_at, choice.confidence if choice else 0.0):
        return answer_of_register(register)
    if choice is not None and asked.kind == "yes_no" and verdict(choice.cells[0].cell, asked) is None:
        choice = None
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


def judged(rows: Sequence[Row], weighing: Weighing, *, people: People, folders: frozenset[str]) -> list[Explained]:
    """Every cell of the rows with how well it explains the question."""
    return [one for row in rows for one in explain_row(row, weighing, people=people, folders=folders)]


def answer_of_register(register: Register) -> Answer:
    """What the rows give, or their names; every row is quoted."""
    citations = tuple(_row_citation(n, row) for n, row in enumerate(register.rows, 1))
    listed = ", ".join(f"{row.name} [{n}]" for n, row in enumerate(register.rows, 1))
    title = register.rows[0].document.title
    match register.doing:
        case "count":
            text = f"{len(register.rows)} of {register.all} in {title}: {listed}."
        case "list":
            text = f"{title}: {listed}."
        case "sum":
            text = f"{register.values[0]} in total, by {title}: {listed}."
        case _:
            text = f"{', '.join(register.values)}, by {title}: {listed}."
    facts = tuple(_row_fact(row) for row in register.rows)
    return Answer(text, register.values, citations, facts, route="records", confidence=register.confidence)


def _row_citation(n: int, row: Row) -> Citation:
    document, first = row.document, row.cells[0].fact
    quote = document.text[first.start : first.end]
    return Citation(n, document.path, document.title, row.heading, quote, document.updated)


def _row_fact(row: Row) -> CitedFact:
    first = row.cells[0].fact
    return CitedFact(row.name, first.field, first.value, row.document.path, first.line)


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
    if asked.kind == "yes_no":
        return verdict(choice.cells[0].cell, asked) or ()
    found: list[str] = []
    for one in choice.cells:
        said = _said(one, asked, people)
        found += persons(said, people=people) if asked.kind == "person" else [said]
    return tuple(dict.fromkeys(found))


def _text(choice: Choice, asked: Asked, people: People) -> str:
    said = [_told(one, asked, people) for one in choice.cells]
    if len(said) == 1:
        marks = "".join(f" [{n}]" for n in range(1, 2 + len(_seconded(choice))))
        return f"{said[0]}{marks}."
    lines = [
        f"{one.row.document.title} ({one.row.document.updated}): {text} [{n}]."
        for n, (one, text) in enumerate(zip(choice.cells, said, strict=True), 1)
    ]
    return "\n".join(["Current sources differ.", *lines])


def _told(one: Explained, asked: Asked, people: People) -> str:
    if not one.cell.name:
        return " ".join(one.cell.fact.value.split()).rstrip(".")
    return f"{_subject(one)}: {one.cell.name} is {_said(one, asked, people)}"


def _said(one: Explained, asked: Asked, people: People) -> str:
    value = one.cell.fact.value
    stated = plain_value(value, asked.kind, people=people) if one.cell.is_sentence else None
    return stated or shown(value, asked.kind, people=people)


def _subject(one: Explained) -> str:
    return one.row.label or one.row.document.title


def _citation(n: int, one: Explained) -> Citation:
    document, fact = one.row.document, one.cell.fact
    quote = document.text[fact.start : fact.end]
    return Citation(n, document.path, document.title, one.row.heading, quote, document.updated)


def _fact(one: Explained) -> CitedFact:
    fact = one.cell.fact
    return CitedFact(_subject(one), fact.field, fact.value, one.row.document.path, fact.line)
