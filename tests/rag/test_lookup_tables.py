"""Tables asked as a whole: sums, extremes, yes and no, months, and identifiers that are nearly alike."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from rag.lookup.look_up import look_up
from rag.model import Answer, NoAnswer, Passage
from rag.tables import DocumentRow
from tests.rag.record_shelf import EVERYONE, RecordShelf

TODAY = date(2026, 11, 20)
FILES = {
    "ferry/trips.csv": (
        "date,boat,passengers,delayed_minutes,captain\n"
        "2025-06-02,Ada,120,4,Nils Berg\n2025-06-09,Ada,80,11,Nils Berg\n2025-06-16,Bru,150,0,Siri Foss\n"
    ),
    "ferry/boats.csv": "boat,engine,heated,commissioned\nAda,diesel,yes,2019-04-01\nBru,electric,no,2024-05-12\n",
    "ferry/piers.yaml": "piers:\n  PIR-1: {depth: 6, inspected: 2025-03-01}\n  PIR-4: {depth: 9, inspected: null}\n",
    "ferry/fuel.csv": "month,litres,price_eur\n2025-09,8100,1.40\n2025-10,7900,1.38\n",
    "ferry/suppliers.txt": "Supplier: Havn Oil | contact: Per Lie | renewal: 1 April 2027\n"
    "Supplier: Ropes Ltd | contact: May Dahl | renewal: 1 June 2027\n",
    "ferry/jobs.csv": (
        "job,title,fitter,state,due,planned_eur,paid_eur\n"
        "JB-1,Paint check after the hull wash,Nils Berg,done,2026-12-01,300,420\n"
        "JB-2,Winter cover,Siri Foss,open,2026-12-09,90,80\n"
        "JB-3,Radio,Siri Foss,done,2026-12-11,50,55\n"
    ),
    "ferry/crew.yaml": "crew:\n  - {role: Ferry mechanic, start: 2026-11-30, overlap_weeks: 2}\n",
}


class Ferry(RecordShelf):
    """A shelf that is asked by open look-up, every document offered as a passage."""

    def look(self, question: str) -> Answer | NoAnswer:
        passages = [
            Passage(row.id, row.id, row.path, row.title, "", row.text, 1, row.updated, row.superseded_by, 1.0)
            for row in self.session.scalars(select(DocumentRow))
        ]
        return look_up(question, session=self.session, passages=passages, audience=EVERYONE, today=TODAY)


@pytest.fixture(scope="module")
def ferry(tmp_path_factory: pytest.TempPathFactory) -> Ferry:
    folder: Path = tmp_path_factory.mktemp("ferry")
    return Ferry(folder, FILES)


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("how many passengers did the ferry trips have in total?", ("350",)),
        ("which boat trip had the most passengers?", ("2025-06-16",)),
        ("how many passengers on the trip of 9 June?", ("80",)),
        ("litres of fuel in october?", ("7900",)),
        ("is the boat Bru heated?", ("no",)),
        ("is the boat Ada heated?", ("yes",)),
        ("who is the contact at Ropes Ltd?", ("May Dahl",)),
        ("which ferry jobs are done?", ("Paint check after the hull wash", "Radio")),
        ("which jobs does Siri have?", ("Winter cover", "Radio")),
        ("what did the winter cover cost?", ("80",)),
    ],
)
def test_a_table_answers_as_a_whole_and_by_its_cells(ferry: Ferry, question: str, values: tuple[str, ...]) -> None:
    found = ferry.look(question)
    assert isinstance(found, Answer), found
    assert found.values == values


def test_a_day_of_a_nearly_equal_identifier_is_no_answer(ferry: Ferry) -> None:
    assert isinstance(ferry.look("when was PIR-4 inspected?"), NoAnswer)


@pytest.mark.parametrize(
    "question",
    [
        "when is the hull wash due?",  # only the check after it has a date
        "how many mechanic-weeks did the ferry take?",  # weeks of overlap are no weeks of work
    ],
)
def test_what_is_named_in_part_only_is_no_answer(ferry: Ferry, question: str) -> None:
    assert isinstance(ferry.look(question), NoAnswer)


def test_a_sum_quotes_every_row_it_adds_up(ferry: Ferry) -> None:
    found = ferry.look("how many passengers did the ferry trips have in total?")
    assert isinstance(found, Answer)
    assert [citation.quote.split(",")[2] for citation in found.citations] == ["120", "80", "150"]
