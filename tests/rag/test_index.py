"""Both indexes: one contract for every dense index, the words of the lexical one, and the lock."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.index.exact import ExactIndex
from rag.index.generation import current_generation, generation_name, use_generation
from rag.index.lexical import WordIndex
from rag.index.lock import IndexInUseError, hold_index
from rag.index.port import DenseIndex, Hit, LexicalEntry, Place, Within
from rag.index.resident import ResidentIndex, is_cheaper

DIMENSION = 16


def unit_rows(count: int, seed: int = 7) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(params=["exact", "chroma", "in memory over chroma", "too large for memory"])
def dense(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DenseIndex]:
    if request.param == "exact":
        yield ExactIndex()
        return
    from rag.index.chroma import open_chroma

    filed = open_chroma(tmp_path, generation="g1")
    copies = {"in memory over chroma": ExactIndex(), "too large for memory": None}
    index = ResidentIndex(filed, load=lambda: copies[request.param]) if request.param in copies else filed
    index.search(ROWS[0], access_ids={0}, limit=1)  # whatever is loaded on first use is loaded
    yield index
    index.close()


ROWS = unit_rows(30)
PLACES = [Place(100 + i, i % 3) for i in range(30)]


def test_the_nearest_readable_chunks_come_first(dense: DenseIndex) -> None:
    dense.put(PLACES, ROWS)
    found = dense.search(ROWS[4], access_ids={1, 2}, limit=5)
    expected = sorted((i for i in range(30) if i % 3), key=lambda i: -float(ROWS[i] @ ROWS[4]))[:5]
    assert [hit.chunk_id for hit in found] == [100 + i for i in expected]
    np.testing.assert_allclose([hit.score for hit in found], ROWS[expected] @ ROWS[4], atol=1e-4)


def test_what_nobody_asked_may_read_is_never_found(dense: DenseIndex) -> None:
    dense.put(PLACES, ROWS)
    found = dense.search(ROWS[0], access_ids={1}, limit=30)
    assert {hit.chunk_id for hit in found} == {place.chunk_id for place in PLACES if place.access_id == 1}
    assert dense.search(ROWS[0], access_ids=(), limit=5) == []
    assert dense.search(ROWS[0], access_ids={99}, limit=5) == []


def test_deleted_chunks_are_gone_and_deleting_twice_does_no_harm(dense: DenseIndex) -> None:
    dense.put(PLACES, ROWS)
    for _ in range(2):
        dense.delete([PLACES[4], Place(999, 0), Place(5, 77)])
    assert 104 not in {hit.chunk_id for hit in dense.search(ROWS[4], access_ids={0, 1, 2}, limit=30)}
    assert dense.count() == 29


def test_putting_a_chunk_again_replaces_it(dense: DenseIndex) -> None:
    dense.put(PLACES, ROWS)
    dense.put([PLACES[3]], -ROWS[3:4])
    assert dense.count() == 30
    (best, *_) = dense.search(-ROWS[3], access_ids={0}, limit=3)
    assert best.chunk_id == 103


def test_an_empty_index_finds_nothing(dense: DenseIndex) -> None:
    assert dense.search(ROWS[0], access_ids={0}, limit=10) == []
    dense.put([], ROWS[:0])
    assert dense.count() == 0


def test_a_search_beside_changes_never_sees_half_of_one(dense: DenseIndex) -> None:
    """Thirty chunks are filed and taken out again while another thread asks; every hit is one of them, scored right."""
    dense.put(PLACES, ROWS)
    wrong: list[Hit] = []
    stop, steady = threading.Event(), {place.chunk_id for place in PLACES[:10]}

    def change() -> None:
        for _ in range(15):
            dense.delete(PLACES[10:])
            dense.put(PLACES[10:], ROWS[10:])
        stop.set()

    changing = threading.Thread(target=change)
    changing.start()
    while not stop.is_set():
        found = dense.search(ROWS[4], access_ids={0, 1, 2}, limit=30)
        wrong += [hit for hit in found if abs(hit.score - float(ROWS[hit.chunk_id - 100] @ ROWS[4])) > 1e-3]
        wrong += [Hit(missed, 0) for missed in steady - {hit.chunk_id for hit in found}]
    changing.join()
    assert wrong == []
    assert dense.count() == 30


class Deaf:
    """A filed index nobody should ask: it files, and fails when searched."""

    def __init__(self) -> None:
        self.filed: list[Place] = []

    def put(self, places: Sequence[Place], vectors: NDArray[np.float32]) -> None:
        assert len(places) == len(vectors)
        self.filed += places

    def delete(self, places: Sequence[Place]) -> None:
        self.filed = [place for place in self.filed if place not in places]

    def search(self, vector: NDArray[np.float32], *, access_ids: Collection[int], limit: int) -> list[Hit]:
        raise AssertionError((vector, access_ids, limit))

    def count(self) -> int:
        return len(self.filed)

    def close(self) -> None:
        """Nothing is held open."""


def test_rows_of_places_come_from_memory_in_the_order_asked_and_the_lacking_are_told() -> None:
    index = ExactIndex()
    assert index.rows(PLACES) is None
    index.put(PLACES[15:], ROWS[15:])
    index.put(PLACES[:15], ROWS[:15])
    asked = [PLACES[20], PLACES[3], Place(999, 0), Place(103, 77), Place(100, 1), PLACES[29]]
    rows, here = index.rows(asked) or (ROWS[:0], ROWS[:0])
    assert here.tolist() == [True, True, False, False, False, True]
    np.testing.assert_array_equal(rows[here], ROWS[[20, 3, 29]])


def test_small_collections_are_searched_in_memory_and_loaded_once() -> None:
    loaded: list[ExactIndex] = []

    def load() -> ExactIndex:
        loaded.append(ExactIndex())
        loaded[-1].put(PLACES, ROWS)
        return loaded[-1]

    index = ResidentIndex(Deaf(), load=load)
    index.put(PLACES[:5], ROWS[:5])
    assert loaded == []
    for _ in range(2):
        assert index.search(ROWS[4], access_ids={1}, limit=1)[0].chunk_id == 104
    assert len(loaded) == 1


def test_a_library_that_grows_too_large_for_memory_is_asked_where_it_is_filed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.index.resident.MOST_ROWS", 20)
    index = ResidentIndex(Deaf(), load=ExactIndex)
    assert index.search(ROWS[0], access_ids={0}, limit=1) == []
    index.put(PLACES, ROWS)
    with pytest.raises(AssertionError):
        index.search(ROWS[0], access_ids={0}, limit=1)
    assert index.count() == 30


@pytest.mark.parametrize(
    ("sizes", "memory"),
    [([], True), ([4_545] * 11, True), ([30_000], True), ([60_000], False), ([90_000, 100, 100], True)],
)
def test_memory_is_searched_while_its_rows_cost_less_than_asking_each_collection(
    sizes: list[int], memory: bool
) -> None:
    assert is_cheaper(sizes) == memory


def test_chroma_keeps_what_it_was_given_and_generations_apart(tmp_path: Path) -> None:
    from rag.index.chroma import open_chroma

    first = open_chroma(tmp_path, generation="g1")
    first.put(PLACES, ROWS)
    first.close()
    second = open_chroma(tmp_path, generation="g2")
    assert second.search(ROWS[0], access_ids={0, 1, 2}, limit=5) == []
    second.close()
    again = open_chroma(tmp_path, generation="g1")
    assert again.count() == 30
    assert again.search(ROWS[4], access_ids={1}, limit=1)[0].chunk_id == 104
    again.close()


# --- words ---------------------------------------------------------------------------------------


def words_of(index: WordIndex, text: str) -> dict[str, float]:
    return dict.fromkeys(index.terms(text), 1.0)


@pytest.fixture
def lexical() -> WordIndex:
    index = WordIndex()
    index.put(
        [
            LexicalEntry(1, 10, 0, "The budget of the churn model\nspending is reviewed monthly"),
            LexicalEntry(2, 10, 0, "The budget of the churn model\nowners approve every invoice"),
            LexicalEntry(3, 11, 5, "Secret budget\nthe reserve is known to the board"),
            LexicalEntry(4, 12, 0, "Incident review\nthe gateway dropped connections"),
        ]
    )
    index.commit()
    return index


def test_words_match_by_their_stem_and_within_the_readable_ids(lexical: WordIndex) -> None:
    found = lexical.search_chunks(words_of(lexical, "reviewing budgets"), Within({0}, 10))
    assert {hit.chunk_id for hit in found} == {1, 2, 4}
    assert found[0].chunk_id == 1
    assert lexical.search_chunks(words_of(lexical, "budget"), Within(frozenset(), 10)) == []
    assert [hit.chunk_id for hit in lexical.search_chunks(words_of(lexical, "budget"), Within({5}, 10))] == [3]


def test_whole_documents_are_found_by_words_of_different_passages(lexical: WordIndex) -> None:
    found = lexical.search_documents(words_of(lexical, "spending invoice"), Within({0, 5}, 10))
    assert [hit.chunk_id for hit in found] == [10]


def test_a_search_can_be_held_to_some_candidates(lexical: WordIndex) -> None:
    found = lexical.search_chunks(words_of(lexical, "budget review"), Within({0, 5}, 10, frozenset({3, 4})))
    assert {hit.chunk_id for hit in found} == {3, 4}
    assert lexical.search_chunks(words_of(lexical, "budget"), Within({0}, 10, frozenset())) == []


def test_deleting_the_chunks_of_a_document_takes_it_out_of_document_search(lexical: WordIndex) -> None:
    lexical.delete([1, 2])
    lexical.commit()
    assert lexical.search_documents(words_of(lexical, "budget"), Within({0}, 10)) == []
    assert lexical.count() == 2


def test_putting_entries_again_doubles_nothing(lexical: WordIndex) -> None:
    lexical.put([LexicalEntry(4, 12, 0, "Incident review\nthe gateway dropped connections")])
    lexical.commit()
    assert lexical.count() == 4
    assert [hit.chunk_id for hit in lexical.search_documents(words_of(lexical, "gateway"), Within({0}, 10))] == [12]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.sampled_from(['budget" OR *', "access_id:5", "+budget -review", "(", "a AND", "b~2^"]))
def test_no_question_is_read_as_query_syntax(text: str) -> None:
    index = WordIndex()
    index.put([LexicalEntry(1, 10, 0, "budget review"), LexicalEntry(2, 11, 5, "secret budget access_id 5")])
    index.commit()
    assert {hit.chunk_id for hit in index.search_chunks(words_of(index, text), Within({0}, 10))} <= {1}


def test_a_closed_index_is_read_again_from_its_folder(tmp_path: Path) -> None:
    writer = WordIndex(tmp_path)
    writer.put([LexicalEntry(1, 10, 0, "budget review")])
    writer.commit()
    writer.close()
    reader = WordIndex(tmp_path)
    assert [hit.chunk_id for hit in reader.search_chunks({"budget": 1.0}, Within({0}, 5))] == [1]


# --- the folder ----------------------------------------------------------------------------------


def _hold(root: Path, held: object, let_go: object) -> None:
    with hold_index(root):
        held.set()  # type: ignore[attr-defined]
        let_go.wait(20)  # type: ignore[attr-defined]


def test_one_process_holds_the_index_and_the_other_is_told_which(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    held, let_go = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_hold, args=(tmp_path, held, let_go))
    other.start()
    assert held.wait(20)
    with pytest.raises(IndexInUseError, match=rf"process {other.pid}"), hold_index(tmp_path):
        pass
    let_go.set()
    other.join(20)
    with hold_index(tmp_path):
        pass


def test_a_generation_depends_on_model_and_chunker() -> None:
    names = {generation_name(model=m, chunker=c) for m in ("a", "b") for c in ("1", "2")}
    assert len(names) == 4


def test_using_a_generation_removes_the_others_and_nothing_else(tmp_path: Path) -> None:
    for name in ("g-old", "g-new", "mine"):
        (tmp_path / name).mkdir()
    assert current_generation(tmp_path) is None
    use_generation(tmp_path, "g-new")
    assert current_generation(tmp_path) == "g-new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "g-new", "mine"]
