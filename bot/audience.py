"""Who will read an answer: a person or a place of the programme, as the names their readers go by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.choices import suggestion
from gates.model import Programme
from rag.model import EVERYONE, Audience

FRESH_FOR = timedelta(minutes=5)
"""How long what a platform said of a place or an account is believed."""


class AudienceError(Exception):
    """The person or the place is not known: an unknown audience is refused, never taken for the public."""


def audience_of(programme: Programme | None, *, person: str | None, place: str | None) -> Audience:
    """The readers of an answer given in `place`, else to `person` alone, else to everyone.

    In a place the answer is for all who read there, whoever asked.

    Raises:
        AudienceError: The programme knows no such person or place.
    """
    if place is None and person is None:
        return EVERYONE
    if programme is None:
        raise AudienceError("No programme.yaml has been taken in, so nobody is known here. Ask without --as and --in.")
    if place is not None:
        return _place(programme, place)
    known = person_id(programme, str(person))
    return Audience(programme.name_of(known), (names_of(programme, known),))


def person_id(programme: Programme, said: str) -> str:
    """The id of a person given by id, name or e-mail address."""
    wanted = said.strip().removeprefix("@").casefold()
    for person in programme.people.values():
        if wanted and wanted in (person.id.casefold(), person.name.casefold(), (person.email or "").casefold()):
            return person.id
    raise AudienceError(f"Nobody called {said!r} is in programme.yaml.{_near(said, list(programme.people))}")


def names_of(programme: Programme, person: str) -> frozenset[str]:
    """Every name that may stand in a `readers:` list for this person: id, groups and programme-wide roles."""
    known = programme.people[person]
    roles = (role for role, holders in programme.roles.items() if person in holders)
    return frozenset((person, *known.groups, *roles))


@dataclass(frozen=True)
class Readers:
    """Who reads a place of a chat platform, as the platform said at `as_of`.

    `members` are their names in the programme, an empty set for somebody it does not know; None when the platform could
    not list them. `public`: every full member of the workspace reads it.
    """

    kind: Literal["public", "private", "direct", "group", "external", "unknown"]
    as_of: datetime
    name: str
    members: tuple[frozenset[str], ...] | None = None


@dataclass(frozen=True)
class Unreadable:
    """Nothing may be said in a place; `reason` says why and where to ask instead."""

    reason: str


_ELSEWHERE = "Ask me in a direct message instead: there I know who reads."


def audience_in(readers: Readers | None, *, now: datetime) -> Audience | Unreadable:
    """The readers of a place, or why nothing may be said there: what is not known for certain is refused.

    Somebody whom the programme does not know reads along as one of the public, so what is said is public.
    """
    if readers is None or readers.kind == "unknown" or now - readers.as_of > FRESH_FOR:
        return Unreadable(f"I cannot tell just now who reads here, so I answer nothing of the programme. {_ELSEWHERE}")
    if readers.kind == "external":
        return Unreadable(
            f"People of another organisation read here, so I answer nothing of the programme. {_ELSEWHERE}"
        )
    if readers.members is None and readers.kind == "public":
        return Audience(readers.name, (frozenset(),))
    if not readers.members:
        return Unreadable(f"I cannot list who reads here, so I answer nothing of the programme. {_ELSEWHERE}")
    return Audience(readers.name, tuple(sorted(set(readers.members), key=sorted)))


def _place(programme: Programme, place: str) -> Audience:
    wanted = place.strip().removeprefix("#").casefold()
    for channel in programme.channels.values():
        if wanted and wanted in (channel.name.removeprefix("#").casefold(), channel.id.casefold()):
            members = tuple(programme.people) if channel.kind == "public" else channel.members
            if not members:
                raise AudienceError(
                    f"{channel.name} has no members in programme.yaml, so nobody is known to read there."
                )
            return Audience(channel.name, tuple(names_of(programme, member) for member in members))
    raise AudienceError(f"No channel {place!r} is in programme.yaml.{_near(place, list(programme.channels))}")


def _near(said: str, choices: list[str]) -> str:
    return f" {suggestion(said, choices)}"
