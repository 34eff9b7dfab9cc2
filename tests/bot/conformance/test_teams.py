"""Everything the bot can say is something Teams takes, and looks as it did when somebody last looked at it."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from bot.chat import Choice, Form, Item, Items, Picture, Reply, TextInput
from bot.platforms.teams.forms import typed
from tests.bot.conformance.replies import FORMS, MARKUP, PNG, REPLIES, RTL
from tests.bot.conformance.teams import action, broken, form_card, message, nodes, read_aloud, schema
from tests.bot.conformance.test_slack import check


def test_the_schema_can_tell_a_broken_card() -> None:
    assert files("adaptive_cards").joinpath("schemas/schema-1.5.json").is_file()
    wrong = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "RichTextBlock", "inlines": 7}]}
    assert not schema().is_valid(wrong)
    assert broken({**wrong, "msteams": {}})


@pytest.mark.parametrize("name", REPLIES)
def test_teams_takes_every_reply(name: str) -> None:
    drawn = message(REPLIES[name])
    assert broken(drawn.card) == []
    assert 0 < len(drawn.summary) <= 400


@pytest.mark.parametrize("name", FORMS)
def test_teams_takes_every_form(name: str) -> None:
    assert broken(form_card(FORMS[name])) == []


@pytest.mark.parametrize("name", ["status", "card", "answer", "board"])
def test_a_message_looks_as_it_did(name: str) -> None:
    drawn = message(REPLIES[name])
    check(f"teams-{name}.json", {"summary": drawn.summary, "card": drawn.card})


def test_a_form_looks_as_it_did() -> None:
    check("teams-form-walk-through.json", form_card(FORMS["walk-through"]))


def test_what_finds_no_room_is_said_and_the_buttons_stay() -> None:
    crowded = Reply((*REPLIES["two hundred items"].parts * 9, *REPLIES["card"].parts))
    drawn = message(crowded).card
    assert "the rest is not shown here" in read_aloud(drawn)
    assert action(drawn, "Review and sign")
    assert "https://gates.example.org/page" in json.dumps(drawn)


def test_nothing_in_a_document_becomes_a_mention_or_markup() -> None:
    drawn = message(REPLIES["markup"]).card
    assert {one.get("type") for one in nodes(drawn)} & {"TextBlock", "FactSet"} == set()
    assert "entities" not in json.dumps(drawn)
    assert MARKUP in read_aloud(drawn)


def test_hidden_characters_are_written_out() -> None:
    drawn = message(REPLIES["right to left"])
    said = drawn.summary + read_aloud(drawn.card)
    assert RTL not in said
    assert "\u202e" not in said
    assert "\\u202e" in said


def test_every_button_falls_back_to_a_submit_with_the_same_data() -> None:
    sent = action(message(REPLIES["card"]).card, "Review and sign")
    assert sent["type"] == "Action.Execute"
    assert sent["fallback"]["type"] == "Action.Submit"
    assert sent["fallback"]["data"] == sent["data"]


def test_a_button_that_asks_first_does_nothing_before_it_is_confirmed() -> None:
    asked = action(message(REPLIES["card"]).card, "Reject")
    assert asked["type"] == "Action.ShowCard"
    assert read_aloud(asked["card"]) == "Reject this submission?"
    assert asked["card"]["actions"][0]["type"] == "Action.Execute"


def test_a_card_carries_tokens_and_no_command() -> None:
    said = json.dumps([message(REPLIES["card"]).card, form_card(FORMS["walk-through"])])
    assert "review churn-uplift" not in said
    assert "tok-form" in said


def test_a_folded_list_unfolds_without_asking_us() -> None:
    drawn = message(Reply((Items((Item("RACI"),), title="Met: 1 of 1", folded=True),))).card
    toggle = action(drawn, "Met: 1 of 1")
    hidden = next(one for one in nodes(drawn) if one.get("id") in toggle["targetElements"])
    assert hidden["isVisible"] is False
    assert "RACI" in read_aloud({"body": hidden["items"]})


def test_a_picture_is_inline_and_a_large_one_is_told_in_words() -> None:
    drawn = message(Reply((Picture(PNG, "Gates by week"),))).card
    assert next(one for one in nodes(drawn) if one.get("type") == "Image")["url"].startswith("data:image/png;base64,")
    large = message(Reply((Picture(b"x" * 50_000, "Gates by week"),))).card
    assert not any(one.get("type") == "Image" for one in nodes(large))
    assert "Picture: Gates by week" in read_aloud(large)


def test_what_was_typed_is_read_by_the_inputs_name() -> None:
    drawn = form_card(FORMS["walk-through"])
    names = {one["id"] for one in nodes(drawn) if str(one.get("type", "")).startswith("Input")}
    assert names == {"in.verdict", "in.comment", "in.by"}
    assert typed({"in.verdict": "flag", "in.none": "-", "token": "t", "in.by": None}) == {
        "verdict": "flag",
        "none": "",
        "by": "",
    }


def test_a_refused_input_shows_why_and_keeps_what_was_typed() -> None:
    form = Form("Reject", "reject p g", inputs=(TextInput("reason", "Reason", "too", required=True),),
                errors={"reason": "Say more.", "form": "The gate moved meanwhile."})  # fmt: skip
    drawn = form_card(form)
    assert "Say more." in read_aloud(drawn)
    assert "The gate moved meanwhile." in read_aloud(drawn)
    assert next(one for one in nodes(drawn) if one.get("id") == "in.reason")["value"] == "too"


def test_an_option_that_is_no_more_is_not_shown_as_chosen() -> None:
    drawn = form_card(Form("Which?", "x", inputs=(Choice("one", "One", (("a", "A"),), value="gone"),)))
    assert "value" not in next(one for one in nodes(drawn) if one.get("id") == "in.one")
