"""Questions through the front door: the JSON people script against, sources, follow-ups, and odd input."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from bot.cli.ask import answer_lines
from bot.conversation.asking import Rooms
from bot.database import open_database
from rag.store.contents import contents_at, source_id_of
from tests.bot.front_door import House, write_file

KEYS = {
    "id", "question", "answer", "values", "facts", "citations", "abstained", "why",
    "route", "tier", "as_of", "audience", "cost_usd", "timings_ms",
}  # fmt: skip

QUESTIONS = (
    "status of ferry-eta?",
    "what's blocking the production gate of the eta model?",
    "who prints the tide table?",
    "when does the pilot start?",
    "who owns ferry-eta?",
    "what is the risk tier of ferry-eta?",
    "which gates are blocked?",
)


def test_every_answer_and_every_refusal_has_the_documented_keys(harbour: House) -> None:
    for told in harbour.batch([{"id": n, "text": text} for n, text in enumerate((*QUESTIONS, "what is a zorb?", ""))]):
        assert set(told) >= KEYS
        assert told["route"] in {"ledger", "records", "documents"}
        assert told["tier"] == "extractive"
        assert told["timings_ms"]["total"] > 0
        assert all(set(fact) >= {"entity", "field", "value", "doc", "line"} for fact in told["facts"])
        assert all(set(c) >= {"n", "doc", "title", "section", "quote", "updated"} for c in told["citations"])
        assert told["abstained"] == bool(told["why"])


def test_a_refusal_gives_no_value_and_cites_nothing(harbour: House) -> None:
    told = harbour.ask("how many engineer-weeks did the gearbox take?")
    assert told["abstained"]
    assert (told["values"], told["citations"]) == ([], [])


def test_every_quote_stands_word_for_word_in_its_document(harbour: House) -> None:
    told = harbour.batch([{"id": text, "text": text} for text in QUESTIONS])
    citations = [citation for one in told for citation in one["citations"]]
    texts = _stored_texts(harbour.home, [citation["doc"] for citation in citations])
    assert len(citations) > len(QUESTIONS) // 2
    assert [c for c in citations if c["quote"] not in texts[c["doc"]]] == []


def test_as_of_says_its_time_zone(harbour: House) -> None:
    for question in ("status of ferry-eta?", "who prints the tide table?"):
        assert harbour.ask(question)["as_of"].endswith("+00:00")


def test_the_terminal_shows_the_answer_its_source_and_who_may_read_it(harbour: House) -> None:
    shown = harbour.run("ask", "who prints the tide table?").out
    assert "Corvid Press" in shown
    assert "[1] notes/tides.md" in shown
    assert "readable by public" in shown


def test_a_question_can_come_from_standard_input(harbour: House) -> None:
    assert "Corvid Press" in harbour.run("ask", stdin="who prints the tide table?\n").out


@pytest.mark.parametrize("text", ["", "   \n\t ", "?!", "\u202e\u2066\x00"])
def test_a_message_without_a_question_is_told_so(harbour: House, text: str) -> None:
    told = harbour.ask(text)
    assert told["abstained"]
    assert "no question" in told["why"]


def test_a_question_of_50000_characters_is_refused_with_the_limit(harbour: House) -> None:
    told = harbour.ask("why " * 12_500)
    assert told["abstained"]
    assert "4,000" in told["why"]


def test_the_longest_allowed_question_is_answered_or_refused_like_any_other(harbour: House) -> None:
    told = harbour.ask(("who prints the tide table " * 160)[:4000].strip())
    assert told["abstained"] in (True, False)


@pytest.mark.parametrize("odd", ["\x1b[2J\x1b[31m", "\u202e", "\x07\x08", "\u2066abc\u2069", "\ud800", "\r\n\r\n"])
def test_characters_that_act_never_reach_the_terminal_raw(harbour: House, odd: str) -> None:
    for question in (f"who prints the {odd}tide table?", f"status of {odd}", f"what is '{odd}'?"):
        ran = harbour.run("ask", question)
        assert ran.code == 0, ran.err
        assert _acting(ran.out + ran.err) == set()


def test_a_document_full_of_acting_characters_is_shown_as_text(house: House) -> None:
    house.write({"notes/rope.md": "# Rope\n\nThe rope \x1b[31mcosts\u202e 77 EUR a \x07metre.\n"})
    house.sync()
    ran = house.run("ask", "what does the rope cost a metre?")
    assert "77 EUR" in ran.out
    assert _acting(ran.out) == set()


def test_a_batch_keeps_its_order_and_answers_a_bad_line_in_place(harbour: House) -> None:
    lines: list[str | dict[str, object]] = [
        {"id": "a", "text": "status of ferry-eta?"},
        "{not json",
        "[1, 2]",
        {"id": "d"},
        {"id": 5, "text": "who prints the tide table?"},
        {"id": "f", "text": "x", "as": 7},
        {"id": "g", "text": "x", "as": "nobody.known"},
        {"text": "who prints the tide table?"},
    ]
    told = harbour.batch(lines)
    assert [one["id"] for one in told] == ["a", 2, 3, "d", 5, "f", "g", 8]
    assert ["error" in one for one in told] == [False, True, True, True, False, True, True, False]
    assert all(one["error"] for one in told if "error" in one)


def test_a_defect_costs_its_own_line_only_and_is_logged_without_the_question(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    broken = Rooms(_fails, _fails, _Broken(), lambda: None, lambda: datetime.now(UTC), lambda: "id")
    lines = write_file(tmp_path / "lines.jsonl", '{"id": 1, "text": "canary"}\n{"id": 2, "text": "canary"}\n')
    answer_lines(lines, broken, person=None, place=None)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["id"] for one in told] == [1, 2]
    assert all("Something failed" in one["error"] for one in told)
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text


def test_a_batch_reads_standard_input_and_skips_empty_lines(harbour: House) -> None:
    ran = harbour.run("ask", "--batch", "-", "--json", stdin='\n{"id":"x","text":"status of ferry-eta?"}\n\n')
    assert ran.out.count("\n") == 1


def test_a_batch_file_that_is_not_there_is_named(harbour: House) -> None:
    ran = harbour.run("ask", "--batch", str(harbour.docs / "none.jsonl"))
    assert ran.code == 2
    assert "none.jsonl" in ran.err
    assert "Traceback" not in ran.err


def test_lines_of_one_thread_keep_the_subject_and_others_do_not(harbour: House) -> None:
    first, second, alone = harbour.batch(
        [
            {"id": 1, "text": "status of ferry-eta?", "thread": "t"},
            {"id": 2, "text": "and who owns it?", "thread": "t"},
            {"id": 3, "text": "and who owns it?"},
        ],
        "--as",
        "lea.marin",
    )
    assert not first["abstained"]
    assert second["values"] == ["Ana Reis"]
    assert alone["values"] != ["Ana Reis"]


def test_it_is_the_gate_after_a_question_about_the_gate_and_the_project_after_its_status(harbour: House) -> None:
    told = harbour.batch(
        [
            {"id": 1, "text": "what's blocking the production gate of ferry-eta?", "thread": "gate"},
            {"id": 2, "text": "and who owns it?", "thread": "gate"},
            {"id": 3, "text": "status of ferry-eta?", "thread": "project"},
            {"id": 4, "text": "and who owns it?", "thread": "project"},
        ]
    )
    assert told[1]["values"] == ["Ben Okoye"]
    assert told[3]["values"] == ["Ana Reis"]


def test_the_limit_of_a_criterion_is_told_by_its_name_and_in_a_follow_up(harbour: House) -> None:
    told = harbour.batch(
        [
            {"id": 1, "text": "what limit did we agree for p95 latency?", "thread": "named"},
            {"id": 2, "text": "what's blocking the production gate of ferry-eta?", "thread": "t"},
            {"id": 3, "text": "and what limit did we agree for that?", "thread": "t"},
            {"id": 4, "text": "what limit did we agree for the canteen?", "thread": "other"},
        ]
    )
    assert told[0]["values"] == told[2]["values"] == ["200 ms"]
    assert "200" in told[0]["citations"][0]["quote"]
    assert told[3]["abstained"]


def test_a_gate_nobody_knows_is_refused_by_name_and_not_replaced_by_another(harbour: House) -> None:
    told = harbour.ask("what is blocking the launch gate of ferry-eta?")
    assert told["abstained"]
    assert "no such gate" in told["why"]
    assert "Production readiness" in told["why"]


def test_who_somebody_is_comes_from_the_programme(harbour: House) -> None:
    assert harbour.ask("who is Lea Marin?")["values"] == ["Counsel"]


def test_small_talk_is_told_what_can_be_asked(harbour: House) -> None:
    told = harbour.ask("hello!")
    assert told["abstained"]
    assert "blocking a gate" in told["answer"]
    assert told["citations"] == []


def test_after_a_record_it_is_the_record_and_no_longer_the_project(harbour: House) -> None:
    told = harbour.batch(
        [
            {"id": 1, "text": "status of ferry-eta?", "thread": "t"},
            {"id": 2, "text": "who is the owner of the moon landing?", "thread": "t"},
            {"id": 3, "text": "what is the purpose of the ferry arrival model?", "thread": "t"},
            {"id": 4, "text": "what is blocking it?", "thread": "t"},
        ]
    )
    assert told[0]["values"] == ["Production readiness"]
    assert told[3]["route"] != "ledger" or told[3]["abstained"] or "ferry-eta" in told[3]["answer"]


def test_a_thread_is_not_shared_between_readers(harbour: House) -> None:
    _, other = harbour.batch(
        [
            {"id": 1, "text": "status of quay-scan", "thread": "t", "as": "lea.marin"},
            {"id": 2, "text": "and who owns it?", "thread": "t"},
        ]
    )
    assert "quay" not in str(other).casefold().replace("and who owns it?", "")


def test_chat_keeps_the_subject_and_ends_with_the_input(harbour: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(["status of the eta model?", "and who owns it?"])

    def read(_prompt: str = "") -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", read)
    ran = harbour.run("chat")
    assert ran.code == 0, ran.err
    assert "p95 latency" in ran.out
    assert "Ana Reis owns" in ran.out or "owner: ana.reis" in ran.out


def test_before_anything_is_taken_in_a_question_says_what_to_do(house: House) -> None:
    ran = house.run("ask", "who prints the tide table?")
    assert "gatehouse sync" in ran.out + ran.err
    assert "Traceback" not in ran.err


def _fails(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("canary")


class _Broken:
    """A room that fails at everything."""

    search = look_up = quote = staticmethod(_fails)


def _stored_texts(home: Path, docs: list[str]) -> dict[str, str]:
    with open_database(f"sqlite:///{home / 'gatehouse.db'}").read() as session:
        found = contents_at(session, source_id_of(session, "docs"), docs)
    return {path: content.text for path, content in found.items()}


def _acting(shown: str) -> set[str]:
    """The control and direction characters in what was shown, but for line ends."""
    return {char for char in shown if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Cs"}}
