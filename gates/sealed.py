"""Frozen values that are made by the hundred thousand: as frozen as before, made in half the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, field, fields, make_dataclass
from functools import wraps
from typing import Any, TypeVar

Value = TypeVar("Value")


def sealed(kind: type[Value]) -> type[Value]:
    """A frozen dataclass with slots, whose values are filled as those of an open twin.

    A frozen dataclass calls `object.__setattr__` for each field, which was a fifth of judging a portfolio. Here a new
    value is of an open class with the same slots until it is filled, and of its own class from then on: nobody but
    this function sees it open. Equality, hash, `replace`, copying and pickling are those of `kind`.
    """
    columns = [(item.name, object, _like(item)) for item in fields(kind)]  # type: ignore[arg-type]
    opened: Any = make_dataclass(kind.__name__, columns, slots=True, eq=False, repr=False)
    fill: Callable[..., None] = opened.__init__
    become: Callable[..., None] = object.__setattr__

    @wraps(kind.__init__)
    def seal(self: Any, *args: object, **named: object) -> None:
        become(self, "__class__", opened)
        try:
            fill(self, *args, **named)
        finally:
            self.__class__ = kind

    kind.__init__ = seal  # type: ignore[method-assign]
    return kind


def _like(item: Field[Any]) -> Any:
    if item.default_factory is not MISSING:
        return field(default_factory=item.default_factory)
    return field() if item.default is MISSING else field(default=item.default)
