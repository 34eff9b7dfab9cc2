"""Reading plain data field by field; what is wrong is noted and read as absent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from gates.record_problems import InWords, Problems, nearest

_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def _is_storable(text: str) -> bool:
    """Whether a database and UTF-8 can hold it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


class Fields:
    """One mapping that is read. Every field asked for is known; `close` reports the others.

    A field of the wrong type is noted and read as absent, so that one mistake does not hide the next.
    """

    def __init__(self, data: object, key: str, problems: Problems) -> None:
        self.key, self.problems = key, problems
        self._known: set[str] = set()
        self._data: dict[str, object] = {}
        if isinstance(data, Mapping):
            # PyYAML's YAML 1.1 reads a bare `on` as true; here it is a field name
            self._data = {"on" if name is True else str(name): value for name, value in data.items()}
        else:
            self.problems.add(key or "(file)", "a mapping of fields", found=data)

    def path(self, name: str) -> str:
        return f"{self.key}.{name}" if self.key else name

    def has(self, name: str) -> bool:
        return self._data.get(name) is not None

    def names(self) -> tuple[str, ...]:
        return tuple(self._data)

    def raw(self, name: str) -> object:
        self._known.add(name)
        return self._data.get(name)

    def wrong(self, name: str, expected: str) -> None:
        self.problems.add(self.path(name), expected, found=self._data.get(name))

    def missing(self, name: str, expected: str) -> None:
        self.problems.add(self.path(name), expected, found=InWords("nothing"))

    def close(self) -> None:
        """Note every field nobody asked for, with the nearest valid one."""
        for name in self._data:
            if name not in self._known:
                near = nearest(name, self._known)
                hint = f"did you mean {near!r}?" if near else f"valid: {', '.join(sorted(self._known))}"
                self.problems.add(self.path(name), f"a known field ({hint})", found=name)

    # --- single values ------------------------------------------------------------

    def text(self, name: str, *, required: bool = False) -> str | None:
        value = self.raw(name)
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal | date | None):
            self.wrong(name, "a text")
            return None
        said = str(value).strip() if value is not None else ""
        if not _is_storable(said):
            self.wrong(name, "a text without NUL and half characters")
            return None
        if not said and required:
            self.missing(name, "a text")
        return said or None

    def need(self, name: str) -> str:
        return self.text(name, required=True) or ""

    def day(self, name: str) -> date | None:
        value = self.raw(name)
        if value is None:
            return None
        try:
            found = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
        except ValueError:
            self.wrong(name, "a date as 2026-12-04")
            return None
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            self.wrong(name, f"a date between {_FIRST_YEAR} and {_LAST_YEAR}")
            return None
        return found.date() if isinstance(found, datetime) else found

    def instant(self, name: str) -> datetime | None:
        """A moment with a time zone; without one it is UTC."""
        value = self.raw(name)
        if value is None:
            return None
        try:
            found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.wrong(name, "a moment as 2026-11-19T04:10:00+00:00")
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def number(self, name: str) -> Decimal | None:
        value = self.raw(name)
        if value is None:
            return None
        try:
            found = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value).strip())
        except InvalidOperation:
            found = Decimal("NaN")
        if found.is_finite():
            return found
        self.wrong(name, "a number")
        return None

    def whole(self, name: str, *, least: int = 0) -> int | None:
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.wrong(name, f"a whole number of {least} or more")
        return None

    def truth(self, name: str) -> bool:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.wrong(name, "true or false")
        return False

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is None or value in choices:
            return value
        near = nearest(value, choices)
        self.wrong(name, f"one of {', '.join(choices)}" + (f" (did you mean {near!r}?)" if near else ""))
        return None

    def person(self, name: str, *, required: bool = False) -> str | None:
        value = self.text(name, required=required)
        return value if value is None or self._is_person(name, value) else None

    def _is_person(self, name: str, value: str) -> bool:
        people = self.problems.people
        if people is None or value in people:
            return True
        near = nearest(value, people)
        hint = f" (did you mean {near!r}?)" if near else ""
        self.problems.add(self.path(name), f"a person id of programme.yaml{hint}", found=value)
        return False

    def role(self, name: str) -> str:
        value = self.need(name)
        roles = self.problems.roles
        if value and roles is not None and value not in roles:
            near = nearest(value, roles)
            hint = f"did you mean {near!r}?" if near else f"known: {', '.join(sorted(roles))}"
            self.problems.add(self.path(name), f"a role of this project or of programme.yaml ({hint})", found=value)
        return value

    # --- lists and mappings -------------------------------------------------------

    def texts(self, name: str) -> tuple[str, ...]:
        found = tuple(str(item).strip() for item in self._list(name, "a list of texts", (str, int, float)))
        if all(map(_is_storable, found)):
            return found
        self.wrong(name, "texts without NUL and half characters")
        return ()

    def people(self, name: str) -> tuple[str, ...]:
        found = self.texts(name)
        return tuple(value for index, value in enumerate(found) if self._is_person(f"{name}.{index}", value))

    def days(self, name: str) -> tuple[date, ...]:
        return tuple(self._list(name, "a list of dates as 2026-11-27", (date,)))  # type: ignore[arg-type]

    def _list(self, name: str, expected: str, types: tuple[type, ...]) -> list[object]:
        value = self.raw(name)
        if value is None:
            return []
        if isinstance(value, list | tuple) and all(isinstance(v, types) and not isinstance(v, bool) for v in value):
            return list(value)
        self.wrong(name, expected)
        return []

    def items(self, name: str) -> list[Fields]:
        """The mappings of a list."""
        value = self.raw(name)
        if value is not None and not isinstance(value, list | tuple):
            self.wrong(name, "a list")
            return []
        return [Fields(item, f"{self.path(name)}.{index}", self.problems) for index, item in enumerate(value or ())]

    def inner(self, name: str) -> Fields | None:
        """The mapping under a field, or None when there is none."""
        value = self.raw(name)
        return None if value is None else Fields(value, self.path(name), self.problems)

    def entries(self, name: str) -> list[tuple[str, Fields]]:
        """A mapping of mappings: its keys are data, not field names."""
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, Mapping):
            self.wrong(name, "a mapping")
            return []
        return [(str(key), Fields(item, f"{self.path(name)}.{key}", self.problems)) for key, item in value.items()]

    def groups(self, name: str) -> dict[str, tuple[str, ...]]:
        """A mapping of names to lists of people."""
        value = self.raw(name)
        if value is not None and not isinstance(value, Mapping):
            self.wrong(name, "a mapping of roles to lists of people")
        if not isinstance(value, Mapping):
            return {}
        inside = Fields(value, self.path(name), self.problems)
        return {str(role): inside.people(str(role)) for role in value}
