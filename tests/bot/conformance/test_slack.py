"""Everything the bot can say is something Slack takes, and looks as it did when somebody last looked at it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.chat import Item, Items, Reply
from bot.platforms.slack.render import render_home
from tests.bot.conformance.replies import FORMS, MARKUP, REPLIES, RTL
from tests.bot.conformance.slack import means, message, view
from tests.stand_ins.slack.people import labels, read_aloud
from tests.stand_ins.slack.rules import broken_rules, broken_view

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize("name", REPLIES)
def test_slack_takes_every_reply(name: str) -> None:
    drawn = message(REPLIES[name])
    blocks = list(drawn.blocks)
    assert broken_rules(blocks, surface="message") == []
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()
    assert 0 < len(drawn.text) <= 4_000


@pytest.mark.parametrize("name", REPLIES)
def test_slack_takes_every_reply_as_a_home(name: str) -> None:
    home = render_home(REPLIES[name], means(REPLIES[name].parts))
    assert broken_view(home) == []
    View(**home).to_dict()


@pytest.mark.parametrize("name", FORMS)
def test_slack_takes_every_form(name: str) -> None:
    modal = view(FORMS[name])
    assert broken_view(modal) == []
    View(**modal).to_dict()
    assert modal["private_metadata"] == "tok-form"


@pytest.mark.parametrize("name", ["status", "card", "answer", "board"])
def test_a_message_looks_as_it_did(name: str) -> None:
    drawn = message(REPLIES[name])
    check(f"slack-{name}.json", {"text": drawn.text, "blocks": list(drawn.blocks)})


def test_a_form_looks_as_it_did() -> None:
    check("slack-form-walk-through.json", view(FORMS["walk-through"]))


def test_what_finds_no_room_is_said_and_the_buttons_stay() -> None:
    drawn = message(REPLIES["everything twenty times"])
    assert "the rest is not shown here" in read_aloud(list(drawn.blocks))
    assert "What's blocking" in labels({"blocks": list(drawn.blocks)})
    assert "https://gates.example.org/page" in json.dumps(drawn.blocks)


def test_nothing_in_a_document_becomes_a_mention_or_markup() -> None:
    drawn = message(REPLIES["markup"])
    said = json.dumps(drawn.blocks)
    assert '"mrkdwn"' not in said
    assert '"broadcast"' not in said
    assert '"user_id"' not in said
    assert MARKUP in read_aloud(list(drawn.blocks))
    assert "<" not in drawn.text
    assert "&lt;!channel&gt;" in drawn.text


def test_hidden_characters_are_written_out() -> None:
    drawn = message(REPLIES["right to left"])
    said = drawn.text + read_aloud(list(drawn.blocks))
    assert RTL not in said
    assert "\u202e" not in said
    assert "\\u202e" in said
    assert "\\x1b" in said


def test_lists_are_numbered_on_from_block_to_block() -> None:
    entries = Items(tuple(Item("word " * 40, f"detail {n}") for n in range(30)))
    lists = [
        element
        for block in message(Reply((entries,))).blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        if element["type"] == "rich_text_list"
    ]
    assert len(lists) > 1
    counted = 0
    for one in lists:
        assert one.get("offset", 0) == counted
        counted += len(one["elements"])
    assert counted == 30


def test_a_list_of_two_hundred_is_shown_whole() -> None:
    assert "200. Item 199 · detail 199" in read_aloud(list(message(REPLIES["two hundred items"]).blocks))


def test_the_plain_words_say_what_the_blocks_show() -> None:
    text = message(REPLIES["status"]).text
    for said in ("At risk", "Owner: Ines Duarte", "1. p95 latency 164 ms", "Aiko Sato", "Buttons: What's blocking"):
        assert said in text


def check(name: str, drawn: object) -> None:
    """Against the golden file; one that is missing is written, and then the test says so."""
    path = GOLDEN / name
    text = json.dumps(drawn, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if not path.exists():
        path.write_text(text, "utf-8")
        pytest.fail(f"{path.name} was written; look at it and commit it")
    assert json.loads(path.read_text("utf-8")) == json.loads(text)
