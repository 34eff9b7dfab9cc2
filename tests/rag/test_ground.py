"""Units, question analysis, values, confidence and support, each on small invented texts."""

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ground.candidates import candidates
from rag.ground.confidence import confidence
from rag.ground.features import features
from rag.ground.fit import Example, fit, judge
from rag.ground.question import read_question
from rag.ground.reading import read_passages
from rag.ground.scoring import score_sentences
from rag.ground.sentences import units
from rag.ground.support import supports
from rag.ground.weights import LEXICAL, SEMANTIC
from rag.ground.words import same_stem, words
from rag.model import Passage


def passage(text: str, *, doc: str = "notes.md", title: str = "Notes", section: str = "", **more: str) -> Passage:
    updated = more.get("updated", "2026-11-01")
    return Passage(1, 1, doc, title, section, text, 1, updated, more.get("superseded_by"), 1.0)


def cut(text: str, suffix: str = "") -> list[str]:
    return [text[unit.start : unit.end] for unit in units(text, suffix)]


def test_sentences_end_at_full_stops_but_not_at_abbreviations_decimals_or_initials() -> None:
    text = "Dr. Weber met J. Moreau, e.g. on 3 Nov. 2026. The gap was 1.4 points. Really? Yes!"
    assert cut(text) == [
        "Dr. Weber met J. Moreau, e.g. on 3 Nov. 2026.",
        "The gap was 1.4 points.",
        "Really?",
        "Yes!",
    ]


def test_a_list_item_stays_whole_and_knows_the_line_that_leads_to_it() -> None:
    text = "Stop rules:\n\n- complaints above 1.2 %: stop\n- [ ] brief the callers. Twice.\n"
    items = [unit for unit in units(text) if unit.kind == "item"]
    assert [text[unit.start : unit.end] for unit in items] == [
        "complaints above 1.2 %: stop",
        "[ ] brief the callers. Twice.",
    ]
    assert all(unit.lead and text[slice(*unit.lead)] == "Stop rules:" for unit in items)


@pytest.mark.parametrize(
    ("text", "rows", "header"),
    [
        ("| item | value |\n|---|---|\n| length | 8 weeks |\n", ["| length | 8 weeks |"], "| item | value |"),
        ("=====  =====\nname   days\n=====  =====\nsoak   7\n=====  =====\n", ["soak   7"], "name   days"),
        ("+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+\n", ["| 1 | 2 |"], "| a | b |"),
    ],
)
def test_table_rows_hang_on_their_header_row(text: str, rows: list[str], header: str) -> None:
    found = [unit for unit in units(text) if unit.kind == "row"]
    assert [text[unit.start : unit.end] for unit in found] == rows
    assert all(unit.lead and text[slice(*unit.lead)] == header for unit in found)


def test_a_table_that_goes_on_from_an_earlier_passage_has_no_header_row() -> None:
    found = units("| region | 0.9 |\n| gender | 0.6 |\n", headed=False)
    assert [unit.lead for unit in found] == [None, None]


def test_lines_of_a_data_file_carry_the_keys_above_them() -> None:
    text = '{\n  "holdout": {\n    "rows": 61240,\n    "auc": 0.79\n  },\n  "seeds": 5\n}\n'
    found = units(text, ".json")
    assert [(unit.heading, text[unit.start : unit.end]) for unit in found] == [
        ("holdout", '"rows": 61240,'),
        ("holdout", '"auc": 0.79'),
        ("", '"seeds": 5'),
    ]


def test_front_matter_is_no_sentence() -> None:
    assert cut("---\ntitle: Plan\nowner: ines\n---\nThe plan holds.\n") == ["The plan holds."]


@given(
    st.text(alphabet=st.sampled_from(list("aB1.!? \n-|#:*`=[]x,é")), max_size=200),
    st.sampled_from(["", ".csv", ".json"]),
)
def test_units_lie_inside_the_text_in_order_and_are_never_blank(text: str, suffix: str) -> None:
    found = units(text, suffix)
    assert all(0 <= unit.start < unit.end <= len(text) and text[unit.start : unit.end].strip() for unit in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("who owns the feed?", "person"),
        ("when is the gate due", "date"),
        ("how many callers work at Christmas?", "number"),
        ("how much did the trial cost?", "money"),
        ("what does the trial cost", "money"),
        ("how long are scores kept?", "duration"),
        ("what share of customers left?", "percent"),
        ("what is the p95 latency of the scorer?", "number"),
        ("which version runs in shadow?", "identifier"),
        ("why was AUC dropped?", "reason"),
        ("what's the reason Julia reviews it?", "reason"),
        ("how does the rollback work?", "manner"),
        ("what is PSI?", "definition"),
        ("is the bias review done?", "yes_no"),
        ("which features were dropped?", "list"),
        ("hi, can you tell me who signs?", "person"),
        ("deadline for the questionnaire?", "date"),
        ("", "thing"),
    ],
)
def test_a_question_says_what_kind_of_answer_it_wants(text: str, kind: str) -> None:
    assert read_question(text).kind == kind


def test_a_question_of_any_length_or_script_is_read() -> None:
    for text in ("?" * 50, "\u202ewho\x00 signs", "ou est la gare " * 3000, "誰"):
        assert read_question(text).text == text.strip()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("It took 9 ms on CPU.", "duration", "9 ms"),
        ("It costs EUR 1.35 million a year.", "money", "EUR 1.35 million"),
        ("Threshold >= 0.55 holds.", "number", ">= 0.55"),
        ("About 6 % of them left.", "percent", "6 %"),
        ("Frozen on Mon 30 November 2026 by Piotr.", "date", "Mon 30 November 2026"),
        ("Due 2026-12-04.", "date", "2026-12-04"),
        ("Agreed with Rita Fonseca yesterday.", "person", "Rita Fonseca"),
        ("See D-007 for more.", "identifier", "D-007"),
        ("Tuned as v3.2 since.", "identifier", "v3.2"),
    ],
)
def test_values_are_found_verbatim_with_their_unit(text: str, kind: str, value: str) -> None:
    assert (kind, value) in [(found.kind, found.text) for found in candidates(text)]


def test_candidates_are_slices_of_the_text() -> None:
    text = "On 2 Oct 2026 Ines Duarte set p95 <= 120 ms at 50 requests/s, EUR 0.31 per 1,000."
    assert all(text[value.start : value.end] == value.text for value in candidates(text))


def test_words_that_share_a_root_agree_and_others_do_not() -> None:
    stems = {word.text: word.stem for word in words("decision decided owners owns latency latest 164ms A/B")}
    assert stems["decision"] == stems["decided"]
    assert stems["owners"] == stems["owns"]
    assert not same_stem(stems["latency"], stems["latest"])
    assert "164" in stems
    assert "A/B" in stems


SOURCE = (
    "The scorer keeps raw scores for 13 months. Reasons are not kept longer than 90 days. Aiko Sato agreed on 2 Oct."
)


@pytest.mark.parametrize(
    ("sentence", "stands"),
    [
        ("The scorer keeps raw scores for 13 months [1].", True),
        ("Raw scores are kept for 13 months by the scorer. [2]", True),
        ("The scorer keeps raw scores for 15 months.", False),
        ("The scorer keeps raw scores for 13 days.", False),
        ("The scorer does not keep raw scores for 13 months.", False),
        ("Reasons are kept longer than 90 days.", False),
        ("Omar Haddad agreed on 2 Oct.", False),
        ("Aiko Sato agreed on 3 Oct.", False),
        ("Aiko Sato agreed on 2 Oct.", True),
        ("The vendor delivered four new nodes.", False),
        ("", False),
    ],
)
def test_a_sentence_is_supported_only_with_its_numbers_names_dates_and_polarity(sentence: str, stands: bool) -> None:
    assert supports(sentence, SOURCE) is stands


def sure(question: str, *texts: str) -> float:
    reading = read_passages(read_question(question), [passage(text, doc=f"{at}.md") for at, text in enumerate(texts)])
    return confidence(reading, score_sentences(reading))


def test_confidence_falls_when_a_name_a_number_or_the_polarity_of_the_question_is_missing() -> None:
    text = "In the load test of 17 November the scorer of Lisbon reached a p95 of 164 ms."
    whole = sure("what p95 did the scorer of Lisbon reach in the load test of 17 November?", text)
    assert sure("what p95 did the scorer of Porto reach in the load test of 17 November?", text) < whole
    assert sure("what p95 did the scorer of Lisbon reach in the load test of 18 November?", text) < whole
    assert sure("what p95 did the scorer of Lisbon not reach in the load test of 17 November?", text) < whole


def test_no_passages_mean_no_confidence() -> None:
    reading = read_passages(read_question("who signs?"), [])
    assert confidence(reading, score_sentences(reading)) == 0.0


def test_every_weight_belongs_to_a_feature_that_is_computed() -> None:
    reading = read_passages(read_question("who signs the gate?"), [passage("Rita Fonseca signs the gate.")])
    names = set(features(reading, score_sentences(reading)))
    assert set(LEXICAL) == names | {"constant"}
    assert set(SEMANTIC) == names | {"constant", "closest"}


def test_fitting_finds_the_direction_of_a_feature_and_judges_it() -> None:
    found = [Example({"near": at / 40 + (at % 3) / 30}, at >= 20, "article") for at in range(40)]
    weights = fit(found)
    verdict = judge(found, weights)
    assert weights["near"] > 0
    assert verdict.auroc > 0.95
    assert verdict.balanced_accuracy > 0.9


def test_grounding_imports_neither_numpy_nor_a_model_runtime() -> None:
    heavy = "('numpy', 'onnxruntime', 'chromadb', 'tantivy', 'sqlalchemy', 'tokenizers')"
    code = f"import sys, rag.answer, rag.ground.support; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
