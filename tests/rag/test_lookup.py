"""Open look-up on invented collections of a bakery: facts whose entity a question does not name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from rag.lookup.look_up import look_up
from rag.model import EVERYONE, Answer, Audience, Entity, NoAnswer, Passage
from rag.tables import DocumentRow
from tests.rag.record_shelf import RecordShelf

TODAY = date(2026, 11, 20)
PEOPLE = (
    Entity("person:mira.holt", "person", ("mira.holt", "Mira Holt")),
    Entity("person:jon.bell", "person", ("jon.bell", "Jon Bell")),
    Entity("person:eva.lund", "person", ("eva.lund", "Eva Lund")),
)
FILES = {
    "ovens/costs.csv": (
        "item,per_100,currency,basis\nflour rye,0.42,EUR,metered in October\n"
        "electricity deck oven,0.17,EUR,two ovens\n"
        "total,0.59,EUR,sum of the above\n"
    ),
    "ovens/shifts.yaml": (
        "service: night-bakery\nshifts:\n"
        "  - {week_of: 2026-11-16, primary: mira.holt, second: jon.bell}\n"
        "  - {week_of: 2026-11-23, primary: eva.lund, second: mira.holt}\n"
    ),
    "ovens/handbook.md": (
        "---\ntitle: Handbook of the night bakery\n---\n# Shifts of the night bakery\n\n"
        "| week of | shift | second |\n|---|---|---|\n"
        "| 16 Nov | Mira Holt | Jon Bell |\n| 23 Nov | Jon Bell | Mira Holt |\n"
    ),
    "ovens/tasting.md": (
        "---\ntitle: Tasting at the market\n---\n# Tasting\n\nTasters at the market stall tried the new loaf.\n\n"
        "| week from | visitors | tasted | bought |\n|---|---|---|---|\n"
        "| 28 Sep | 288 | 191 | 24 |\n| 5 Oct | 331 | 229 | 27 |\n| total | 619 | 420 | 51 |\n"
    ),
    "ovens/bake-2026-10-02.json": '{"run": "bake-2026-10-02", "recipe": "v1.4", "crumb_p95_mm": 71}\n',
    "ovens/bake-2026-11-16.json": '{"run": "bake-2026-11-16", "recipe": "v1.4", "crumb_p95_mm": 64}\n',
    "ovens/tickets.csv": (
        "id,title,state,assignee,priority\n"
        "OV-1,Replace door seal,open,mira.holt,high\nOV-2,Clean flue,done,mira.holt,low\n"
        "OV-3,Order trays,open,jon.bell,urgent\nOV-4,Calibrate probe,open,mira.holt,urgent\n"
    ),
}


class Bakery(RecordShelf):
    """A shelf that is asked by open look-up, every document offered as a passage."""

    def look(self, question: str, *, topic: str = "", audience: Audience = EVERYONE) -> Answer | NoAnswer:
        found = look_up(
            question,
            session=self.session,
            passages=[_passage(row) for row in self.session.scalars(select(DocumentRow))],
            audience=audience,
            today=TODAY,
            topic=topic,
            people=PEOPLE,
        )
        if isinstance(found, Answer):
            self._check_quotes(found)
        return found

    def told(self, question: str, *, topic: str = "") -> tuple[str, ...]:
        found = self.look(question, topic=topic)
        assert isinstance(found, Answer), f"{question!r}: {found}"
        return found.values


def _passage(row: DocumentRow) -> Passage:
    return Passage(row.id, row.id, row.path, row.title, "", row.text, 1, row.updated, row.superseded_by, 1.0)


@pytest.fixture(scope="module")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Bakery:
    return Bakery(tmp_path_factory.mktemp("bakery"), FILES)


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("what does electricity for the deck oven cost us per 100 loaves?", ("0.17",)),
        ("How many visitors tasted at the market in the week starting 5 October?", ("229",)),
        ("who is the second in the shifts of the night bakery this week?", ("Jon Bell",)),
        ("p95 of the crumb in the bake on 2 Oct?", ("71",)),
        ("who is the assignee of the door seal ticket?", ("Mira Holt",)),
    ],
)
def test_a_fact_is_found_by_what_stands_around_it(bakery: Bakery, question: str, values: tuple[str, ...]) -> None:
    assert bakery.told(question) == values


def test_of_dated_files_of_one_series_the_newest_speaks(bakery: Bakery) -> None:
    assert bakery.told("latest crumb p95 of the bake?") == ("64",)


def test_documents_that_contradict_each_other_are_shown_side_by_side(bakery: Bakery) -> None:
    found = bakery.look("who has the night bakery shift in the week of 23 November?")
    assert isinstance(found, Answer)
    assert set(found.values) == {"Eva Lund", "Jon Bell"}
    assert {citation.doc for citation in found.citations} == {"ovens/shifts.yaml", "ovens/handbook.md"}


def test_rows_that_meet_the_conditions_are_counted_and_listed(bakery: Bakery) -> None:
    assert bakery.told("how many tickets are still open in the ovens export?") == ("3",)
    assert bakery.told("Which of Mira's ovens tickets are open?") == ("OV-1", "OV-4")


def test_a_follow_up_narrows_the_list_before_it(bakery: Bakery) -> None:
    topic = "which ovens tickets are open?"
    assert bakery.told("which of them are urgent?", topic=topic) == ("OV-3", "OV-4")


@pytest.mark.parametrize(
    "question",
    [
        "who is the second in the shifts of the night bakery in the week of 14 December?",
        "what does gas for the deck oven cost us per 100 loaves?",
        "How many visitors complained at the market in the week starting 5 October?",
        "what is the crumb p99 of the pastry line?",
        "what is the salary of Mira?",
        "which of its trays was it?",
        "why did Jon replace the door seal?",
    ],
)
def test_what_no_fact_says_is_left_alone(bakery: Bakery, question: str) -> None:
    assert isinstance(bakery.look(question), NoAnswer)


def test_facts_that_the_audience_may_not_read_do_not_exist(tmp_path: Path) -> None:
    table = "| item | value |\n|---|---|\n| wage of a baker | EUR 21 |\n"
    shelf = Bakery(tmp_path, {"wages.md": f"---\ntitle: Wages\nreaders: [owners]\n---\n{table}"})
    assert isinstance(shelf.look("what is the wage of a baker?"), NoAnswer)
    owner = Audience("owner", (frozenset({"owners"}),))
    found = shelf.look("what is the wage of a baker?", audience=owner)
    assert isinstance(found, Answer)
    assert found.values == ("EUR 21",)


def test_the_answer_quotes_the_row_and_names_field_and_line(bakery: Bakery) -> None:
    found = bakery.look("what does electricity for the deck oven cost us per 100 loaves?")
    assert isinstance(found, Answer)
    assert found.citations[0].quote == "electricity deck oven,0.17,EUR,two ovens"
    assert (found.facts[0].field, found.facts[0].line, found.route) == ("per_100", 3, "records")
    assert found.text.endswith("[1].")
