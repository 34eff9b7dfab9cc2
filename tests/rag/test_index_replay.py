"""Encoding what is missing and replaying the change log, also when it is cut short."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from rag.index import encode
from rag.index import replay as replaying
from rag.index.encode import encode_missing, to_bytes, to_rows
from rag.index.exact import ExactIndex
from rag.index.lexical import WordIndex
from rag.index.library import IndexMissingError, keep_library, open_library, update_library
from rag.index.port import Within
from rag.index.replay import applied_seq, replay
from rag.model import EVERYONE
from rag.retrieve import retrieve
from rag.store import derived
from rag.tables import VectorRow
from tests.rag.shelf import Shelf, WordsEmbedder


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf.sqlite")


class Indexes:
    """Two indexes in memory that follow a shelf."""

    def __init__(self, shelf: Shelf, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.shelf, self.folder, self.embedder = shelf, folder, WordsEmbedder()
        self.dense, self.lexical = ExactIndex(), WordIndex()

    def follow(self) -> int:
        return replay(
            self.folder,
            self.shelf.read,
            model=self.embedder.model,
            dimension=self.embedder.dimension,
            dense=self.dense,
            lexical=self.lexical,
        )

    def catch_up(self) -> int:
        encode_missing(self.shelf.write, self.embedder)
        return self.follow()

    def found(self, word: str) -> set[int]:
        words = dict.fromkeys(self.lexical.terms(word), 1.0)
        return {hit.chunk_id for hit in self.lexical.search_chunks(words, Within({0, 1}, 50))}

    def filed(self) -> set[int]:
        vector = self.embedder.encode_query("anything")
        return {hit.chunk_id for hit in self.dense.search(vector, access_ids={0, 1}, limit=500)}


def present(shelf: Shelf) -> set[int]:
    with shelf.read() as session:
        return {chunk.id for chunk in derived.present_chunks(session, range(1, 100))}


def test_the_indexes_hold_exactly_what_sql_holds_after_every_kind_of_change(shelf: Shelf, tmp_path: Path) -> None:
    indexes = Indexes(shelf, tmp_path / "index")
    kept = shelf.put("kept.md", "alpha one", "alpha two")
    edited = shelf.put("edited.md", "beta one", "beta two")
    dropped = shelf.put("dropped.md", "gamma")
    indexes.catch_up()
    shelf.put("edited.md", "delta one", number=edited)
    shelf.drop(dropped)
    last = indexes.catch_up()
    assert indexes.filed() == present(shelf)
    assert indexes.lexical.count() == 3
    assert indexes.found("beta") == indexes.found("gamma") == set()
    assert len(indexes.found("alpha")) == 2
    assert last == applied_seq(tmp_path / "index") == 5
    assert kept


def test_a_change_of_readers_moves_the_passages_to_their_new_access_id(shelf: Shelf, tmp_path: Path) -> None:
    indexes = Indexes(shelf, tmp_path / "index")
    number = shelf.put("plan.md", "alpha")
    indexes.catch_up()
    shelf.put("plan.md", "alpha", readers=["board"], number=number)
    indexes.catch_up()
    vector = indexes.embedder.encode_query("alpha")
    assert indexes.dense.search(vector, access_ids={0}, limit=5) == []
    assert indexes.lexical.search_chunks({"alpha": 1.0}, Within({0}, 5)) == []
    assert len(indexes.dense.search(vector, access_ids={1}, limit=5)) == 1


def test_replaying_everything_again_changes_nothing(shelf: Shelf, tmp_path: Path) -> None:
    indexes = Indexes(shelf, tmp_path / "index")
    shelf.put("a.md", "alpha", "beta")
    shelf.drop(shelf.put("b.md", "gamma"))
    indexes.catch_up()
    (tmp_path / "index" / "applied").unlink()  # as after a crash between the commit and the note of it
    indexes.catch_up()
    assert indexes.filed() == present(shelf)
    assert indexes.lexical.count() == 2


def test_a_torn_note_of_what_was_applied_starts_over(tmp_path: Path) -> None:
    (tmp_path / "applied").write_text("")
    assert applied_seq(tmp_path) == 0


def test_many_changes_are_applied_window_by_window(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "WINDOW", 2)
    indexes = Indexes(shelf, tmp_path / "index")
    for i in range(7):
        shelf.put(f"{i}.md", f"note {i}")
    assert indexes.catch_up() == 7
    assert indexes.filed() == present(shelf)


def test_a_document_that_is_not_encoded_yet_waits_and_what_stands_before_it_does_not(
    shelf: Shelf, tmp_path: Path
) -> None:
    indexes = Indexes(shelf, tmp_path / "index")
    shelf.put("first.md", "alpha")
    encode_missing(shelf.write, indexes.embedder)
    shelf.put("second.md", "beta")
    assert indexes.follow() == 1
    assert (len(indexes.found("alpha")), len(indexes.found("beta"))) == (1, 0)
    assert indexes.catch_up() == 2
    assert len(indexes.found("beta")) == 1


def test_equal_texts_are_encoded_once_and_known_texts_never_again(shelf: Shelf) -> None:
    embedder = WordsEmbedder()
    shelf.put("a.md", "the same words", title="Note")
    shelf.put("b.md", "the same words", title="Note")
    assert encode_missing(shelf.write, embedder) == 1
    shelf.put("c.md", "the same words", title="Note")
    assert encode_missing(shelf.write, embedder) == 0
    assert len(embedder.encoded) == 1
    assert embedder.encoded[0] == "Note\nthe same words"


def test_a_killed_run_keeps_the_windows_it_finished(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode, "WINDOW", 2)
    for i in range(6):
        shelf.put(f"{i}.md", f"note {i} " + "word " * i)

    def cut(done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode_missing(shelf.write, WordsEmbedder(), progress=cut)
    second = WordsEmbedder()
    assert encode_missing(shelf.write, second) == 2
    assert max(map(len, second.encoded)) < len("5.md\nnote 5 " + "word " * 4)  # the longest were done first


def test_two_models_never_share_a_vector(shelf: Shelf) -> None:
    shelf.put("a.md", "alpha")
    assert [encode_missing(shelf.write, WordsEmbedder(model)) for model in ("words@1", "words@2")] == [1, 1]
    with shelf.read() as session:
        assert session.scalar(select(func.count()).select_from(VectorRow)) == 2


def test_vectors_of_vanished_texts_can_be_forgotten(shelf: Shelf) -> None:
    number = shelf.put("a.md", "alpha")
    shelf.put("b.md", "beta")
    encode_missing(shelf.write, WordsEmbedder())
    shelf.drop(number)
    with shelf.write() as session:
        derived.drop_unused_vectors(session)
    with shelf.read() as session:
        assert session.scalar(select(func.count()).select_from(VectorRow)) == 1


def test_storing_a_vector_hardly_turns_it() -> None:
    vector = WordsEmbedder().encode_query("alpha beta gamma")
    (stored,) = to_rows([to_bytes(vector)], vector.size)
    assert float(stored @ vector) == pytest.approx(1, abs=1e-3)


# --- the whole library, with Chroma ----------------------------------------------------------------


def quiet(_phase: str, _done: int, _total: int) -> None:
    """No progress is shown."""


def test_one_question_is_answered_without_chroma_from_what_was_kept(shelf: Shelf, tmp_path: Path) -> None:
    root, embedder = tmp_path / "index", WordsEmbedder()
    number = shelf.put("budget.md", "the budget is 40,000 euro")
    shelf.put("gate.md", "the gate is in June")
    with pytest.raises(IndexMissingError, match="gatehouse sync"), _opened(root, shelf, embedder):
        pass
    with keep_library(root, read=shelf.read, embedder=embedder, chunker="1") as kept:
        done = update_library(kept, write=shelf.write, progress=quiet)
        assert (done.encoded, done.behind) == (2, 0)
        kept_answer = retrieve("which budget?", audience=EVERYONE, library=kept.library)
    with _opened(root, shelf, embedder) as library:
        passages = retrieve("which budget?", audience=EVERYONE, library=library)
    assert passages[0].document_id == number
    assert [passage.chunk_id for passage in passages] == [passage.chunk_id for passage in kept_answer]


def test_a_process_that_stays_finds_what_was_added_and_not_what_was_dropped(shelf: Shelf, tmp_path: Path) -> None:
    """The vectors in memory, loaded by the first question, follow the change log."""
    number = shelf.put("budget.md", "the budget is 40,000 euro")
    shelf.put("gate.md", "the gate is in June")
    with keep_library(tmp_path / "index", read=shelf.read, embedder=WordsEmbedder(), chunker="1") as kept:
        update_library(kept, write=shelf.write, progress=quiet)
        vector = kept.library.embedder.encode_query("the budget is 40,000 euro")
        before = {hit.chunk_id for hit in kept.dense.search(vector, access_ids={0}, limit=9)}
        shelf.drop(number)
        shelf.put("board.md", "the budget is 50,000 euro", readers=["board"])
        shelf.put("new.md", "the budget is 60,000 euro")
        update_library(kept, write=shelf.write, progress=quiet)
        after = {hit.chunk_id for hit in kept.dense.search(vector, access_ids={0}, limit=9)}
        with shelf.read() as session:
            public = {chunk.id for chunk in derived.present_chunks(session, range(9)) if chunk.access_id == 0}
    assert len(before) == len(after) == 2
    assert after == public != before


def test_a_new_model_builds_a_new_generation_and_removes_the_old(shelf: Shelf, tmp_path: Path) -> None:
    root = tmp_path / "index"
    shelf.put("budget.md", "the budget is 40,000 euro")
    for model in ("words@1", "words@2"):
        with keep_library(root, read=shelf.read, embedder=WordsEmbedder(model), chunker="1") as kept:
            assert update_library(kept, write=shelf.write, progress=quiet).encoded == 1
            assert kept.dense.count() == 1
    assert len([folder for folder in root.iterdir() if folder.is_dir()]) == 1
    with pytest.raises(IndexMissingError), _opened(root, shelf, WordsEmbedder("words@1")):
        pass
    with _opened(root, shelf, WordsEmbedder("words@2")) as library:
        assert np.isfinite(retrieve("budget", audience=EVERYONE, library=library)[0].score)


def _opened(root: Path, shelf: Shelf, embedder: WordsEmbedder):  # type: ignore[no-untyped-def]
    return open_library(root, read=shelf.read, embedder=embedder, chunker="1")
