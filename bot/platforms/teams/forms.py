"""Draws a form as a card and reads what was typed into it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.chat import Choice, DateInput, Form, Heading, Input, TextInput
from bot.platforms.teams import limits
from bot.platforms.teams.buttons import ASKED, NO_TOKEN, SENT, TOKEN, WHAT, action, button_rows
from bot.platforms.teams.elements import Json, line, run
from bot.platforms.teams.parts import Means
from bot.platforms.teams.render import card_of, fitted
from bot.platforms.teams.text import EMPTY, shortened

INPUT = "in."
"""Start of an input's id; the rest is its name."""

NONE = "-"
"""An option that stands for no value."""

FEW = 5
"""Options up to which a choice is shown spread out: all are seen at once."""

MOST_INPUTS = 40
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def render_form(form: Form, means: Means, *, page: str = "") -> Json:
    """The form as a card. Its action carries a token and nothing else of ours: what is sent is looked up by it."""
    inputs = [drawn for one in form.inputs[:MOST_INPUTS] for drawn in _input(one, form.errors.get(one.name, ""))]
    below = [*inputs, *_general(form), *_actions(form, means)]
    title = (Heading(form.title),) if form.title.strip() else ()
    return card_of(fitted((*title, *form.parts), means, keep=below, page=page))


def typed(data: Mapping[str, object]) -> dict[str, str]:
    """What was typed, by the input's name, out of an action's data."""
    asked = {name: None for name in str(data.get(ASKED) or "").split("\n") if name}
    named = asked | {name.removeprefix(INPUT): value for name, value in data.items() if name.startswith(INPUT)}
    return {name: "" if value in (None, NONE) else str(value) for name, value in named.items()}


def _actions(form: Form, means: Means) -> Iterator[Json]:
    if form.command:
        asked = "\n".join(one.name for one in form.inputs[:MOST_INPUTS])
        data = {WHAT: SENT, TOKEN: means.tokens.get(form.command, NO_TOKEN), ASKED: asked}
        yield {"type": "ActionSet", "actions": [action(form.submit, data, style="positive")]}
    yield from button_rows(form.others, means.tokens)


def _general(form: Form) -> Iterator[Json]:
    """Errors of nothing that can be typed."""
    names = {one.name for one in form.inputs}
    yield from (_error(why) for name, why in form.errors.items() if name not in names)


def _input(one: Input, error: str) -> Iterator[Json]:
    """The error above, then the input. What is required is checked by us: so a step can be left half filled in."""
    if error:
        yield _error(error)
    label = shortened(one.label, limits.ITEM) + (" (required)" if one.required else "")
    yield {"id": f"{INPUT}{one.name}", "label": label, **_element(one)}
    if one.hint:
        yield line(run(one.hint, limit=limits.ITEM, isSubtle=True, size="Small"), spacing="None")


def _error(why: str) -> Json:
    return line(run(why, limit=limits.ITEM, color="Attention", weight="Bolder"))


def _element(one: Input) -> Json:
    match one:
        case TextInput(_, _, value, _, lines):
            element: Json = {"type": "Input.Text", "isMultiline": lines > 1, "maxLength": limits.TYPED}
            return element | {"value": value[: limits.TYPED]} if value else element
        case DateInput(_, _, value):
            return {"type": "Input.Date"} | ({"value": value} if DAY.fullmatch(value) else {})
        case Choice():
            return _choice(one)


def _choice(choice: Choice) -> Json:
    """All options; spread out when they are few. One that was chosen before and is no more is not shown as chosen."""
    options = choice.options[: limits.CHOICES] or (("", EMPTY),)
    values = {value or NONE for value, _ in options}
    chosen = [one for one in (choice.value.split(",") if choice.many else [choice.value]) if one in values]
    drawn: Json = {
        "type": "Input.ChoiceSet",
        "style": "expanded" if len(options) <= FEW else "compact",
        "isMultiSelect": choice.many,
        "wrap": True,
        "choices": [{"title": shortened(label, limits.CELL), "value": value or NONE} for value, label in options],
    }
    return drawn | {"value": ",".join(chosen)} if chosen else drawn
