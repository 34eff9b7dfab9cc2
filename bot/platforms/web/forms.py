"""Turns a form into plain JSON for a page to draw. Pure."""

from __future__ import annotations

from bot.chat import Choice, DateInput, Form, Input, Outcome, Reply, TextInput
from bot.platforms.visible import visible
from bot.platforms.web.render import render, render_button


def render_outcome(outcome: Outcome) -> dict[str, object]:
    """What came of an order: the parts of a reply, or a form; `refused` where nothing was done."""
    answer = outcome.answer
    shown = {"parts": render(answer)} if isinstance(answer, Reply) else {"form": render_form(answer)}
    return {"refused": outcome.refused, **shown}


def render_form(form: Form) -> dict[str, object]:
    """The form: what stands above, the inputs with their errors, the errors of none of them, the ways out."""
    names = {item.name for item in form.inputs}
    return {
        "title": visible(form.title),
        "command": form.command,
        "submit": visible(form.submit),
        "parts": render(Reply(form.parts)),
        "inputs": [_input(item, form.errors.get(item.name, "")) for item in form.inputs],
        "problems": [visible(why) for name, why in form.errors.items() if name not in names],
        "others": [render_button(button) for button in form.others],
    }


def _input(item: Input, error: str) -> dict[str, object]:
    said = {
        "name": item.name,
        "label": visible(item.label),
        "value": item.value,
        "hint": visible(item.hint),
        "required": item.required,
        "error": visible(error),
    }
    match item:
        case TextInput(lines=lines):
            return {"kind": "text", "lines": lines, **said}
        case DateInput():
            return {"kind": "date", **said}
        case Choice(options=options, many=many):
            shown = [[value, visible(text)] for value, text in options]
            return {"kind": "choice", "many": many, "options": shown, **said}
