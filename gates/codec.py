"""The ledger's values to plain JSON data and back. Fields that hold their default are left out."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from gates.criteria import KINDS, ContractRef, GateRef, InterfaceRef, UnknownRule

Value = TypeVar("Value")
Decoder = Callable[[object], object]
Encoder = Callable[[Any], object]
_TAG = "is"
_TAGGED = (*KINDS.values(), UnknownRule, GateRef, ContractRef, InterfaceRef)


def to_plain(value: object) -> object:
    """JSON data of a value; classes that share a place with others carry their name."""
    return _encoder(cast(Hashable, type(value)))(value)


@cache
def _encoder(kind: type) -> Encoder:
    """How to write one class; worked out once per class."""
    if is_dataclass(kind):
        return _record_encoder(kind)
    if issubclass(kind, Mapping):
        return lambda value: {str(key): to_plain(inner) for key, inner in value.items()}
    if issubclass(kind, tuple | list | frozenset):
        return lambda value: [to_plain(inner) for inner in value]
    if issubclass(kind, date | time):
        return lambda value: value.isoformat()
    return str if issubclass(kind, Decimal) else lambda value: value


def _record_encoder(kind: type) -> Encoder:
    tag = {_TAG: kind.__name__} if issubclass(kind, _TAGGED) else {}
    columns = [(item.name, _default_of(item)) for item in fields(kind)]

    def write(value: object) -> object:
        plain: dict[str, object] = dict(tag)
        for name, default in columns:
            inner = getattr(value, name)
            if inner is not default and inner != default:
                plain[name] = to_plain(inner)
        return plain

    return write


def _default_of(item: Field[Any]) -> object:
    """What a field holds where nothing was given; MISSING, which equals nothing, where something must be."""
    return item.default if item.default_factory is MISSING else item.default_factory()


def from_plain(kind: type[Value], plain: object) -> Value:
    """The value of a class from its JSON data. Raises ValueError or TypeError when the data does not fit."""
    return cast(Value, _decoder(cast(Hashable, kind))(plain))


def hash_of(value: object) -> str:
    """SHA-256 of a value's canonical JSON, to tell whether anything changed."""
    text = json.dumps(to_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _decoder(kind: Hashable) -> Decoder:
    """How to read one annotation; worked out once per annotation."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _record_decoder(kind)
    if origin in (Union, types.UnionType):
        return _union_decoder(inner)
    if origin is tuple:
        return _tuple_decoder(inner)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        read = _decoder(inner[1])
        return lambda plain: {key: read(value) for key, value in cast(dict[str, object], plain).items()}
    if origin is Literal or kind in (str, int, bool, float):
        return _as_it_is
    return _scalar_decoder(kind)


def _as_it_is(plain: object) -> object:
    return plain


def _scalar_decoder(kind: object) -> Decoder:
    match kind:
        case _ if kind is datetime:
            return lambda plain: datetime.fromisoformat(str(plain))
        case _ if kind is date:
            return lambda plain: date.fromisoformat(str(plain))
        case _ if kind is time:
            return lambda plain: time.fromisoformat(str(plain))
        case _ if kind is Decimal:
            return lambda plain: Decimal(str(plain))
    raise TypeError(f"no way to read {kind!r} from JSON")


def _record_decoder(kind: type) -> Decoder:
    hints = get_type_hints(kind)
    decoders = {item.name: _decoder(hints[item.name]) for item in fields(kind)}
    readers = {name: read for name, read in decoders.items() if read is not _as_it_is}

    def read(plain: object) -> object:
        data = cast(dict[str, object], plain)
        known = {name: value for name, value in data.items() if name in decoders}
        for name in known.keys() & readers.keys():
            known[name] = readers[name](known[name])
        return kind(**known)

    return read


def _union_decoder(inner: tuple[object, ...]) -> Decoder:
    members = [member for member in inner if member is not type(None)]
    tagged = [member for member in members if isinstance(member, type) and member in _TAGGED]
    records = {member.__name__: _decoder(cast(Hashable, member)) for member in tagged}
    first = _decoder(members[0])
    if not records:
        return first if first is _as_it_is else lambda plain: None if plain is None else first(plain)

    def read(plain: object) -> object:
        if plain is None:
            return None
        name = cast(dict[str, object], plain).get(_TAG)
        return records[str(name)](plain) if name in records else UnknownRule(str(name))

    return read


def _tuple_decoder(inner: tuple[object, ...]) -> Decoder:
    if len(inner) == 2 and inner[1] is Ellipsis:
        read = _decoder(inner[0])
        return lambda plain: tuple([read(value) for value in cast(list[object], plain)])
    readers = [_decoder(member) for member in inner]
    return lambda plain: tuple(r(v) for r, v in zip(readers, cast(list[object], plain), strict=True))
