"""How an answer in a model's words came about: what is kept, for whom, how long, and that it can be repeated."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from bot.answers.model import AnswerRecord, question_hash
from bot.answers.store import expire_texts
from bot.model.replay import NotShown, Viewer, is_same, look_up_answer, repeat
from tests.bot.model.given import SAID, WHY, Asking, by_kind, saying
from tests.stand_ins.model_thread import model_on_a_thread


def test_how_an_answer_came_about_is_kept_and_the_same_request_can_be_sent_again(asking: Asking) -> None:
    told = asking.of(saying(f"{SAID} Only 13 passengers took it [1].")).told
    record = _record(asking, told.id)
    assert record.prompt.startswith("answer@")
    assert (record.tier, record.model, record.sampling["temperature"]) == ("model", "plain", 0.0)
    assert {source.doc for source in record.sources} >= {"notes/schedule.md"}
    assert [one.fault for one in record.dropped] == ["number"]
    assert record.texts
    assert record.texts.answer == told.text
    with model_on_a_thread(say=saying(SAID)) as server:
        room = asking.room(server.url)
        repeated = repeat(record, room)
        room.close()
    assert repeated
    assert repeated.answer
    assert repeated.answer.text == told.text


def test_a_sentence_above_a_status_is_kept_and_repeated_by_its_own_prompt(asking: Asking) -> None:
    lead = "Ferry-eta is at risk [1]."
    told = asking.of(by_kind(lead=lead), "status of ferry-eta?").told
    record = _record(asking, told.id)
    assert (record.prompt.partition("@")[0], record.tier) == ("lead", "model")
    assert record.texts
    assert record.texts.answer == told.lead == lead
    with model_on_a_thread(say=by_kind(lead=lead)) as server:
        room = asking.room(server.url)
        repeated = repeat(record, room)
        room.close()
    assert repeated
    assert is_same(record, repeated)


def test_what_a_follow_up_was_understood_as_is_kept_with_the_prompt_that_said_so(asking: Asking) -> None:
    question = "And what may replace the paper schedule?"
    told = asking.talk(by_kind(follow_up=question), WHY, "and what may replace it?")[-1].told
    record = _record(asking, told.id)
    assert record.texts
    assert (record.texts.question, record.texts.understood) == ("and what may replace it?", question)
    assert [reason.partition("@")[0] for guard, _, reason in record.decisions if guard == "question"] == ["followup"]
    assert f"Understood as: {question}" in " ".join(asking.house.run("replay", told.id, "--no-repeat").out.split())


def test_an_answer_given_to_one_person_is_shown_to_nobody_else(asking: Asking) -> None:
    told = asking.of(saying(SAID), person="lea.marin").told
    assert _record(asking, told.id, person="lea.marin").person == "lea.marin"
    for person in ("ana.reis", None):
        with pytest.raises(NotShown):
            _record(asking, told.id, person=person)


def test_the_words_of_an_answer_are_gone_after_thirty_days_and_its_hashes_stay(asking: Asking) -> None:
    told = asking.of(saying(SAID)).told
    later = asking.here.clock() + timedelta(days=31)
    assert _record(asking, told.id, now=later).texts is None
    with asking.here.database.write() as session:
        expire_texts(session, later)
    record = _record(asking, told.id)
    assert record.texts is None
    assert record.question_hash == question_hash(WHY)
    with model_on_a_thread(say=saying(SAID)) as server:
        room = asking.room(server.url)
        assert repeat(record, room) is None
        room.close()


def test_replay_shows_an_answer_and_says_why_it_is_not_repeated(asking: Asking) -> None:
    told = asking.of(saying(SAID)).told
    ran = asking.house.run("replay", told.id)
    said = " ".join(ran.out.split())
    assert "Written by" in said
    assert re.search(r"Took model total \d+ ms, first sentence \d+ ms", said)
    assert "Not repeated: no model is set" in said
    assert "No answer" in asking.house.run("replay", "ffffffffffff").err


def _record(asking: Asking, answer_id: str, *, person: str | None = None, now: datetime | None = None) -> AnswerRecord:
    programme = asking.rooms.ledger().programme
    moment = now or asking.here.clock()
    viewer = Viewer(person, None)
    return look_up_answer(answer_id, viewer, programme=programme, database=asking.here.database, now=moment)
