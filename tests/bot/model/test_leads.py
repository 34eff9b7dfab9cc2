"""The one sentence that a model may put above a status, a list or a count of the gate records."""

from __future__ import annotations

import pytest

from bot.conversation.views import reply_of
from rag.claims.model import Source, Supported
from rag.claims.pieced import check_pieced
from tests.bot.model.given import Asking, by_kind, wanted

STATUS = "status of ferry-eta?"
LEAD = "Ferry-eta is at risk at gate 2 of 2, Production readiness, due Fri 4 Dec [1]."


def test_a_sentence_made_of_the_records_stands_above_the_status_with_their_own_citations(asking: Asking) -> None:
    asked = asking.of(by_kind(lead=LEAD), STATUS)
    assert [wanted(body) for body in asked.bodies] == ["lead"]
    assert asked.told.lead == LEAD
    assert asked.told.citations[0].doc == "projects/ferry-eta/project.yaml"
    drawn = str(reply_of(asked.told))
    assert drawn.index("is at risk at gate 2 of 2") < drawn.index("p95 latency at 20 rps is 240 ms")
    assert "first sentence by the model, checked" in drawn


def test_the_status_itself_is_seen_at_once_and_is_the_same_with_and_without_a_lead(asking: Asking) -> None:
    with_lead, without = asking.of(by_kind(lead=LEAD), STATUS), asking.of(by_kind(), STATUS)
    (first,) = with_lead.shown
    assert (first.lead, first.parts) == ("", with_lead.told.parts)
    assert (without.told.lead, without.told.parts) == ("", with_lead.told.parts)


@pytest.mark.parametrize(
    "invented",
    [
        "Ferry-eta is green at gate 2 of 2 [1].",
        "Ferry-eta has passed Production readiness [1].",
        "Ferry-eta is not at risk [1].",
        "Ferry-eta is at risk at gate 1 of 2 [1].",
        "Ferry-eta is at risk, due Fri 11 Dec [1].",
        "Model risk owner has signed [1].",
        "Lea Marin has signed [1].",
        "Ferry-eta is at risk [9].",
        "Ferry-eta is at risk.",
        "Ferry-eta is at risk, see https://evil.example [1].",
    ],
)
def test_a_sentence_of_anything_else_is_not_shown(asking: Asking, invented: str) -> None:
    asked = asking.of(by_kind(lead=invented), STATUS)
    assert asked.bodies
    assert (asked.told.lead, asked.told.tier) == ("", "extractive")
    assert "no model" in str(reply_of(asked.told))


@pytest.mark.parametrize("question", ["has lea marin signed production of ferry-eta?", "who is Lea Marin?"])
def test_a_bare_verdict_and_a_single_line_have_no_sentence_above_them(asking: Asking, question: str) -> None:
    assert asking.of(by_kind(lead=LEAD), question).bodies == []


def test_no_sentence_is_asked_for_where_the_setting_says_so(asking: Asking) -> None:
    assert asking.of(by_kind(lead=LEAD), STATUS, leads=False).bodies == []


def test_what_somebody_may_not_read_is_no_source_of_the_sentence(asking: Asking) -> None:
    question = "which gates are open?"
    hers = asking.of(by_kind(lead=LEAD), question, person="lea.marin")
    everybodys = asking.of(by_kind(lead=LEAD), question)
    assert "quay-scan" in str(hers.bodies)
    assert "quay-scan" not in str(everybodys.bodies)


# --- the check by itself ------------------------------------------------------------------

LINES = Source(
    1,
    "churn-uplift · at risk · gate 3 of 4: Production readiness, due Fri 4 Dec (was Fri 27 Nov)\n"
    "8 of 9 evidence criteria met · 1 of 3 approvals\n"
    "p95 latency at 50 rps is 164 ms, agreed limit 120 ms (Tomas Weber · 3 working days)\n"
    "Sponsor has not signed (Rita Fonseca · signs after the model risk owner)",
)


@pytest.mark.parametrize(
    "said",
    [
        "8 of 9 evidence criteria are met, with 1 of 3 approvals [1].",
        "Churn-uplift is at risk: p95 latency at 50 rps is 164 ms, and the agreed limit is 120 ms [1].",
        "The sponsor has not signed [1].",
    ],
)
def test_whole_pieces_stand(said: str) -> None:
    assert isinstance(check_pieced(said, {1: LINES}), Supported)


@pytest.mark.parametrize(
    "said",
    [
        "9 of 9 evidence criteria are met [1].",
        "Evidence criteria are met [1].",
        "All evidence criteria are met [1].",
        "The sponsor has signed [1].",
        "Rita Fonseca has not signed [1].",
        "Rita Fonseca is at risk [1].",
        "Churn-uplift is at risk because the sponsor has not signed [1].",
        "p95 latency at 50 rps is 120 ms, agreed limit 164 ms [1].",
        "Production readiness was due Fri 27 Nov [1].",
        "The agreed limit is 120 ms [1].",
    ],
)
def test_parts_of_pieces_and_pieces_of_other_lines_do_not(said: str) -> None:
    assert not isinstance(check_pieced(said, {1: LINES}), Supported)
