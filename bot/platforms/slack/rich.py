"""Rich text blocks: Slack shows their text as it stands, so nothing in a document becomes markup or a mention."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platforms.slack.text import shown

Json = dict[str, object]


def words(text: str, *styles: str) -> Json:
    """A run of text; `styles` are bold, italic, code."""
    run: Json = {"type": "text", "text": shown(text)}
    return run | {"style": dict.fromkeys(styles, True)} if styles else run


def link(label: str, url: str) -> Json:
    """A link with its own words."""
    return {"type": "link", "url": url, "text": shown(label)}


def emoji(name: str) -> Json:
    return {"type": "emoji", "name": name}


def section(*runs: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(runs)}


def quote(*runs: Json) -> Json:
    return {"type": "rich_text_quote", "elements": list(runs)}


def fixed(text: str) -> Json:
    """Text in letters of one width, line ends kept."""
    return {"type": "rich_text_preformatted", "elements": [words(text)]}


def numbered(entries: Sequence[Json], *, start: int) -> Json:
    """Sections as a numbered list whose first number is `start`."""
    listed: Json = {"type": "rich_text_list", "style": "ordered", "elements": list(entries)}
    return listed | {"offset": start - 1} if start > 1 else listed


def block(*elements: Json) -> Json:
    """A block of these. Neighbouring sections become lines of one: on their own Slack runs them together."""
    joined: list[Json] = []
    for element in elements:
        if joined and element["type"] == joined[-1]["type"] == "rich_text_section":
            joined[-1] = section(*_runs(joined[-1]), *_on_a_new_line(_runs(element)))
        else:
            joined.append(element)
    return {"type": "rich_text", "elements": joined}


def _runs(element: Json) -> list[Json]:
    runs = element["elements"]
    assert isinstance(runs, list)
    return runs


def _on_a_new_line(runs: list[Json]) -> list[Json]:
    if runs and runs[0]["type"] == "text":
        return [{**runs[0], "text": f"\n{runs[0]['text']}"}, *runs[1:]]
    return [{"type": "text", "text": "\n"}, *runs]
