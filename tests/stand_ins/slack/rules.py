"""Block Kit's rules, written from Slack's reference, on purpose apart from our renderer: what breaks them is named."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

Json = dict[str, Any]

MESSAGE_JSON = 13_200
EVERYWHERE = {"section", "context", "actions", "header", "image", "divider", "rich_text"}
SURFACES = {
    "message": EVERYWHERE | {"table", "context_actions", "markdown", "file"},
    "modal": EVERYWHERE | {"input"},
    "home": EVERYWHERE | {"input"},
}
KEYS: dict[str, set[str]] = {
    "section": {"text", "fields", "accessory", "expand"},
    "context": {"elements"},
    "actions": {"elements"},
    "context_actions": {"elements"},
    "header": {"text"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "divider": set(),
    "rich_text": {"elements"},
    "table": {"rows", "column_settings"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "markdown": {"text"},
}
ELEMENT_KEYS: dict[str, set[str]] = {
    "button": {"action_id", "text", "value", "url", "style", "confirm", "accessibility_label"},
    "feedback_buttons": {"action_id", "positive_button", "negative_button"},
    "plain_text_input": {
        "action_id", "multiline", "initial_value", "max_length", "min_length", "placeholder",
        "dispatch_action_config", "focus_on_load",
    },
    "datepicker": {"action_id", "initial_date", "placeholder", "confirm", "focus_on_load"},
    "radio_buttons": {"action_id", "options", "initial_option", "confirm", "focus_on_load"},
    "checkboxes": {"action_id", "options", "initial_options", "confirm", "focus_on_load"},
    "static_select": {
        "action_id", "options", "option_groups", "initial_option", "placeholder", "confirm", "focus_on_load",
    },
    "multi_static_select": {
        "action_id", "options", "option_groups", "initial_options", "placeholder", "confirm", "max_selected_items",
    },
    "external_select": {"action_id", "initial_option", "min_query_length", "placeholder", "confirm", "focus_on_load"},
    "overflow": {"action_id", "options", "confirm"},
}  # fmt: skip
ACTIONS = {"button", "datepicker", "static_select", "external_select", "overflow", "radio_buttons", "checkboxes"}


def broken_rules(blocks: Sequence[Json], *, surface: str) -> list[str]:
    """Every rule these blocks break on this surface: message, modal or home."""
    return list(_broken(blocks, surface))


def broken_view(view: Json) -> list[str]:
    """Every rule a view breaks."""
    return list(_broken_view(view))


def _broken(blocks: Sequence[Json], surface: str) -> Iterator[str]:
    limit = 50 if surface == "message" else 100
    if len(blocks) > limit:
        yield f"no more than {limit} blocks allowed, got {len(blocks)}"
    if not blocks and surface != "message":
        yield "a view needs a block"
    if surface == "message" and len(json.dumps(blocks, ensure_ascii=False)) > MESSAGE_JSON:
        yield "msg_blocks_too_long"
    if sum(block.get("type") == "table" for block in blocks) > 1:
        yield "only_one_table_allowed"
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"block_id {name!r} already exists" for name, count in ids.items() if count > 1)
    for number, block in enumerate(blocks):
        yield from (f"/blocks/{number}: {why}" for why in _block(block, surface))


def _block(block: Json, surface: str) -> Iterator[str]:
    kind = block.get("type", "")
    if kind not in SURFACES[surface] or kind not in KEYS:
        yield f"type {kind!r} is not allowed in a {surface}"
        return
    unknown = set(block) - KEYS[kind] - {"type", "block_id"}
    if unknown:
        yield f"{kind}: unknown properties {sorted(unknown)}"
    if not 0 < len(str(block.get("block_id", "x"))) <= 255:
        yield "block_id must have 1 to 255 characters"
    yield from _CHECKS[kind](block)


def _section(block: Json) -> Iterator[str]:
    fields = block.get("fields")
    if "text" not in block and not fields:
        yield "section: text or fields required"
    if "text" in block:
        yield from _text(block["text"], 3000)
    if fields is not None:
        if not 1 <= len(fields) <= 10:
            yield f"section: 1 to 10 fields, got {len(fields)}"
        for one in fields:
            yield from _text(one, 2000)
    if "accessory" in block:
        yield from _element(block["accessory"])


def _context(block: Json) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 10:
        yield f"context: 1 to 10 elements, got {len(elements)}"
    for one in elements:
        if one.get("type") != "image":
            yield from _text(one, 3000)


def _actions(block: Json) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 25:
        yield f"actions: 1 to 25 elements, got {len(elements)}"
    ids = Counter(one.get("action_id") for one in elements)
    yield from (f"actions: action_id {name!r} twice" for name, count in ids.items() if count > 1)
    for one in elements:
        if one.get("type") not in ACTIONS:
            yield f"actions: {one.get('type')!r} is not allowed here"
        yield from _element(one)


def _context_actions(block: Json) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 5:
        yield "context_actions: 1 to 5 elements"
    for one in elements:
        if one.get("type") not in {"feedback_buttons", "icon_button"}:
            yield f"context_actions: {one.get('type')!r} is not allowed here"
        yield from _element(one)


def _header(block: Json) -> Iterator[str]:
    yield from _text(block.get("text", {}), 150, only="plain_text")


def _image(block: Json) -> Iterator[str]:
    if ("image_url" in block) == ("slack_file" in block):
        yield "image: image_url or slack_file, one of them"
    if not 0 < len(block.get("alt_text", "")) <= 2000:
        yield "image: alt_text must have 1 to 2000 characters"
    if "title" in block:
        yield from _text(block["title"], 2000, only="plain_text")


def _nothing(_: Json) -> Iterator[str]:
    yield from ()


RICH = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
RUN_KEYS = {
    "text": {"text", "style"}, "link": {"url", "text", "style", "unsafe"}, "emoji": {"name", "unicode", "style"},
    "user": {"user_id", "style"}, "channel": {"channel_id", "style"}, "broadcast": {"range"},
}  # fmt: skip


def _rich_text(block: Json) -> Iterator[str]:
    if not block.get("elements"):
        yield "rich_text: elements required"
    for one in block.get("elements", []):
        yield from _rich(one)


def _rich(element: Json) -> Iterator[str]:
    kind = element.get("type")
    if kind not in RICH:
        yield f"rich_text: unknown element {kind!r}"
        return
    if not element.get("elements"):
        yield f"{kind}: elements required"
    if kind == "rich_text_list":
        if element.get("style") not in {"bullet", "ordered"}:
            yield "rich_text_list: style must be bullet or ordered"
        for one in element.get("elements", []):
            if one.get("type") != "rich_text_section":
                yield "rich_text_list: sections only"
            yield from _rich(one)
        return
    for run in element.get("elements", []):
        yield from _run(run)


def _run(run: Json) -> Iterator[str]:
    kind = run.get("type", "")
    if kind not in RUN_KEYS:
        yield f"rich_text: unknown run {kind!r}"
    elif set(run) - RUN_KEYS[kind] - {"type"}:
        yield f"rich_text {kind}: unknown properties {sorted(set(run) - RUN_KEYS[kind] - {'type'})}"
    if kind == "text" and not run.get("text"):
        yield "rich_text text: must not be empty"
    if kind == "broadcast":
        yield "rich_text: a broadcast that nobody asked for"
    if kind == "link" and not str(run.get("url", "")).startswith(("https://", "http://", "mailto:")):
        yield f"rich_text link: {run.get('url')!r} is no address"


def _table(block: Json) -> Iterator[str]:
    rows = block.get("rows", [])
    if not 1 <= len(rows) <= 100:
        yield f"table: 1 to 100 rows, got {len(rows)}"
    if sum(len(cell.get("text", "")) for row in rows for cell in row) > 10_000:
        yield "table: more than 10,000 characters"
    for row in rows:
        if not 1 <= len(row) <= 20:
            yield f"table: 1 to 20 cells in a row, got {len(row)}"
        for cell in row:
            if cell.get("type") not in {"raw_text", "rich_text"} or not cell.get("text"):
                yield "table: a cell needs a type and a text"


def _input(block: Json) -> Iterator[str]:
    yield from _text(block.get("label", {}), 2000, only="plain_text")
    if "hint" in block:
        yield from _text(block["hint"], 2000, only="plain_text")
    yield from _element(block.get("element", {}))


def _markdown(block: Json) -> Iterator[str]:
    if not 0 < len(block.get("text", "")) <= 12_000:
        yield "markdown: 1 to 12,000 characters"


_CHECKS = {
    "section": _section, "context": _context, "actions": _actions, "context_actions": _context_actions,
    "header": _header, "image": _image, "divider": _nothing, "rich_text": _rich_text, "table": _table,
    "input": _input, "markdown": _markdown,
}  # fmt: skip


def _element(element: Json) -> Iterator[str]:
    kind = element.get("type", "")
    if kind not in ELEMENT_KEYS:
        yield f"unknown element {kind!r}"
        return
    unknown = set(element) - ELEMENT_KEYS[kind] - {"type"}
    if unknown:
        yield f"{kind}: unknown properties {sorted(unknown)}"
    if not 0 < len(element.get("action_id", "x")) <= 255:
        yield f"{kind}: action_id must have 1 to 255 characters"
    if kind == "button":
        yield from _button(element)
    if kind == "feedback_buttons":
        for one in (element["positive_button"], element["negative_button"]):
            yield from _text(one["text"], 75, only="plain_text")
            if not 0 < len(one["value"]) <= 2000:
                yield "feedback button: value must have 1 to 2000 characters"
    if kind == "plain_text_input" and len(element.get("initial_value", "")) > element.get("max_length", 3000):
        yield "plain_text_input: initial_value is longer than max_length"
    if "options" in element:
        yield from _options(element)


def _button(button: Json) -> Iterator[str]:
    yield from _text(button.get("text", {}), 75, only="plain_text")
    if len(button.get("value", "")) > 2000:
        yield "button: value of more than 2000 characters"
    if button.get("style", "primary") not in {"primary", "danger"}:
        yield f"button: style {button['style']!r}"
    if len(button.get("accessibility_label", "")) > 75:
        yield "button: accessibility_label of more than 75 characters"
    if "confirm" in button:
        for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            yield from _text(button["confirm"].get(name, {}), limit)


def _options(element: Json) -> Iterator[str]:
    options, limit = element["options"], 10 if element["type"] in {"radio_buttons", "checkboxes"} else 100
    if not 1 <= len(options) <= limit:
        yield f"{element['type']}: 1 to {limit} options, got {len(options)}"
    for option in options:
        yield from _text(option.get("text", {}), 75)
        if not 0 < len(option.get("value", "")) <= 150:
            yield f"{element['type']}: an option's value must have 1 to 150 characters"
    chosen = [*element.get("initial_options", []), *filter(None, [element.get("initial_option")])]
    if any(option not in options for option in chosen):
        yield f"{element['type']}: the initial option must be one of the options"


def _text(text: Json, limit: int, *, only: str | None = None) -> Iterator[str]:
    if text.get("type") not in ({only} if only else {"plain_text", "mrkdwn"}):
        yield f"text must be of type {only or 'plain_text or mrkdwn'}, is {text.get('type')!r}"
    elif not 0 < len(text.get("text", "")) <= limit:
        yield f"text must have 1 to {limit} characters, has {len(text.get('text', ''))}"
    if set(text) - {"type", "text", "emoji", "verbatim"}:
        yield f"text: unknown properties {sorted(set(text))}"


VIEW_KEYS = {
    "type", "title", "submit", "close", "blocks", "private_metadata", "callback_id", "clear_on_close",
    "notify_on_close", "external_id", "submit_disabled",
}  # fmt: skip


def _broken_view(view: Json) -> Iterator[str]:
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        yield f"view: type {kind!r}"
        return
    if set(view) - VIEW_KEYS:
        yield f"view: unknown properties {sorted(set(view) - VIEW_KEYS)}"
    if kind == "modal":
        for name in ("title", "submit", "close"):
            if name in view or name == "title":
                yield from (f"view {name}: {why}" for why in _text(view.get(name, {}), 24, only="plain_text"))
        if "submit" not in view and any(block.get("type") == "input" for block in view.get("blocks", [])):
            yield "view: an input needs a submit"
    if len(view.get("private_metadata", "")) > 3000:
        yield "view: private_metadata of more than 3000 characters"
    yield from _broken(view.get("blocks", []), str(kind))
