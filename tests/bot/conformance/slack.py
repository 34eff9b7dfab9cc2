"""Slack's part of the conformance suite: how a reply and a form are drawn there with tokens as they would be minted."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Button, Buttons, Form, Part, Reply, Suggestion
from bot.platforms.slack.forms import render_form
from bot.platforms.slack.parts import Means
from bot.platforms.slack.render import Message, render

FILE = "F000001"


def commands(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        match part:
            case Buttons(buttons):
                yield from (button.command for button in buttons)
            case Suggestion(text):
                yield text


def means(parts: tuple[Part, ...], others: tuple[Button, ...] = ()) -> Means:
    """Every command with a token of its own."""
    said = dict.fromkeys((*commands(parts), *(button.command for button in others)))
    return Means({command: f"tok-{n:03d}" for n, command in enumerate(said)}, lambda _: FILE)


def message(reply: Reply) -> Message:
    return render(reply, means(reply.parts), page="https://gates.example.org/page")


def view(form: Form) -> dict[str, object]:
    return render_form(form, means(form.parts, form.others), token="tok-form")
