"""Draws a form as a Slack modal and reads what was typed into it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.chat import Choice, DateInput, Form, Input, TextInput
from bot.platforms.slack import limits
from bot.platforms.slack.buttons import button_row
from bot.platforms.slack.parts import Means
from bot.platforms.slack.render import Room, fitted
from bot.platforms.slack.rich import Json
from bot.platforms.slack.text import EMPTY, plain, shown

CALLBACK = "form"
BLOCK = "input:"
"""Start of an input's block id; the rest is its name: the same from view to view, so that Slack keeps the text."""

NONE = "-"
"""An option that stands for no value: Slack takes no empty one."""

FEW = 5
"""Options up to which a choice is shown as radio buttons or ticks: all are seen at once."""


def render_form(form: Form, means: Means, *, token: str, page: str = "") -> Json:
    """The form as a modal; `token` is all its private metadata says: what is sent is looked up by it."""
    inputs = [_input(one, form.errors.get(one.name, "")) for one in form.inputs][: limits.VIEW_BLOCKS // 2]
    others = list(button_row(form.others, means.tokens))
    room = Room(limits.VIEW_BLOCKS - len(inputs) - len(others), limits.VIEW_JSON)
    above = fitted(form.parts, replace(means, in_message=False), room=room, page=page) if form.parts else ()
    view: Json = {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": token,
        "title": plain(form.title, limits.VIEW_TITLE),
        "close": plain("Close", limits.VIEW_TITLE),
        "blocks": [*above, *inputs, *others] or [_nothing()],
        "notify_on_close": True,
    }
    if form.command:
        view["submit"] = plain(form.submit, limits.VIEW_TITLE)
    return view


def note_view(title: str, text: str) -> Json:
    """A modal that only says something."""
    body = {"type": "section", "text": plain(text, limits.BLOCK_TEXT)}
    named = {"title": plain(title, limits.VIEW_TITLE), "close": plain("Close", limits.VIEW_TITLE)}
    return {"type": "modal", "callback_id": "note", "blocks": [body], **named}


def errors_of(form: Form) -> dict[str, str]:
    """The errors by block id, as the acknowledgement of a submission carries them.

    Only those of inputs: Slack refuses an acknowledgement that names an unknown block.
    """
    names = {one.name for one in form.inputs}
    return {f"{BLOCK}{name}": shown(why) for name, why in form.errors.items() if name in names}


def typed(values: Mapping[str, Mapping[str, Mapping[str, object]]]) -> dict[str, str]:
    """What was typed, by the input's name, out of `view.state.values`."""
    return {
        block.removeprefix(BLOCK): _value(next(iter(elements.values())))
        for block, elements in values.items()
        if block.startswith(BLOCK) and elements
    }


def _value(state: Mapping[str, object]) -> str:
    match state:
        case {"selected_options": [*options]}:
            return ",".join(_option_value(option) for option in options)
        case {"selected_option": option}:
            return _option_value(option)
        case {"selected_date": day}:
            return str(day or "")
        case _:
            return str(state.get("value") or "")


def _option_value(option: object) -> str:
    value = str(option["value"]) if isinstance(option, dict) else ""
    return "" if value == NONE else value


def _input(one: Input, error: str) -> Json:
    """An input block. An error stands in its hint as well: one that came after the acknowledgement is still read."""
    hint = " ".join(filter(None, (error, one.hint)))
    drawn: Json = {
        "type": "input",
        "block_id": f"{BLOCK}{one.name}"[:255],
        "label": plain(one.label, limits.INPUT_LABEL),
        "optional": not one.required,
        "element": _element(one),
    }
    return drawn | {"hint": plain(hint, limits.INPUT_LABEL)} if hint else drawn


def _element(one: Input) -> Json:
    match one:
        case TextInput(_, _, value, _, lines):
            element: Json = {"type": "plain_text_input", "action_id": "value", "multiline": lines > 1}
            element["max_length"] = limits.TYPED
            return element | {"initial_value": value[: limits.TYPED]} if value else element
        case DateInput(_, _, value):
            picker: Json = {"type": "datepicker", "action_id": "value"}
            return picker | {"initial_date": value} if value else picker
        case Choice():
            return _choice(one)


def _choice(choice: Choice) -> Json:
    options = [_option(*option) for option in choice.options[: limits.OPTIONS]] or [_option("", EMPTY)]
    chosen = set(choice.value.split(",")) if choice.many else {choice.value}
    picked = [option for option in options if option["value"] in chosen]
    few = len(options) <= FEW
    if choice.many:
        element: Json = {"type": "checkboxes" if few else "multi_static_select", "options": options}
        extra: Json = {"initial_options": picked} if picked else {}
    else:
        element = {"type": "radio_buttons" if few else "static_select", "options": options}
        extra = {"initial_option": picked[0]} if picked else {}
    return {**element, **extra, "action_id": "value"}


def _option(value: str, label: str) -> Json:
    """Values are ids of ours; one beyond Slack's limit is cut, and then matches nothing rather than something else."""
    return {"text": plain(label, limits.OPTION_LABEL), "value": (value or NONE)[: limits.OPTION_VALUE]}


def _nothing() -> Json:
    return {"type": "section", "text": plain(EMPTY, limits.BLOCK_TEXT)}
