"""The embedding models: the real MiniLM is in the base installation, so it is tested for real."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from rag.embed import minilm
from rag.embed.choose import open_embedder
from rag.embed.graph import Shape, build_graph
from rag.embed.port import MissingModelError, UnknownWeightsError
from rag.embed.text import embedding_text, text_hash
from rag.model import Chunk

TEXTS = (
    "The production gate waits for the bias review.",
    "precision@10 on the holdout was 0.41, against 0.38 agreed in June",
    "Der Zähler steht auf 17 – und was nun?",
    "kubectl get pods -n serving --field-selector=status.phase!=Running",
    " ".join(["budget envelope spent against plan"] * 60),
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def model(cache: Path) -> minilm.MiniLM:
    return minilm.open_minilm(cache)


def test_every_vector_has_length_one_and_the_order_is_kept(model: minilm.MiniLM) -> None:
    vectors = model.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), model.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        np.testing.assert_array_equal(model.encode_query(text), vector)


def test_the_small_model_stays_near_the_exact_one(model: minilm.MiniLM, tmp_path: Path) -> None:
    import onnx
    import onnxruntime

    weights = minilm._package_folder() / "model.safetensors"
    graph = build_graph(weights, Shape(minilm.DIMENSION, minilm.LAYERS, minilm.HEADS))
    onnx.save(graph, tmp_path / "exact.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "exact.onnx"), providers=["CPUExecutionProvider"])
    exact = minilm.MiniLM(session, minilm._tokenizer(minilm._package_folder()), workers=1)
    cosines = (exact.encode(TEXTS) * model.encode(TEXTS)).sum(axis=1)
    assert cosines.min() >= 0.985


def test_padding_does_not_change_a_vector(model: minilm.MiniLM) -> None:
    ids = np.array([model._tokenizer.encode(TEXTS[0]).ids], dtype=np.int64)
    padded = np.pad(ids, ((0, 0), (0, 9)))
    mask = np.pad(np.ones_like(ids), ((0, 0), (0, 9)))
    vector = model._session.run(None, {"input_ids": padded, "attention_mask": mask})[0][0]
    assert float(vector @ model.encode_query(TEXTS[0])) > 0.98


def test_texts_that_mean_the_same_are_nearer_than_texts_that_do_not(model: minilm.MiniLM) -> None:
    asked = model.encode_query("how much money is left?")
    near, far = model.encode(["Remaining budget: 40,000 euro.", "The canteen closes at two on Fridays."])
    assert float(asked @ near) > float(asked @ far) + 0.2


def test_a_text_is_read_to_256_tokens_and_not_only_to_128(model: minilm.MiniLM) -> None:
    start = "word " * 180
    assert not np.array_equal(model.encode_query(start + "orchard"), model.encode_query(start + "turbine"))


def test_no_text_gives_no_rows_and_an_empty_one_a_unit_vector(model: minilm.MiniLM) -> None:
    assert model.encode([]).shape == (0, model.dimension)
    assert np.linalg.norm(model.encode_query("")) == pytest.approx(1, abs=1e-5)


def test_progress_ends_at_the_number_of_texts(model: minilm.MiniLM) -> None:
    seen: list[tuple[int, int]] = []
    model.encode(TEXTS, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(TEXTS), len(TEXTS))


def test_the_graph_is_built_once_and_a_broken_cache_is_built_anew(model: minilm.MiniLM, cache: Path) -> None:
    (built,) = cache.glob("*.onnx")
    before = built.stat().st_mtime_ns
    minilm.open_minilm(cache)
    assert built.stat().st_mtime_ns == before
    built.write_bytes(built.read_bytes()[:1000])
    again = minilm.open_minilm(cache)
    np.testing.assert_array_equal(again.encode_query(TEXTS[0]), model.encode_query(TEXTS[0]))
    assert [path.name for path in cache.iterdir()] == [built.name]


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(UnknownWeightsError, match=r"expected 53aa5117"):
        minilm._check_weights(tmp_path / "model.safetensors")


def test_the_default_model_goes_by_its_usual_names(cache: Path) -> None:
    names = ("all-MiniLM-L6-v2", "sentence-transformers/all-minilm-l6-v2")
    assert {open_embedder(name, cache).model for name in names} == {minilm.MODEL}


@pytest.mark.skipif(importlib.util.find_spec("sentence_transformers") is not None, reason="the extra is installed")
def test_another_model_without_its_library_says_which_extra_to_install(tmp_path: Path) -> None:
    with pytest.raises(MissingModelError, match=r"gatehouse\[models\]"):
        open_embedder("BAAI/bge-small-en-v1.5", tmp_path)


def test_a_passage_is_embedded_with_the_place_it_stands_in() -> None:
    chunk = Chunk(0, "paragraph", ("Results", "Holdout"), "0.41", 0, 4, 12)
    assert embedding_text(chunk, "Churn uplift") == "Churn uplift > Results > Holdout\n0.41"
    assert text_hash("a") != text_hash("b")
