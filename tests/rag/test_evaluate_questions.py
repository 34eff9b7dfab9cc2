"""Question files: reading the three styles, judging replies, the figures and the picture."""

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from rag.evaluate.abstention import auroc, measure_abstention
from rag.evaluate.question_report import families_table, misses_table, report_questions
from rag.evaluate.questions import KnownQuestion, QuestionFileError, ask_all, judge, read_questions, value_set
from rag.evaluate.risk_picture import draw_risk_coverage

TEXTS = {"plan.md": "The test starts on 30 November. It runs eight weeks."}


def reply(*values: str, quote: str = "The test starts on 30 November.", **more: object) -> dict[str, object]:
    citations = [{"n": 1, "doc": "plan.md", "quote": quote}] if quote else []
    return {
        "answer": quote,
        "values": list(values),
        "citations": citations,
        "abstained": False,
        "confidence": 0.9,
        **more,
    }


NOTHING: dict[str, object] = {"answer": "", "values": [], "citations": [], "abstained": True, "confidence": 0.2}


def known(**more: object) -> KnownQuestion:
    start = {"id": "q", "family": "when", "text": "when?", "answerable": True, "accepted": (("30 November",),)}
    return KnownQuestion(**{**start, **more})  # type: ignore[arg-type]


def written(folder: Path, *rows: Mapping[str, object] | str) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_the_three_styles_of_question_files_are_read(tmp_path: Path) -> None:
    records = {"id": "a", "family": "list", "text": "which?", "answer_set": ["PEP 1", "PEP 2"], "answerable": True}
    reading = {"id": "b", "text": "who?", "answer_set": ["Rollo", "the duke"], "answerable": True, "source_doc": "N#0"}
    demo = {
        "id": "c",
        "family": "why",
        "text": "why?",
        "answerable": True,
        "values": ["x"],
        "accept": [["y"], ["z", "w"]],
    }
    demo |= {"must_quote": ["because"], "sources": ["plan.md"], "after": "a", "as": "ines.duarte", "split": "dev"}
    first, second, third = read_questions(written(tmp_path, records, reading, demo))
    assert first.accepted == (("PEP 1", "PEP 2"),)
    assert (second.fragments, second.family, second.accepted) == (("Rollo", "the duke"), "reading", ())
    assert third.accepted == (("x",), ("y",), ("z", "w"))
    assert (third.after, third.as_person, third.must_quote) == ("a", "ines.duarte", ("because",))


def test_only_the_split_asked_for_is_read(tmp_path: Path) -> None:
    rows = [{"id": one, "text": "?", "answerable": False, "split": one} for one in ("dev", "held_out")]
    assert [one.id for one in read_questions(written(tmp_path, *rows), split="dev")] == ["dev"]


@pytest.mark.parametrize("line", ["{broken", "[]", '{"id": 3, "text": "t", "answerable": true, "values": ["x"]}'])
def test_a_line_that_cannot_be_used_is_named_with_file_and_number(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, {"id": "a", "text": "t", "answerable": True}, line)
    with pytest.raises(QuestionFileError, match=r"questions\.jsonl, line 2: expected"):
        read_questions(path)


def test_a_missing_question_file_is_told_by_name_with_what_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match=r"queries\.jsonl: no such file\. .*--queries"):
        read_questions(tmp_path / "queries.jsonl")


def test_values_are_compared_as_sets_without_case_space_at_sign_or_version_mark() -> None:
    assert value_set(["@Ana", "v1.26", "120 ms"]) == value_set(["120ms", "ana", "1.26"])
    assert value_set(["victor"]) != value_set(["ictor"])


@pytest.mark.parametrize(
    ("question", "answer", "outcome"),
    [
        (known(), reply("30 november"), "right"),
        (known(), reply("30 November", "7 December"), "wrong"),
        (known(accepted=(("x",), ("7 Dec", "30 Nov"))), reply("30 Nov", "7 Dec"), "right"),
        (known(), NOTHING, "abstained"),
        (known(answerable=False), NOTHING, "rightly abstained"),
        (known(answerable=False), reply("30 November"), "wrongly answered"),
        (known(accepted=(), must_quote=("starts on 30",)), reply(), "right"),
        (known(accepted=(), must_quote=("because",)), reply(), "wrong"),
        (known(accepted=(), fragments=("10 May", "30 November")), reply(), "right"),
    ],
)
def test_a_reply_is_judged(question: KnownQuestion, answer: dict[str, object], outcome: str) -> None:
    assert judge(question, answer, text_of=TEXTS.get).outcome == outcome


def test_an_expected_source_counts_as_cited_by_path_name_or_through_a_fact() -> None:
    assert judge(known(sources=("plan.md",)), reply("30 November"), text_of=TEXTS.get).cited
    assert judge(known(sources=("plan",)), reply("30 November"), text_of=TEXTS.get).cited
    fact = {"entity": "e", "field": "f", "value": "v", "doc": "a/other.yaml", "line": 1}
    assert judge(known(sources=("other.yaml",)), reply("x", facts=[fact]), text_of=TEXTS.get).cited
    assert not judge(known(sources=("mail.eml",)), reply("30 November"), text_of=TEXTS.get).cited


@pytest.mark.parametrize(("quote", "verbatim"), [("It runs eight weeks.", 1), ("It runs nine weeks.", 0)])
def test_a_quote_counts_only_when_it_stands_in_its_document(quote: str, verbatim: int) -> None:
    found = judge(known(), reply("x", quote=quote), text_of=TEXTS.get)
    assert (found.quotes, found.verbatim) == (1, verbatim)


def test_questions_are_asked_in_order_so_that_threads_can_be_kept() -> None:
    asked: list[str] = []

    def ask(question: KnownQuestion) -> dict[str, object]:
        asked.append(question.id)
        return NOTHING

    done: list[tuple[int, int]] = []
    ask_all([known(id="b"), known(id="a")], ask, text_of=TEXTS.get, progress=lambda at, of: done.append((at, of)))
    assert (asked, done) == (["b", "a"], [(1, 2), (2, 2)])


def run() -> list[tuple[KnownQuestion, dict[str, object]]]:
    return [
        (known(id="1"), reply("30 November", confidence=0.9)),
        (known(id="2"), reply("7 December", confidence=0.6)),
        (known(id="3", family="who"), NOTHING),
        (known(id="4", family="none", answerable=False), NOTHING),
        (known(id="5", family="none", answerable=False), reply("x", confidence=0.5)),
    ]


def test_the_report_counts_by_family_and_names_what_went_wrong() -> None:
    report = report_questions([judge(question, answer, text_of=TEXTS.get) for question, answer in run()])
    assert [(one.family, one.exact, one.answerable) for one in report.families] == [
        ("when", 1, 2),
        ("who", 0, 1),
        ("none", 0, 0),
    ]
    assert (report.total.rightly_abstained, report.total.unanswerable) == (1, 2)
    assert report.citation_precision == 1.0
    assert [miss.id for miss in report.misses] == ["2", "3", "5"]
    assert json.loads(json.dumps(report.to_json()))["total"]["exact"] == 1
    assert families_table(report).row_count == 4
    assert misses_table(report).row_count == 3


def test_the_figures_of_abstention_follow_their_definitions() -> None:
    figures = measure_abstention([judge(question, answer, text_of=TEXTS.get) for question, answer in run()])
    assert figures.balanced_accuracy == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert figures.f1 == pytest.approx(2 * 1 / (2 + 1 + 1))
    assert [(point.coverage, point.risk) for point in figures.curve] == [
        (pytest.approx(1 / 5), 0.0),
        (pytest.approx(2 / 5), 1 / 2),
        (pytest.approx(3 / 5), pytest.approx(2 / 3)),
    ]
    assert figures.aurc == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)
    assert figures.auroc == pytest.approx((2 + 2 + 0.5) / 6)


def test_auroc_is_one_for_a_perfect_score_and_half_for_a_constant() -> None:
    assert auroc([0.9, 0.8], [0.1]) == 1.0
    assert auroc([0.5, 0.5], [0.5]) == 0.5


def test_the_picture_is_a_png_with_something_drawn_even_without_points() -> None:
    figures = measure_abstention([judge(question, answer, text_of=TEXTS.get) for question, answer in run()])
    for points in (figures.curve, ()):
        picture = Image.open(BytesIO(draw_risk_coverage(points, title="demo")))
        assert (picture.format, picture.size) == ("PNG", (760, 500))
        assert len(picture.getcolors(1 << 16) or []) > 3


def test_questions_without_a_known_answer_are_for_retrieval_only(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    lines = [
        '{"_id": "q1", "text": "t"}',
        '{"id": "q2", "text": "t", "answerable": true}',
        '{"_id": "q3", "text": "t", "answerable": true, "answer_set": ["x"]}',
        '{"id": "q4", "text": "t", "answerable": false, "answer_set": []}',
    ]
    path.write_text("\n".join(lines))
    assert [question.id for question in read_questions(path)] == ["q3", "q4"]
