"""Retrieval figures: the measures against values worked out by hand, the folder, and one run through real indexes."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from rich.console import Console

from rag.evaluate.beir import RetrievalReport, measure_retrieval, retrieval_table
from rag.evaluate.collection import CollectionError, read_collection
from rag.evaluate.measures import hit, ndcg, paired_bootstrap, recall
from rag.index.library import keep_library, update_library
from rag.intake import Collection
from rag.sources import Source
from rag.sync import take_in
from tests.rag.shelf import Shelf, WordsEmbedder

GRADES = {"a": 2.0, "b": 1.0, "c": 0.0}


def test_ndcg_is_one_for_the_best_order_and_discounts_later_places() -> None:
    assert ndcg(["a", "b", "x"], GRADES, 10) == 1
    best = 2 + 1 / math.log2(3)
    assert ndcg(["x", "b", "a"], GRADES, 10) == pytest.approx((1 / math.log2(3) + 2 / math.log2(4)) / best)
    assert ndcg(["x", "b", "a"], GRADES, 1) == 0
    assert ndcg([], GRADES, 10) == 0


def test_recall_counts_relevant_documents_only() -> None:
    assert recall(["c", "a", "x"], GRADES, 3) == 0.5
    assert recall(["a", "b"], GRADES, 1) == 0.5
    assert hit(["c", "a"], GRADES, 1) == 0
    assert hit(["c", "a"], GRADES, 2) == 1


def test_the_bootstrap_interval_holds_zero_when_nothing_differs_and_excludes_it_when_all_does() -> None:
    same = paired_bootstrap([0.1, 0.9, 0.4], [0.1, 0.9, 0.4])
    assert (same.low, same.mean, same.high) == (0, 0, 0)
    better = paired_bootstrap([0.6, 0.7, 0.8, 0.9], [0.4, 0.6, 0.5, 0.7])
    assert 0 < better.low <= better.mean <= better.high
    mixed = paired_bootstrap([1.0, 0.0] * 10, [0.0, 1.0] * 10)
    assert mixed.low < 0 < mixed.high


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [{"id": f"d{i}", "title": f"Note {i}", "text": f"the {word} was moved"} for i, word in enumerate(WORDS)]
    questions = [{"id": f"q{i}", "text": f"who moved the {word}?"} for i, word in enumerate(WORDS)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, [*questions, {"id": "none", "text": "why?"}])))
    lines = [f"q{i}\td{i}\t1" for i in range(len(WORDS))]
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(lines))
    return tmp_path


WORDS = ("piano", "anchor", "lantern", "ladder", "kettle", "saddle")


def test_a_folder_is_read_and_questions_without_a_judgment_are_left_out(folder: Path) -> None:
    collection = read_collection(folder)
    assert [text.id for text in collection.corpus] == [f"d{i}" for i in range(6)]
    assert collection.queries.keys() == {f"q{i}" for i in range(6)}
    assert collection.judgments["q2"] == {"d2": 1.0}


def test_the_original_layout_of_beir_is_read_too(folder: Path) -> None:
    (folder / "qrels").mkdir()
    (folder / "qrels.tsv").rename(folder / "qrels" / "test.tsv")
    corpus = (folder / "corpus.jsonl").read_text()
    (folder / "corpus.jsonl").write_text(corpus.replace('"id"', '"_id"'))
    assert len(read_collection(folder).queries) == 6


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("corpus.jsonl", '{"id": "d0", "text": "x"}\n{broken', r"corpus\.jsonl:2: is not JSON"),
        ("corpus.jsonl", '["d0"]', r"corpus\.jsonl:1: expected an object"),
        ("queries.jsonl", '{"text": "x"}', r"queries\.jsonl:1: has no 'id'"),
        ("qrels.tsv", "q0\td0\t1\nq1\td1\thigh", r"qrels\.tsv:2: expected 'query<TAB>document<TAB>grade'"),
        ("qrels.tsv", "q0\td0\t0", "at least one question with a judgment"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_line(folder: Path, file: str, content: str, message: str) -> None:
    (folder / file).write_text(content)
    with pytest.raises(CollectionError, match=message):
        read_collection(folder)


def test_a_missing_or_unreadable_file_is_named(folder: Path) -> None:
    with pytest.raises(CollectionError, match=r"nowhere\.jsonl: no such file"):
        read_collection(folder, queries=folder / "nowhere.jsonl")
    (folder / "corpus.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CollectionError, match="not UTF-8"):
        read_collection(folder)


def test_figures_come_from_the_real_indexes_and_a_second_run_encodes_nothing(folder: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf.sqlite")
    runs, embedders = [], [WordsEmbedder(), WordsEmbedder()]
    for embedder in embedders:
        runs.append(_evaluate(folder, shelf, tmp_path / "index", embedder))
    report = runs[0]
    assert runs[1] == report
    assert (len(embedders[0].encoded), len(embedders[1].encoded)) == (6, 0)
    assert (report.documents, report.chunks, report.questions) == (6, 6, 6)
    assert report.lexical.ndcg_10 == report.fused.ndcg_10 == report.fused.hit_5 == 1
    assert report.gain.low <= report.gain.mean <= report.gain.high
    json.dumps(report.to_json())


def test_the_table_shows_the_three_ways_side_by_side(folder: Path, tmp_path: Path) -> None:
    report = _evaluate(folder, Shelf(tmp_path / "s.sqlite"), tmp_path / "index", WordsEmbedder())
    console = Console(width=100, record=True, file=(tmp_path / "out").open("w"))
    console.print(retrieval_table(report))
    text = console.export_text()
    assert all(word in text for word in ("dense", "lexical", "fused", "nDCG@10", "95 % interval"))


def _quiet(_phase: str, _done: int, _total: int) -> None:
    return


def _evaluate(folder: Path, shelf: Shelf, root: Path, embedder: WordsEmbedder) -> RetrievalReport:
    """As the command does it: the collection is taken in like any other source, indexed, and asked."""
    take_in(Collection(Source("beir", "beir", folder)), write=shelf.write, progress=_quiet)
    with keep_library(root, read=shelf.read, embedder=embedder, chunker="1") as kept:
        update_library(kept, write=shelf.write, progress=_quiet)
        return measure_retrieval(read_collection(folder), library=kept.library, progress=_quiet)
