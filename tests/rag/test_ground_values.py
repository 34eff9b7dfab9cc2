"""Values as people write them in notes: lower-case months, numbers in words, people by first name, roles."""

from __future__ import annotations

import pytest

from rag.answer import answer_from_passages
from rag.ground.candidates import ValueKind, candidates
from rag.ground.question import AnswerKind, read_question
from rag.ground.words import words
from rag.model import Answer, NoAnswer, Passage

NOTES = """Weekly, 5 May 2026
nora, idris and bela

- the buoy parts arrive on 14 may
- nora takes over the tide model
- Bela: the harbour crane needs a new cable
"""
WHOLE = "The tide model was written by Idris Holm and Nora Vance for the port."
MOORINGS = """# Moorings

Twelve berths were rebuilt. The harbour board approves every new mooring. A new mooring costs NOK 41,000.
Private boats are allowed too. They are 6 % of the traffic.

**Can a boat stay over winter?** No. The quay is closed from November.

The licence fee is NOK 300.
"""
PUMPS = """# Pumps

Two pumps were bought from Vestre Marine for NOK 9,000 each. In 2025 they gave 48 alarms. Of these 31 led to a visit.
They run in two halls. The third hall is empty. We accept a leak rate of 4 % over three hours.
Before, twelve divers inspected about 200 hulls a year. The barge is moored in Tromso.

We do not paint the hulls in autumn. The paint for hulls does not dry below ten degrees.
The south slip was closed. Nora Vance took over the rota.
The north slip is too short for the barge, so it is not used. The radio was down, since the mast had been hit.
"""


def passage(text: str, doc: str) -> Passage:
    return Passage(1, 1, doc, doc, "", text, 1, "2026-06-01", None, 1.0)


def ask(question: str, *texts: str) -> Answer | NoAnswer:
    return answer_from_passages(question, [passage(text, f"notes-{at}.md") for at, text in enumerate(texts)])


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("they come on 30 october", "date", "30 october"),
        ("the crews can drive eighty visits", "number", "eighty"),
        ("Two gearboxes failed", "number", "Two"),
        ("it costs NOK 2.6 million", "money", "NOK 2.6 million"),
        ("they cost 400 kroner a day", "money", "400 kroner"),
        ("approved by the model risk committee.", "role", "model risk committee"),
        ("The shift lead decides", "role", "shift lead"),
        ("Only Tom Ashby holds the key", "person", "Tom Ashby"),
        ("May Dahl holds the other", "person", "May Dahl"),
        ("The crate weighs 1000 kg", "number", "1000 kg"),
        ("they made 1850 visits a year", "number", "1850"),
        ("In 1999 it was rebuilt", "date", "1999"),
    ],
)
def test_a_value_is_found_however_it_is_written(text: str, kind: ValueKind, value: str) -> None:
    assert (kind, value) in {(found.kind, found.text) for found in candidates(text)}


def test_once_is_a_number_only_of_times() -> None:
    assert not candidates("it follows once the pilot is over")
    assert [found.text for found in candidates("it runs once a week")] == ["once"]


def test_the_week_of_an_export_is_a_week() -> None:
    assert [word.stem for word in words("2026-W38")] == [word.stem for word in words("2026 week 38")]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how much was the crane?", "money"),
        ("how much is left?", "number"),
        ("what does it cost to moor a boat?", "money"),
        ("what is the current mean lead time of a repair?", "duration"),
        ("what is layby time?", "definition"),
        ("how mutch diesel is there", "number"),
    ],
)
def test_the_kind_of_value_is_that_of_the_last_noun(question: str, kind: AnswerKind) -> None:
    assert read_question(question).kind == kind


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("who takes over the tide model?", ("nora",)),
        ("when do the buoy parts arrive?", ("14 may",)),
        ("how many berths were rebuilt?", ("Twelve",)),
        ("who approves a new mooring?", ("harbour board",)),
        ("what does a new mooring cost?", ("NOK 41,000",)),
        ("what share of the traffic are private boats?", ("6 %",)),
        ("can a boat stay over winter?", ("no",)),
        ("who aproves a new morring?", ("harbour board",)),
        ("who sold us the pumps?", ("Vestre Marine",)),
        ("how many alarms led to a visit?", ("31",)),
        ("what leak rate do we accept?", ("4 %",)),
        ("how many divers inspected hulls before?", ("twelve",)),
    ],
)
def test_notes_answer_with_the_value_they_hold(question: str, values: tuple[str, ...]) -> None:
    found = ask(question, NOTES, WHOLE, MOORINGS, PUMPS)
    assert isinstance(found, Answer), found
    assert found.values == values


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("why do we not paint the hulls in autumn?", "does not dry"),
        ("why is the north slip not used?", "too short"),
        ("why was the radio down?", "the mast had been hit"),
    ],
)
def test_a_reason_is_told_by_its_word_or_by_what_follows(question: str, reason: str) -> None:
    found = ask(question, PUMPS)
    assert isinstance(found, Answer), found
    assert any(reason in citation.quote for citation in found.citations)


@pytest.mark.parametrize(
    "question",
    [
        "how many pumps are in the third hall?",  # the number of pumps stands beside two halls
        "who moored the barge?",  # a place is nobody
        "who painted the hulls?",
        "why was the south slip closed?",  # what follows is about something else
    ],
)
def test_what_only_stands_nearby_is_no_answer(question: str) -> None:
    assert isinstance(ask(question, PUMPS, MOORINGS), NoAnswer)


def test_what_a_later_note_says_of_the_same_name_is_shown_beside_the_plan() -> None:
    plan = passage("The go-live for Arnum is planned for 16 November.", "notes/2026-09-15.md")
    news = passage("Arnum moves to 30 November. The harbour has its own audit.", "notes/2026-10-06.md")
    found = answer_from_passages("when does Arnum go live?", [plan, news])
    assert isinstance(found, Answer)
    assert found.values == ("16 November", "30 November")
    earlier = passage("Arnum moves to 9 November.", "notes/2026-08-02.md")
    alone = answer_from_passages("when does Arnum go live?", [plan, earlier])
    assert isinstance(alone, Answer)
    assert alone.values == ("16 November",)
