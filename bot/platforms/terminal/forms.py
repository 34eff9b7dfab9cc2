"""Asks a form in the terminal, one line an input; what is typed is checked where it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from rich.console import RenderableType
from rich.text import Text

from bot.chat import Choice, DateInput, Form, Heading, Input, Reply, TextInput
from bot.platforms.terminal.render import render
from bot.platforms.visible import visible

Read = Callable[[str], str]
Write = Callable[[RenderableType], None]


@dataclass(frozen=True)
class Filled:
    """What was decided: the command to run, with the fields where the form itself was sent."""

    command: str
    fields: Mapping[str, str]


def fill_form(form: Form, *, read: Read, write: Write) -> Filled | None:
    """What the person makes of a form; None when the input ends, and then nothing has happened.

    An empty line takes the value in brackets; where a person has to judge there is none. A form with ways out asks
    which one at its end, and one that asks nothing else is never sent by an empty line.
    """
    write(render(Reply((Heading(form.title), *form.parts))))
    for name, wrong in form.errors.items():
        write(Text(visible(f"{_label(form, name)}: {wrong}"), "red"))
    try:
        fields: dict[str, str] = {}
        for item in form.inputs:
            fields[item.name] = _ask(item, read=read, write=write) if _is_asked(item, fields) else ""
        way = _way_out(form, read=read, write=write)
    except (EOFError, KeyboardInterrupt):
        return None
    return Filled(way, {}) if way else Filled(form.command, fields)


def _is_asked(item: Input, fields: Mapping[str, str]) -> bool:
    if not isinstance(item, TextInput) or item.only_if is None:
        return True
    name, values = item.only_if
    return fields.get(name) in values


def _label(form: Form, name: str) -> str:
    return next((item.label for item in form.inputs if item.name == name), name)


def _ask(item: Input, *, read: Read, write: Write) -> str:
    if isinstance(item, Choice):
        for number, (_, shown) in enumerate(item.options, 1):
            write(Text(visible(f"  {number}  {shown}")))
    while True:
        typed = read(_prompt(item)).strip()
        value, wrong = _read(item, typed or item.value)
        if not wrong:
            return value
        write(Text(visible(wrong), "red"))


def _prompt(item: Input) -> str:
    default = item.value
    if isinstance(item, Choice):
        default = next((str(n) for n, (value, _) in enumerate(item.options, 1) if value == item.value), "")
    hint = f" ({item.hint})" if item.hint else ""
    return visible(f"{item.label}{hint}{f' [{default}]' if default else ''}: ")


def _read(item: Input, typed: str) -> tuple[str, str]:
    """The value of what was typed, or what is wrong with it."""
    if not typed:
        return "", f"{item.label} is needed (Ctrl-D leaves)." if item.required else ""
    if isinstance(item, DateInput):
        return _day(typed)
    if isinstance(item, Choice):
        return _chosen(item, typed)
    return typed, ""


def _day(typed: str) -> tuple[str, str]:
    try:
        return date.fromisoformat(typed).isoformat(), ""
    except ValueError:
        return "", f"{typed!r} is no day. Write it as 2026-11-27."


def _chosen(item: Choice, typed: str) -> tuple[str, str]:
    picked = [part.strip() for part in typed.split(",")] if item.many else [typed]
    found = [_meant(item, said) for said in picked]
    if None in found:
        return "", f"{typed!r} is none of the choices. Type a number from 1 to {len(item.options)}, or how it begins."
    return ", ".join(value for value in found if value is not None), ""


def _meant(item: Choice, said: str) -> str | None:
    """The value of a choice by its number, its name, or how what is shown for it begins, where that is one alone."""
    if said.isdigit():
        return item.options[int(said) - 1][0] if 0 < int(said) <= len(item.options) else None
    exact = [value for value, _ in item.options if value.casefold() == said.casefold()]
    begun = [value for value, shown in item.options if shown.casefold().startswith(said.casefold())]
    return exact[0] if exact else begun[0] if len(begun) == 1 else None


def _way_out(form: Form, *, read: Read, write: Write) -> str:
    """The command of another way out, or nothing when the form is sent."""
    if not form.others:
        return ""
    ways = [(form.submit, ""), *((button.label, button.command) for button in form.others)]
    usual = "1" if form.inputs else ""
    for number, (label, _) in enumerate(ways, 1):
        write(Text(visible(f"  {number}  {label}")))
    while True:
        typed = read(f"Which{f' [{usual}]' if usual else ''}: ").strip() or usual
        if typed.isdigit() and 0 < int(typed) <= len(ways):
            return ways[int(typed) - 1][1]
        write(Text(f"Type a number from 1 to {len(ways)}.", "red"))
