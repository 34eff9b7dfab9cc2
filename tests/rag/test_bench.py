"""The bench on a library of a few chunks: that it measures, not how fast this machine is."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest

from rag.bench.clock import Times, resident_mb, time_calls, time_side_by_side
from rag.bench.encoding import EncodingFigures
from rag.bench.make import LABELS, audience, fill, label, made_texts, questions
from rag.bench.run import BenchReport, QueryFigures, SizeBench, measure_size
from rag.bench.show import bench_table
from rag.index.encode import Write
from rag.index.library import Read
from rag.store.derived import count_chunks, missing_hashes
from rag.store.documents import readable_access_ids
from tests.rag.shelf import Shelf, WordsEmbedder


def open_shelf(path: Path) -> tuple[Read, Write]:
    shelf = Shelf(path)
    return shelf.read, shelf.write


def test_a_made_library_has_the_size_asked_for_and_a_vector_for_every_chunk(tmp_path: Path) -> None:
    shelf, embedder = Shelf(tmp_path / "s.sqlite"), WordsEmbedder()
    fill(shelf.write, embedder, chunks=230)
    with shelf.read() as session:
        assert count_chunks(session) == 230
        assert missing_hashes(session, embedder.model) == []


@pytest.mark.parametrize("labels", [1, 4, LABELS])
def test_an_audience_may_read_exactly_as_many_labels_as_it_says(labels: int, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "s.sqlite")
    fill(shelf.write, WordsEmbedder(), chunks=120)
    with shelf.read() as session:
        assert len(readable_access_ids(session, audience(labels))) == labels
    assert sum(audience(labels).may_read(label(number)) for number in range(LABELS)) == labels


def test_made_texts_are_the_same_every_time_and_questions_differ() -> None:
    assert list(islice(made_texts(3, seed=1), 3)) == list(made_texts(3, seed=1))
    assert len(set(questions(40))) == 40


def test_times_are_of_every_question_after_the_warm_up() -> None:
    asked: list[str] = []
    times = time_calls(asked.append, ["a", "b", "c"], warm_up=1)
    assert asked == ["a", "a", "b", "c"]
    assert 0 <= times.p50 <= times.p95
    assert resident_mb() > 1


def test_ways_are_asked_in_turn() -> None:
    asked: list[str] = []
    times = time_side_by_side(
        {"a": lambda _: asked.append("a"), "b": lambda _: asked.append("b")}, ["x"] * 3, warm_up=0
    )
    assert asked == ["a", "b"] * 3
    assert times.keys() == {"a", "b"}


@pytest.mark.parametrize("peers", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_size_is_measured_with_floor_and_peer_beside_it_if_they_are_wanted(peers: bool, tmp_path: Path) -> None:
    bench = SizeBench(tmp_path / "60", open_shelf, WordsEmbedder, WordsEmbedder(), 60)
    found = measure_size(bench, peers=peers)
    assert [figure.labels for figure in found.queries] == [1, 4, LABELS]
    assert all((figure.floor is not None) == peers for figure in found.queries)
    assert found.index_seconds > 0
    assert found.resident_mb > 1


def test_the_report_gives_ratios_as_table_and_json() -> None:
    encoding = EncodingFigures(90.0, {"batch 1": 100.0, "batch 8": 80.0})
    figures = QueryFigures(50_000, 4, Times(12.0, 20.0), Times(6.0, 9.0), Times(120.0, 150.0))
    report = BenchReport("m", encoding, {50_000: 30.0}, (figures,), {50_000: 400.0})
    assert json.loads(json.dumps(report.to_json()))["encoding_ratio"] == 0.9
    cells = [str(cell) for column in bench_table(report).columns for cell in column.cells]
    assert {"0.90", "2.00", "0.10", ">= 0.85", "<= 3.0", "<= 0.3", "< 700"} <= set(cells)
