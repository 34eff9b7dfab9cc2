"""The sentence above a digest: in the digest's class, made of its lines, left out when the guards say no."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from bot.digests.lead import DigestLead
from gates.digest.model import Digest, Note, Section, Topic
from gates.model import Person, Programme
from rag.model import Audience
from tests.bot.model.given import Asking
from tests.stand_ins.model_thread import model_on_a_thread

PROGRAMME = Programme("test", {"ana.reis": Person("ana.reis", "Ana Reis")})
ANA = Audience("Ana Reis", (frozenset({"ana.reis"}),))
LINES = ("ferry-eta: Production readiness waits for Tom Vance as Sponsor, 3 working days",
         "ferry-eta is declared green, but computed at risk: p95 latency is 240 ms")  # fmt: skip
SAID = "Ferry-eta is at risk: p95 latency is 240 ms [1]."


def digest(*lines: str) -> Digest:
    topics: tuple[Topic, ...] = ("you", "contradiction")
    notes = (Note(topic, "ferry-eta", line, "") for topic, line in zip(topics, lines, strict=False))
    sections = tuple(Section(note.topic, (note,)) for note in notes)
    return Digest(date(2026, 11, 20), sections, ("ferry-eta",), date(2026, 11, 19))


def lead(
    asking: Asking, said: str, *lines: str, model: str = "plain", times: int = 1
) -> tuple[str, list[dict[str, Any]]]:
    with model_on_a_thread(say=lambda _: said) as server:
        room = asking.room(server.url, model)
        write = DigestLead(room, lambda: uuid4().hex)
        try:
            found = [write(digest(*(lines or LINES)), audience=ANA, person="ana.reis", programme=PROGRAMME)
                     for _ in range(times)]  # fmt: skip
        finally:
            room.close()
        return found[-1], server.bodies


def test_a_sentence_of_the_digest_s_own_words_stands_above_it(asking: Asking) -> None:
    found, bodies = lead(asking, "Ferry-eta is declared green, but computed at risk [1].")
    assert found == "Ferry-eta is declared green, but computed at risk."
    assert all(line in str(bodies) for line in LINES)


@pytest.mark.parametrize(
    "invented",
    [
        "Ferry-eta is green [1].",
        "Tom Vance has signed Production readiness [1].",
        "ferry-eta: Production readiness waits for Tom Vance as Sponsor, 9 working days [1].",
        "Ferry-eta is declared green, see https://evil.example [1].",
        "Everything is fine.",
    ],
)
def test_anything_else_is_left_out(asking: Asking, invented: str) -> None:
    found, bodies = lead(asking, invented)
    assert bodies
    assert found == ""


def test_a_digest_of_one_line_needs_no_sentence_above_it(asking: Asking) -> None:
    assert lead(asking, SAID, LINES[0]) == ("", [])


def test_a_server_that_fails_is_asked_once_for_all_digests_of_a_morning(asking: Asking) -> None:
    found, bodies = lead(asking, SAID, model="404", times=3)
    assert found == ""
    assert len(bodies) == 1


def test_the_request_goes_in_the_class_of_digests(asking: Asking) -> None:
    from inference.store_spend import spent_since

    lead(asking, "Ferry-eta is declared green, but computed at risk [1].")
    with asking.here.database.read() as session:
        assert "digest" in {row.request_class for row in spent_since(session, date(2000, 1, 1))}
