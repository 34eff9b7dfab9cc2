"""Fills the chat page: its title, who may be asked as, where, and the first suggestions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template

STATIC = Path(__file__).with_name("static")
TEMPLATE = Path(__file__).with_name("page.html")


def page(*, title: str, people: Mapping[str, str], places: Mapping[str, str], suggestions: Sequence[str]) -> str:
    """The whole page as HTML; every given text is escaped."""
    return Template(TEMPLATE.read_text("utf-8")).substitute(
        title=escape(title),
        people=_options(people, "Everyone"),
        places=_options(places, "No channel"),
        who_hidden="" if people else "hidden",
        where_hidden="" if places else "hidden",
        suggestions="".join(f'<button type="button" class="chip">{escape(text)}</button>' for text in suggestions),
    )


def _options(choices: Mapping[str, str], nobody: str) -> str:
    named = (f'<option value="{escape(key)}">{escape(name)}</option>' for key, name in choices.items())
    return "".join((f'<option value="">{escape(nobody)}</option>', *named))
