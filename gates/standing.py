"""Reading the standing records of a project.yaml by their annotations, one reader for every kind; and the budget."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Hashable
from dataclasses import MISSING, dataclass, field
from dataclasses import fields as fields_of
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from gates.criteria import Threshold
from gates.fields import Fields
from gates.model import Budget, BudgetLine, Subject
from gates.record_criteria import read_threshold
from gates.record_kinds import RECORD_KINDS, StandingRecord

Item = TypeVar("Item")


_DURATION = re.compile(r"^(?:within )?(\d+) ?(h|hours?|d|days?)$")


def read_all(fields: Fields, name: str, read: Callable[[Fields], Item]) -> tuple[Item, ...]:
    """Every mapping of a list, read by `read`; their unknown fields are noted, and what has a problem is left out."""
    found = []
    for inner in fields.items(name):
        before = len(fields.problems.found)
        item = read(inner)
        inner.close()
        if len(fields.problems.found) == before:
            found.append(item)
    return tuple(found)


def read_standing(fields: Fields) -> dict[str, tuple[StandingRecord, ...]]:
    """All standing records of a project, by the field of `Project` that holds them.

    A record with a problem is left out: what rests on it then fails closed, and the others stay.
    """
    return {kind.attribute: read_all(fields, kind.name, _reader_of(kind.value)) for kind in RECORD_KINDS}


def _reader_of(value: type[StandingRecord]) -> Callable[[Fields], StandingRecord]:
    columns = columns_of(value)

    def read(fields: Fields) -> StandingRecord:
        given = {column.name: column.read(fields, column) for column in columns}
        kept = {name: found for name, found in given.items() if found is not None}
        kept |= {column.name: "" for column in columns if column.required and column.name not in kept}  # left out
        return value(**kept, key=fields.key)  # type: ignore[arg-type]

    return read


# --- columns --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a kind: how it is read, and what may stand there, in words."""

    name: str
    expects: str
    required: bool
    kind: str
    choices: tuple[str, ...] = ()
    read: Callable[[Fields, Column], object] = field(default=lambda _fields, _column: None, repr=False)


def columns_of(value: type[StandingRecord]) -> tuple[Column, ...]:
    """The columns of a kind's class, in the order of its fields."""
    return _columns_of(cast(Hashable, value))


@cache
def _columns_of(value: Hashable) -> tuple[Column, ...]:
    hints = get_type_hints(value, include_extras=True)
    return tuple(
        _column(item.name, hints[item.name], required=item.default is MISSING and item.default_factory is MISSING)
        for item in fields_of(cast(type[StandingRecord], value))
        if item.name != "key"
    )


def _column(name: str, hint: object, *, required: bool) -> Column:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _column(name, next(one for one in inner if one is not type(None)), required=required)
    if origin is Annotated:
        return _ANNOTATED[inner[1]](name, required)
    if origin is Literal:
        return Column(name, f"one of {', '.join(inner)}", required, "choice", inner, _choice)
    if origin is tuple:
        people = get_origin(inner[0]) is Annotated
        return Column(
            name, "a list of people" if people else "a list", False, "texts", (), _people if people else _texts
        )
    expects, kind, read = _PLAIN[hint]
    return Column(name, expects, required, kind, (), read)


def _text(fields: Fields, column: Column) -> object:
    return fields.text(column.name, required=column.required)


def _texts(fields: Fields, column: Column) -> object:
    return fields.texts(column.name)


def _people(fields: Fields, column: Column) -> object:
    return fields.people(column.name)


def _person(fields: Fields, column: Column) -> object:
    return fields.person(column.name, required=column.required)


def _name_or_id(fields: Fields, column: Column) -> object:
    return fields.text(column.name) or fields.text("id")


def _choice(fields: Fields, column: Column) -> object:
    return _present(fields, column, fields.choice(column.name, column.choices))


def _day(fields: Fields, column: Column) -> object:
    return _present(fields, column, fields.day(column.name))


def _instant(fields: Fields, column: Column) -> object:
    return _present(fields, column, fields.instant(column.name))


def _number(fields: Fields, column: Column) -> object:
    return _present(fields, column, fields.number(column.name))


def _whole(fields: Fields, column: Column) -> object:
    return _present(fields, column, fields.whole(column.name))


def _limit(fields: Fields, column: Column) -> object:
    return _present(fields, column, read_threshold(fields, column.name))


def _duration(fields: Fields, column: Column) -> object:
    written = fields.text(column.name)
    if written is None or written.casefold() in ("at once", "immediately", "0"):
        return 0
    found = _DURATION.match(written.casefold())
    if found is None:
        fields.wrong(column.name, 'a time as "24h", "2 days" or "at once"')
        return None
    return int(found[1]) * (24 if found[2].startswith("d") else 1)


def _present(fields: Fields, column: Column, found: object) -> object:
    if found is None and column.required and not fields.has(column.name):
        fields.missing(column.name, column.expects)
    return found


_PLAIN: dict[Hashable, tuple[str, str, Callable[[Fields, Column], object]]] = {
    str: ("a text", "text", _text),
    date: ("a date as 2026-12-04", "day", _day),
    datetime: ("a moment as 2026-11-19T04:10:00+00:00", "instant", _instant),
    Decimal: ("a number", "number", _number),
    int: ("a whole number", "number", _whole),
    Threshold: ('a comparison and a number, as "> 0.05"', "limit", _limit),
}

_ANNOTATED: dict[str, Callable[[str, bool], Column]] = {
    "person": lambda name, needed: Column(name, "a person id", needed, "person", (), _person),
    "money": lambda name, needed: Column(name, "an amount in the budget's currency", needed, "money", (), _number),
    "name or id": lambda name, _: Column(name, "a text, the id without it", False, "text", (), _name_or_id),
    "needed": lambda name, _: Column(name, "a text", True, "text", (), _text),
    "duration": lambda name, needed: Column(name, 'a time as "24h" or "at once"', needed, "duration", (), _duration),
}


# --- single records --------------------------------------------------------------------------


def read_subject(fields: Fields) -> Subject | None:
    inner = fields.inner("subject")
    if inner is None:
        return None
    subject = Subject(inner.text("model"), inner.text("version"), inner.text("digest"))
    inner.close()
    return subject


def read_budget(fields: Fields) -> Budget | None:
    inner = fields.inner("budget")
    if inner is None:
        return None
    envelope, spent = inner.number("envelope"), inner.number("spent")
    if envelope is None and not inner.has("envelope"):
        inner.missing("envelope", "a number")
    lines = read_all(inner, "lines", _budget_line)
    budget = Budget(inner.need("currency"), envelope or Decimal(0), spent or Decimal(0), inner.day("as_of"), lines)
    inner.close()
    return budget


def _budget_line(fields: Fields) -> BudgetLine:
    zero = Decimal(0)
    return BudgetLine(fields.need("name"), fields.number("envelope") or zero, fields.number("spent") or zero)
