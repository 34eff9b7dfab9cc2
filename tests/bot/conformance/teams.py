"""Teams' part of the conformance suite: how a reply and a form are drawn there, and what its schema says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft6Validator

from bot.chat import Form, Reply
from bot.platforms.teams.forms import render_form
from bot.platforms.teams.parts import Means
from bot.platforms.teams.render import Message, render
from tests.bot.conformance.slack import means as slack_means

Card = dict[str, Any]
PAGE = "https://gates.example.org/page"


def message(reply: Reply) -> Message:
    return render(reply, Means(slack_means(reply.parts).tokens), page=PAGE)


def form_card(form: Form) -> Card:
    tokens = dict(slack_means(form.parts, form.others).tokens)
    return render_form(form, Means(tokens | {form.command: "tok-form"}), page=PAGE)


@cache
def schema() -> Draft6Validator:
    return Draft6Validator(json.loads((files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text("utf-8")))


def broken(card: Card) -> list[str]:
    """What the schema of the declared version, or Teams itself, would refuse."""
    plain = {name: value for name, value in card.items() if name != "msteams"}
    assert plain["version"] == "1.5"
    found = [f"{error.json_path}: {error.message[:200]}" for error in schema().iter_errors(plain)]
    ids = [one["id"] for one in nodes(card) if "id" in one]
    found += [f"id {one!r} twice" for one in set(ids) if ids.count(one) > 1]
    found += [f"{len(one['actions'])} actions in a set" for one in nodes(card) if len(one.get("actions", ())) > 6]
    if (length := len(json.dumps(card, ensure_ascii=False).encode("utf-16-le"))) > 80_000:
        found.append(f"{length} bytes")
    return found


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Every element of a card, the outermost first."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from nodes(one)


def read_aloud(card: Card) -> str:
    """The words of a card in reading order."""
    return "\n".join(_words(card.get("body", [])))


def _words(elements: list[Card]) -> Iterator[str]:
    for one in elements:
        match one["type"]:
            case "RichTextBlock":
                yield "".join(run["text"] for run in one["inlines"])
            case "Container":
                yield from _words(one["items"])
            case "ActionSet":
                yield " ".join(f"[{action['title']}]" for action in one["actions"])
            case "Table":
                for row in one["rows"]:
                    yield " | ".join(" ".join(_words(cell["items"])) for cell in row["cells"])
            case _:
                yield one.get("label", "")


def action(card: Card, label: str) -> Card:
    """The first button of this label."""
    return next(
        one for one in nodes(card) if str(one.get("type", "")).startswith("Action.") and one.get("title") == label
    )
