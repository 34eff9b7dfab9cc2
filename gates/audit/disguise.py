"""People in the audit log: pseudonyms go in, and come back as people for as long as these are known.

A person is taken out of the log by forgetting who the pseudonym is; no record changes, so the chain stays whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from gates.audit.entry import Entry

_TOKEN = re.compile(r"\{(person|name|email):(p-[0-9a-f]{16})\}")


@dataclass(frozen=True, slots=True)
class Known:
    """Who a pseudonym is: person id, full name and address."""

    pseudonym: str
    person: str
    name: str | None = None
    email: str | None = None


class Disguise:
    """Replaces people by pseudonyms and back, in entries and in any JSON data.

    Ids, full names and addresses are found wherever they stand, also inside a sentence. A name that was changed since
    comes back as it is now.
    """

    def __init__(self, known: Iterable[Known]) -> None:
        self._by_pseudonym = {one.pseudonym: one for one in known}
        self._by_person = {one.person: one for one in self._by_pseudonym.values()}
        self._words = {word: token for one in self._by_pseudonym.values() for word, token in _words(one)}

    def hidden(self, entry: Entry) -> Entry:
        """The entry as it is kept."""
        texts = self._hider([entry.reason, entry.before, entry.after])
        return replace(
            self._converted(entry, texts),
            actor=self.pseudonym_of(entry.actor),
            impersonated_by=self.pseudonym_of(entry.impersonated_by),
        )

    def shown(self, entry: Entry) -> Entry:
        """The entry as people read it."""
        return replace(
            self._converted(entry, self._reveal),
            actor=self.person_of(entry.actor),
            impersonated_by=self.person_of(entry.impersonated_by),
        )

    def _converted(self, entry: Entry, convert: Callable[[str], str]) -> Entry:
        return replace(
            entry,
            reason=convert(entry.reason) if entry.reason is not None else None,
            before=_mapped(_as_dict(entry.before), convert),  # type: ignore[arg-type]  # a mapping stays one
            after=_mapped(_as_dict(entry.after), convert),  # type: ignore[arg-type]
        )

    def pseudonym_of(self, person: str | None) -> str | None:
        """The pseudonym of a person; somebody unknown is a defect of the caller, who has to make him known first."""
        return self._by_person[person].pseudonym if person is not None else None

    def person_of(self, pseudonym: str | None) -> str | None:
        """The person's id, or the pseudonym of somebody who was erased."""
        known = self._by_pseudonym.get(pseudonym) if pseudonym is not None else None
        return known.person if known else pseudonym

    def hide(self, data: object) -> object:
        """JSON data as it is kept."""
        return _mapped(data, self._hider(data))

    def show(self, data: object) -> object:
        """JSON data as it was before it was hidden."""
        return _mapped(data, self._reveal)

    def _hider(self, data: object) -> Callable[[str], str]:
        """Looks for those only that occur at all: a programme has hundreds of people, a record names two or three."""
        text = json.dumps(data, ensure_ascii=False, default=dict)
        found = sorted((word for word in self._words if word in text), key=len, reverse=True)
        if not found:
            return _as_it_is
        pattern = re.compile(rf"(?<![\w@/.-])(?:{'|'.join(map(re.escape, found))})(?![\w@/-]|\.\w)")
        return lambda value: pattern.sub(lambda match: self._words[match.group()], value)

    def _reveal(self, value: str) -> str:
        return _TOKEN.sub(self._revealed, value) if "{" in value else value

    def _revealed(self, match: re.Match[str]) -> str:
        known = self._by_pseudonym.get(match.group(2))
        if known is None:
            return match.group(2)
        return {"person": known.person, "name": known.name, "email": known.email}[match.group(1)] or known.person


def _words(one: Known) -> Iterable[tuple[str, str]]:
    """What stands for a person, and the token that takes its place; an id comes back as that id and nothing else."""
    for kind, word in (("email", one.email), ("name", one.name), ("person", one.person)):
        if word:
            yield word, f"{{{kind}:{one.pseudonym}}}"


def _as_dict(data: Mapping[str, object] | None) -> dict[str, object] | None:
    return data if isinstance(data, dict) or data is None else dict(data)


def _as_it_is(value: str) -> str:
    return value


def _mapped(data: object, convert: Callable[[str], str]) -> object:
    """JSON data with every text converted, keys too. Plain types are asked for: this runs on every record."""
    if isinstance(data, str):
        return convert(data)
    if isinstance(data, dict):
        return {convert(key): _mapped(inner, convert) for key, inner in data.items()}
    if isinstance(data, list | tuple):
        return [_mapped(inner, convert) for inner in data]
    return data
