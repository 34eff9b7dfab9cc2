"""What somebody said is kept with a gate: typed, or taken from a message by a form."""

from __future__ import annotations

from bot.chat import Choice, Refresh
from gates.service.history import differing_states
from tests.bot.signing import Talk, told, words

LINK = "https://acme.slack.com/archives/C1/p1700000000000100"


def test_a_decision_is_in_the_history_and_on_the_gate_and_the_receipt_says_what_the_files_want(at_desk: Talk) -> None:
    receipt = at_desk.says("ada.moss", "record decision beam launch we keep the old table for a week")
    assert "Ada Moss recorded a decision: we keep the old table for a week." in words(receipt)
    line = '- {id: D-001, date: 2026-11-20, title: "we keep the old table for a week", by: ada.moss}'
    assert line.split(", date")[0] in words(receipt)
    assert "projects/beam/project.yaml keeps the list" in words(receipt)
    assert "recorded a decision: we keep the old table" in words(at_desk.says("bo.lind", "history beam launch"))
    shown = words(at_desk.says("bo.lind", "show beam launch"))
    assert "Noted" in shown
    assert "Decision: we keep the old table for a week" in shown
    assert receipt.sends == (Refresh("gate:beam/launch"),)
    assert told(receipt) == {}


def test_a_message_is_shown_for_editing_before_it_is_recorded_and_its_link_is_kept(at_desk: Talk) -> None:
    form = at_desk.form("ada.moss", "record risk", text="the lamp drifts in fog", source=LINK)
    by_name = {item.name: item for item in form.inputs}
    assert by_name["text"].value == "the lamp drifts in fog"
    assert {value for value, _ in options(by_name["project"])} == {"beam", "fog"}
    receipt = at_desk.says("ada.moss", form.command, project="beam", text="The lamp drifts in fog.")
    assert f"Ada Moss recorded a risk: The lamp drifts in fog. ({LINK})." in words(receipt)
    assert "- {id: R-001, raised:" in words(receipt)
    assert LINK in words(at_desk.says("ed.vale", "show beam launch"))


def test_a_message_said_in_a_projects_channel_is_still_shown_first(at_desk: Talk) -> None:
    form = at_desk.says("ada.moss", "record decision", place="#beam", text="go on Monday", source=LINK).answer
    assert "gate" in {item.name for item in form.inputs}  # type: ignore[union-attr]
    assert "nothing has been recorded" in words(at_desk.says("ada.moss", "history beam launch")).lower()


def test_evidence_wants_a_criterion_and_a_value_and_counts_as_somebodys_word(at_desk: Talk) -> None:
    form = at_desk.form("ada.moss", "record evidence beam launch", text="measured 140 ms again", source=LINK)
    by_name = {item.name: item for item in form.inputs}
    assert [value for value, _ in options(by_name["criterion"])] == ["latency"]
    receipt = at_desk.says("ada.moss", form.command, criterion="latency", value="140 ms", text="measured 140 ms again")
    assert "reported 140 ms for latency from measured 140 ms again" in words(receipt)
    assert LINK in words(receipt)


def test_nothing_is_recorded_as_something_that_does_not_exist(at_desk: Talk) -> None:
    refused = at_desk.says("ada.moss", "record wish beam launch a bigger lamp")
    assert refused.refused
    assert "it is evidence, decision or risk" in words(refused)


def test_what_was_recorded_is_what_the_audit_log_comes_to(at_desk: Talk) -> None:
    at_desk.says("ada.moss", "record risk beam launch Bo Lind may be away in December")
    with at_desk.here.database.read() as session:
        assert list(differing_states(session)) == []
    assert "Risk: Bo Lind may be away in December" in words(at_desk.says("bo.lind", "show beam launch"))


def options(item: object) -> tuple[tuple[str, str], ...]:
    assert isinstance(item, Choice), item
    return item.options
