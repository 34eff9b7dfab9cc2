"""The second opinion on a sentence: it only takes away, and any cross-encoder with the right label gives it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from rag.claims.check import check
from rag.claims.entailment import EntailmentError, open_entailment, with_second_opinion
from rag.claims.model import Source, Supported, Unsupported

SOURCES = {1: Source(1, "The pump was replaced in May because its seal leaked 4 litres a day. Nobody signed.")}
TRUE = "The pump was replaced in May because its seal leaked [1]."
FALSE = "The pump was replaced in June because its seal leaked [1]."
INSTALLED = importlib.util.find_spec("sentence_transformers") is not None


def test_a_sentence_needs_both_opinions() -> None:
    asked: list[tuple[str, str]] = []

    def doubts(premise: str, hypothesis: str) -> float:
        asked.append((premise, hypothesis))
        return 0.2

    trusting, doubting = with_second_opinion(check, lambda *_: 0.9), with_second_opinion(check, doubts)
    assert isinstance(trusting(TRUE, SOURCES), Supported)
    fallen = doubting(TRUE, SOURCES)
    assert isinstance(fallen, Unsupported)
    assert fallen.fault == "not entailed"
    premise, hypothesis = asked[0]
    assert premise.startswith("The pump was replaced in May")
    assert hypothesis == TRUE.replace(" [1]", "")


def test_what_the_check_dropped_is_not_asked_about() -> None:
    assert not isinstance(with_second_opinion(check, lambda *_: 1.0)(FALSE, SOURCES), Supported)


@pytest.mark.skipif(INSTALLED, reason="the extra is installed")
def test_without_the_library_it_says_which_extra_to_install() -> None:
    with pytest.raises(EntailmentError, match=r"gatehouse\[models\]"):
        open_entailment("cross-encoder/nli-deberta-v3-base")


@pytest.mark.slow
@pytest.mark.skipif(not INSTALLED, reason="needs the extra `models`")
def test_any_cross_encoder_with_the_label_gives_a_probability_and_one_without_is_refused(tmp_path: Path) -> None:
    good = a_cross_encoder(tmp_path / "good", ("contradiction", "entailment", "neutral"))
    entails = open_entailment(str(good))
    found = {entails("The pump leaked.", said) for said in ("It leaked.", "The pump did not leak.")}
    assert all(0.0 < one < 1.0 for one in found)
    with pytest.raises(EntailmentError, match="its labels are no, yes"):
        open_entailment(str(a_cross_encoder(tmp_path / "other", ("no", "yes"))))


@pytest.mark.slow
@pytest.mark.skipif(not INSTALLED, reason="needs the extra `models`")
def test_a_model_that_is_not_there_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # its variable is read at import only
    with pytest.raises(EntailmentError, match="no-such-model-anywhere"):
        open_entailment("no-such-model-anywhere")


def a_cross_encoder(folder: Path, labels: tuple[str, ...]) -> Path:
    """A tiny cross-encoder with random weights and these labels."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"the pump leaked it did not .".split()]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(known)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(known),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        id2label=dict(enumerate(labels)),
        label2id={label: at for at, label in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder
