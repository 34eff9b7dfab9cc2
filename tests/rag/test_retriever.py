"""Retrieval behind LangChain's retriever interface."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.runnables import RunnableLambda
from pydantic import ValidationError

from rag.model import EVERYONE, Audience
from rag.retriever import retriever_for
from tests.rag.shelf import Shelf

BOARD = Audience("board", (frozenset({"board"}),))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "shelf.sqlite")
    shelf.put("budget.md", "The budget of the churn model is 40,000 euro.", title="Budget")
    shelf.put("reserve.md", "The secret budget reserve is 90,000 euro.", title="Reserve", readers=["board"])
    return shelf


def test_a_chain_gets_the_passages_with_where_they_stand(shelf: Shelf) -> None:
    retriever = retriever_for(EVERYONE, library=shelf.library(), limit=1)
    chain = retriever | RunnableLambda(lambda documents: [(d.metadata["source"], d.page_content) for d in documents])
    assert chain.invoke("budget of the churn model") == [("budget.md", "The budget of the churn model is 40,000 euro.")]


def test_only_what_its_audience_may_read_comes_out(shelf: Shelf) -> None:
    question = "how large is the secret budget reserve?"
    library = shelf.library()
    for audience, sources in ((EVERYONE, {"budget.md"}), (BOARD, {"budget.md", "reserve.md"})):
        found = retriever_for(audience, library=library).invoke(question)
        assert {document.metadata["source"] for document in found} == sources


def test_the_audience_of_a_retriever_cannot_be_changed(shelf: Shelf) -> None:
    retriever = retriever_for(EVERYONE, library=shelf.library())
    with pytest.raises(ValidationError):
        retriever.find = retriever_for(BOARD, library=shelf.library()).find
