"""Quoted answers by the kind of question: reasons, definitions, yes or no, counts, people, dates."""

import pytest

from rag.answer import answer_from_passages
from rag.ground.support import row_supports
from rag.model import Answer, NoAnswer, Passage

ROUTES = """# Ferry routes

The north route was closed in spring because the pier at Aldwick is unsafe. The south route was closed in autumn.
Marta Lund took over the timetable.
"""
TERMS = """# Terms

The layby time was exceeded twice in June, and layby time is discussed again.

- **Layby time** - the minutes a ferry waits at the pier.
- **Headway** - the time between two ferries.
"""
CREW = """# Crew

Two people hold the keys of the depot: Marta Lund and the harbour master.

| vessel | berths | crew |
|---|---|---|
| Petrel | 12 | 4 |
| Fulmar | 30 | 7 |
"""


def passage(text: str, doc: str = "notes.md", *, title: str = "", updated: str = "2026-06-01") -> Passage:
    return Passage(1, 1, doc, title or doc, "", text, 1, updated, None, 1.0)


def ask(question: str, *texts: str) -> Answer | NoAnswer:
    return answer_from_passages(question, [passage(text, f"notes-{at}.md") for at, text in enumerate(texts)])


def test_a_why_is_answered_where_the_reason_stands() -> None:
    found = ask("why was the north route closed?", ROUTES)
    assert isinstance(found, Answer)
    assert "because the pier at Aldwick is unsafe" in found.citations[0].quote


def test_a_why_is_not_answered_by_saying_again_that_it_happened() -> None:
    stated = "The south route was closed in autumn. Marta Lund took over the timetable."
    assert isinstance(ask("why was the south route closed?", stated), NoAnswer)


def test_a_definition_is_preferred_to_a_sentence_that_uses_the_term() -> None:
    found = ask("what is layby time?", TERMS)
    assert isinstance(found, Answer)
    assert "the minutes a ferry waits" in found.citations[0].quote


@pytest.mark.parametrize(
    ("question", "source", "value"),
    [
        ("Is the bridge open to lorries?", "The bridge is closed to lorries until May.", "no"),
        ("Is parking allowed on Mill Lane?", "Parking is forbidden on Mill Lane at all times.", "no"),
        ("Are cyclists excluded from the tunnel?", "Cyclists are excluded from it, not from the ramp.", "yes"),
        ("Does the library lend tools?", "The library no longer lends tools.", "no"),
        ("Does the ferry run without a conductor?", "The ferry runs without a conductor.", "yes"),
        ("Does the ferry run without a conductor?", "The ferry never runs without a conductor.", "no"),
        ("Can a driver change the route?", "No. A driver can change the speed; the route of the bus stays.", "no"),
    ],
)
def test_yes_or_no_follows_the_clause_that_speaks_of_it(question: str, source: str, value: str) -> None:
    found = answer_from_passages(question, [passage(source)], answer_at=0.0)
    assert isinstance(found, Answer)
    assert found.values == (value,)


def test_a_person_named_beside_the_one_asked_for_is_no_answer() -> None:
    found = ask("who is the harbour master?", CREW)
    assert isinstance(found, NoAnswer) or "Marta Lund" not in found.values


def test_how_many_is_answered_by_a_number_of_those_things_only() -> None:
    assert isinstance(ask("how many passengers did the Petrel carry?", CREW), NoAnswer)
    found = ask("how many berths does the Petrel have?", CREW)
    assert isinstance(found, Answer)
    assert found.values == ("12",)


def test_a_month_of_the_question_must_be_that_of_the_sentence() -> None:
    counted = "The ferries carried 4,120 passengers in May."
    assert isinstance(ask("how many passengers did the ferries carry in May?", counted), Answer)
    assert isinstance(ask("how many passengers did the ferries carry in October?", counted), NoAnswer)


def test_another_thing_with_another_date_is_no_contradiction() -> None:
    found = ask(
        "when does Aldwick go live?",
        "Aldwick goes live on 6 July 2026.",
        "Aldwick and its staff are ready. Corran went live on 2 February 2026.",
    )
    assert isinstance(found, Answer)
    assert found.values == ("6 July 2026",)


def test_a_verb_of_several_words_finds_the_one_word_that_says_the_same() -> None:
    found = ask("when does the berth licence run out?", "The berth licence expires on 30 April 2027.")
    assert isinstance(found, Answer)
    assert found.values == ("30 April 2027",)


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("Petrel: berths 12, crew 4", True),
        ("Petrel: berths 12, crew 5", False),
        ("Petrel: not berths 12, crew 4", False),
    ],
)
def test_a_row_in_words_says_nothing_that_the_row_and_its_header_do_not(said: str, stands: bool) -> None:
    assert row_supports(said, "| Petrel | 12 | 4 |", header="| vessel | berths | crew |") is stands
