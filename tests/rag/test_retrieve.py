"""What a question finds: within its audience, current before superseded, spread over documents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import update

from rag.index.encode import StoredVectors
from rag.index.port import Hit
from rag.model import EVERYONE, Audience, Passage
from rag.retrieve import retrieve, whole_documents
from rag.store.documents import settle_supersedence
from rag.tables import DocumentRow
from tests.rag.shelf import Shelf

BOARD = Audience("board", (frozenset({"ana", "board"}),))
MIXED = Audience("channel", (frozenset({"ana", "board"}), frozenset({"ben"})))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "shelf.sqlite")
    shelf.put("budget.md", "The budget of the churn model is 40,000 euro.", "Invoices go to Ana.", title="Budget")
    shelf.put("reserve.md", "The secret budget reserve is 90,000 euro.", title="Reserve", readers=["board"])
    shelf.put("gate.md", "The production gate is planned for June.", title="Gates")
    for i in range(12):
        shelf.put(f"notes/{i}.md", f"Minutes number {i}: the canteen menu and the weather in week {i}.")
    return shelf


def docs(passages: Sequence[Passage]) -> list[str]:
    return [passage.doc for passage in passages]


def found(question: str, shelf: Shelf, *, audience: Audience = EVERYONE, limit: int = 8) -> list[str]:
    library = shelf.library()
    return docs(retrieve(question, audience=audience, library=library, limit=limit))


def test_the_document_with_the_words_of_the_question_comes_first(shelf: Shelf) -> None:
    assert found("what is the budget of the churn model?", shelf)[0] == "budget.md"


def test_a_passage_says_where_it_stands(shelf: Shelf) -> None:
    library = shelf.library()
    (passage, *_) = retrieve("budget of the churn model", audience=EVERYONE, library=library)
    assert passage.text == "The budget of the churn model is 40,000 euro."
    assert (passage.title, passage.updated, passage.superseded_by) == ("Budget", "2026-01-05", None)


def test_an_audience_finds_only_what_every_reader_may_read(shelf: Shelf) -> None:
    question = "how large is the secret budget reserve?"
    assert found(question, shelf, audience=BOARD)[0] == "reserve.md"
    for audience in (EVERYONE, MIXED):
        assert "reserve.md" not in found(question, shelf, audience=audience, limit=50)


@pytest.mark.parametrize("question", ["budget reserve invoices", "the budget of the churn model", "weather in week 3"])
def test_what_may_not_be_read_does_not_move_what_may(shelf: Shelf, question: str) -> None:
    """Neither the order nor a digit of a score: words are counted among the readable passages alone."""
    before = retrieve(question, audience=EVERYONE, library=shelf.library(), limit=50)
    for i in range(150):
        shelf.put(f"more/{i}.md", f"{question} {i}", "week " * i, title="Budget reserve", readers=["board"])
    after = retrieve(question, audience=EVERYONE, library=shelf.library(), limit=50)
    assert after == before


def test_a_deleted_document_is_gone_at_once_even_if_the_indexes_still_hold_it(shelf: Shelf) -> None:
    number = shelf.put("plan.md", "The rollback plan names two people.")
    library = shelf.library()
    assert docs(retrieve("rollback plan", audience=EVERYONE, library=library))[0] == "plan.md"
    shelf.drop(number)
    assert "plan.md" not in docs(retrieve("rollback plan", audience=EVERYONE, library=library, limit=50))


def test_a_revoked_document_is_gone_at_once_even_if_the_indexes_still_hold_it(shelf: Shelf) -> None:
    number = shelf.put("plan.md", "The rollback plan names two people.")
    library = shelf.library()
    shelf.put("plan.md", "The rollback plan names two people.", readers=["board"], number=number)
    assert "plan.md" not in docs(retrieve("rollback plan", audience=EVERYONE, library=library, limit=50))


def test_what_is_remembered_of_documents_is_forgotten_with_the_next_change(shelf: Shelf) -> None:
    """One library answers before and after an edit, a deletion and a document that is new to it."""
    library = shelf.library()
    question = "budget of the churn model"
    before = retrieve(question, audience=EVERYONE, library=library)
    assert "budget.md" in docs(before)
    shelf.put(
        "budget.md", "The budget of the churn model is 50,000 euro.", title="Budget", number=before[0].document_id
    )
    library = replace(shelf.library(), remembered=library.remembered)
    (edited, *_) = retrieve(question, audience=EVERYONE, library=library)
    assert "50,000" in edited.text
    shelf.drop(edited.document_id)
    shelf.put("new.md", "Another budget of the churn model.")
    library = replace(shelf.library(), remembered=library.remembered)
    after = docs(retrieve(question, audience=EVERYONE, library=library, limit=50))
    assert "new.md" in after
    assert "budget.md" not in after


def test_a_document_superseded_since_it_was_remembered_is_shown_as_superseded(shelf: Shelf) -> None:
    library = shelf.library()
    question = "budget of the churn model"
    (before, *_) = retrieve(question, audience=EVERYONE, library=library)
    with shelf.write() as session:
        old = update(DocumentRow).where(DocumentRow.id == before.document_id)
        session.execute(old.values(claims={"superseded_by": "gate.md"}))
        settle_supersedence(session, 1)
    after = {passage.doc: passage.superseded_by for passage in retrieve(question, audience=EVERYONE, library=library)}
    assert before.superseded_by is None
    assert after["budget.md"] == "gate.md"


def test_what_one_audience_had_read_is_not_remembered_for_another(shelf: Shelf) -> None:
    library = shelf.library()
    question = "how large is the secret budget reserve?"
    assert docs(retrieve(question, audience=BOARD, library=library))[0] == "reserve.md"
    assert "reserve.md" not in docs(retrieve(question, audience=EVERYONE, library=library, limit=50))


class Blind:
    """A dense index that has lost everything."""

    def search(self, vector: NDArray[np.float32], *, access_ids: Collection[int], limit: int) -> list[Hit]:
        assert vector.size
        assert access_ids
        assert limit
        return []


def test_a_document_only_one_index_finds_is_scored_by_both(shelf: Shelf) -> None:
    library = shelf.library()
    forgetful = StoredVectors("another model", library.embedder.dimension)
    question = "budget of the churn model at the production gate"
    scores = [
        {p.doc: p.score for p in retrieve(question, audience=EVERYONE, library=lacking)}
        for lacking in (replace(library, dense=Blind()), replace(library, dense=Blind(), vectors=forgetful))
    ]
    assert scores[0].keys() == scores[1].keys() == {"budget.md", "gate.md"}
    assert scores[0] != scores[1]


def test_a_superseded_document_stands_behind_its_successor(shelf: Shelf) -> None:
    shelf.put(
        "policy-v1.md", "Retention policy: raw events are kept ninety days in the lake.", title="Retention policy"
    )
    shelf.put("policy-v2.md", "Retention policy: thirty days.", title="Retention policy")
    shelf.supersede("policy-v1.md", "policy-v2.md")
    library = shelf.library()
    passages = retrieve("how long are raw events kept in the lake?", audience=EVERYONE, library=library)
    order = docs(passages)
    assert order.index("policy-v2.md") < order.index("policy-v1.md")
    assert {p.doc: p.superseded_by for p in passages if "policy" in p.doc} == {
        "policy-v1.md": "policy-v2.md",
        "policy-v2.md": None,
    }


def test_a_successor_is_shown_even_if_no_word_of_it_matches(shelf: Shelf) -> None:
    shelf.put("old.md", "Threshold for precision: 0.38", title="Threshold")
    shelf.put("middle.md", "Zustimmung", title="Zwei")
    shelf.put("new.md", "Quorum", title="Drei")
    for i in range(120):
        shelf.put(f"filler/{i}.md", f"Threshold for precision in experiment {i}", title="Experiment")
    shelf.supersede("old.md", "middle.md")
    shelf.supersede("middle.md", "new.md")
    order = found("Threshold for precision: 0.38", shelf, limit=50)
    assert order.index("new.md") < order.index("middle.md") < order.index("old.md")


def test_documents_that_supersede_each_other_end_no_question(shelf: Shelf) -> None:
    shelf.put("a.md", "retention policy one")
    shelf.put("b.md", "retention policy two")
    shelf.supersede("a.md", "b.md")
    shelf.supersede("b.md", "a.md")
    assert {"a.md", "b.md"} <= set(found("retention policy", shelf))


def test_a_successor_nobody_here_may_know_of_is_not_named(shelf: Shelf) -> None:
    shelf.put("old.md", "Retention policy: ninety days.")
    shelf.put("merger/new.md", "Retention policy: ten days.", readers=["board"])
    shelf.supersede("old.md", "merger/new.md")
    library = shelf.library()
    named = {
        audience.name: next(
            p.superseded_by for p in retrieve("retention", audience=audience, library=library) if p.doc == "old.md"
        )
        for audience in (EVERYONE, BOARD)
    }
    assert named == {"public": "", "board": "merger/new.md"}


def test_one_long_document_does_not_take_every_place(shelf: Shelf) -> None:
    shelf.put("handbook.md", *(f"Rollback step {i}: the rollback of service {i}." for i in range(30)), title="Rollback")
    shelf.put("incident.md", "During the incident the rollback took two hours.")
    order = found("how does the rollback work?", shelf, limit=6)
    assert len(order) == 6
    assert "incident.md" in order
    assert order.count("handbook.md") > 1


@pytest.mark.parametrize("question", ["", "   \n", "\u200b"])
def test_an_empty_question_finds_nothing_or_nothing_in_particular(question: str, shelf: Shelf) -> None:
    assert len(found(question, shelf)) <= 8


def test_a_question_of_function_words_or_of_enormous_length_is_still_answered(shelf: Shelf) -> None:
    assert found("what is it?", shelf)
    assert found("budget of the churn model " + "lorem ipsum \u202e" * 5_000, shelf)


def test_an_empty_library_finds_nothing(tmp_path: Path) -> None:
    library = Shelf(tmp_path / "empty.sqlite").library()
    assert retrieve("anything", audience=EVERYONE, library=library) == ()


def test_a_chunk_without_a_vector_is_found_by_its_words(shelf: Shelf) -> None:
    library = shelf.library()
    forgetful = StoredVectors("another model", library.embedder.dimension)
    bare = replace(library, dense=Blind(), vectors=forgetful)
    assert docs(retrieve("budget of the churn model", audience=EVERYONE, library=bare))[0] == "budget.md"


def test_whole_short_documents_are_given_within_the_budget(shelf: Shelf) -> None:
    shelf.put("long.md", "budget " * 3_000)
    library = shelf.library()
    passages = retrieve("budget of the churn model", audience=EVERYONE, library=library)
    given = dict(whole_documents(passages, token_budget=200, audience=EVERYONE, read=shelf.read))
    texts = list(given.values())
    assert texts[0] == "The budget of the churn model is 40,000 euro.\n\nInvoices go to Ana."
    assert not any(text.startswith("budget budget") for text in texts)
    assert sum(map(len, texts)) <= 800


def test_whole_documents_are_checked_against_the_audience_again(shelf: Shelf) -> None:
    library = shelf.library()
    passages = retrieve("secret budget reserve", audience=BOARD, library=library)
    given = whole_documents(passages, token_budget=10_000, audience=EVERYONE, read=shelf.read)
    assert not any("secret" in text for _, text in given)
