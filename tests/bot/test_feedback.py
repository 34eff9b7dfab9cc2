"""What people think of answers is kept beside how these came about, and counted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from bot.answers.model import AnswerRecord
from bot.answers.store import keep_answer
from bot.answers.store_feedback import Opinions, opinions
from bot.database import open_database
from bot.measures import FeedbackCounted
from bot.upkeep.doctor import Patient, feedback
from tests.bot.signing import Talk, words

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ANSWER = "3f9a1c20aaaabbbbccccddddeeeeffff"


def kept(at_desk: Talk) -> None:
    record = AnswerRecord(
        id=ANSWER, at=NOW, question_hash="0", audience="public", tier="model", why="", prompt="answer@1", model="tiny",
        sampling={}, sources=(), decisions=(), dropped=(), tokens=(0, 0), micros=0, timings_ms={}, person=None,
        place=None, texts=None, readers=(),
    )  # fmt: skip
    with at_desk.here.database.write() as session:
        keep_answer(session, record)


def counted(at_desk: Talk) -> Opinions:
    with at_desk.here.database.read() as session:
        return opinions(session)


def test_one_person_has_one_opinion_of_an_answer_the_later_one(at_desk: Talk) -> None:
    kept(at_desk)
    at_desk.says("ada.moss", f"feedback {ANSWER} not")
    assert counted(at_desk) == Opinions(0, 1)
    assert "Thank you" in words(at_desk.says("ada.moss", f"feedback {ANSWER} helpful"))
    at_desk.says(None, f"feedback {ANSWER} helpful")
    assert counted(at_desk) == Opinions(2, 0)
    with at_desk.here.database.read() as session:
        (found,) = feedback(Patient(session, None, NOW))
    assert found.says == "2 answers were found helpful, 0 not."


def test_the_metrics_page_counts_opinions_and_goes_without_them_when_the_database_is_gone(at_desk: Talk) -> None:
    registry = CollectorRegistry()
    registry.register(FeedbackCounted(at_desk.here.database.read))
    kept(at_desk)
    at_desk.says("ada.moss", f"feedback {ANSWER} not")
    assert 'gatehouse_answers_rated{opinion="not helpful"} 1.0' in generate_latest(registry).decode()
    gone = CollectorRegistry()
    gone.register(FeedbackCounted(open_database("sqlite:////proc/nowhere.db").read))
    assert generate_latest(gone) == b""


def test_an_answer_that_was_not_kept_is_thanked_for_all_the_same(at_desk: Talk) -> None:
    assert words(at_desk.says("ada.moss", "feedback 0000 helpful")) == "Thank you, noted."
    assert counted(at_desk) == Opinions()


@pytest.mark.parametrize("verdict", ["maybe", "5"])
def test_a_verdict_is_helpful_or_not(at_desk: Talk, verdict: str) -> None:
    refused = at_desk.says("ada.moss", f"feedback {ANSWER} {verdict}")
    assert refused.refused
    assert "helpful or not" in words(refused)
