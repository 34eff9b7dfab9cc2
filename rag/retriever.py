"""Retrieval as LangChain's retriever: for teams whose own chains should search what Gatehouse has taken in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.index.library import Library
from rag.model import Audience, Passage
from rag.retrieve import retrieve


class GatehouseRetriever(BaseRetriever):
    """What `find` returns for a question, best first, as LangChain's documents; made by `retriever_for`."""

    model_config = ConfigDict(frozen=True)

    find: Callable[[str], Sequence[Passage]]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        del run_manager
        return [_as_document(passage) for passage in self.find(query)]


def retriever_for(audience: Audience, *, library: Library, limit: int = 8) -> GatehouseRetriever:
    """A retriever of the passages that `audience` may read, at most `limit` a question.

    The audience is fixed here, so that nothing a chain or a model says can widen it. Whatever a chain makes of the
    passages is its own: the grounding of Gatehouse's answers is not in this road.
    """
    return GatehouseRetriever(find=partial(retrieve, audience=audience, library=library, limit=limit))


def _as_document(passage: Passage) -> Document:
    """The text as page content; where it stands, and how fresh it is, as metadata."""
    return Document(
        id=str(passage.chunk_id),
        page_content=passage.text,
        metadata={
            "source": passage.doc,
            "title": passage.title,
            "section": passage.section,
            "line": passage.line,
            "updated": passage.updated,
            "superseded_by": passage.superseded_by,
            "score": passage.score,
        },
    )
