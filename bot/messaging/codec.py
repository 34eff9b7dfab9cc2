"""Replies, payloads and whatever else is kept as JSON: to plain data and back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TypeVar, cast, get_args

from bot import chat
from bot.messaging import model

Value = TypeVar("Value")

_KINDS: Mapping[str, type] = {
    kind.__name__: kind for kind in (chat.Reply, chat.Item, chat.Button, *get_args(chat.Part), *get_args(model.Payload))
}


def to_plain(value: object) -> dict[str, object]:
    """JSON data of one of the kinds above."""
    return cast(dict[str, object], _plain(value))


def from_plain(kind: type[Value], data: object) -> Value:
    """The value again.

    Raises:
        ValueError: The data is of another kind than `kind`, or of one that this version does not know.
    """
    value = _value(data)
    if not isinstance(value, kind):
        raise ValueError(f"expected {kind.__name__}, found {type(value).__name__}")
    return value


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__} | {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, bytes):
        return {"is": "bytes", "data": b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {"is": "map", "data": {str(key): _plain(inner) for key, inner in value.items()}}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def _value(data: object) -> object:
    if isinstance(data, list):
        return tuple(_value(inner) for inner in data)
    if not isinstance(data, dict):
        return data
    match data.get("is"):
        case "bytes":
            return b64decode(data["data"])
        case "map":
            return {key: _value(inner) for key, inner in data["data"].items()}
        case str(name) if name in _KINDS:
            kind = _KINDS[name]
            known = {item.name for item in fields(kind)}
            return kind(**{key: _value(inner) for key, inner in data.items() if key in known})
    raise ValueError(f"no value of the kind {data.get('is')!r} is known")
