"""Every value of a sentence must stand where the sentence stands, and belong to the same words there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from rag.claims.binding import Span, bound_elsewhere, line_of, turned_round
from rag.claims.dates import Moment, moments
from rag.claims.model import Fault, Unsupported
from rag.claims.names import Name, identifiers, names, opening_word, roles
from rag.claims.numbers import Quantity, is_unit_of, quantities
from rag.claims.places import Place, says
from rag.ground.words import STOP_WORDS, words

Value = TypeVar("Value", Moment, Quantity, Name)


def fault(said: str, among: Sequence[Place], everywhere: Sequence[Place]) -> Unsupported | None:
    """The first value that does not stand in the places, or stands there for something else."""
    return (
        _identifiers(said, among)
        or _dates(said, among)
        or _numbers(said, among)
        or _names(said, among, everywhere)
        or _opening(said, everywhere)
        or _roles(said, among)
    )


def _identifiers(said: str, among: Sequence[Place]) -> Unsupported | None:
    there = " ".join(_whole(place) for place in among).casefold()
    for name in identifiers(said):
        if name.parts[0] not in there:
            return _absent("name", said, name)
    return None


def _dates(said: str, among: Sequence[Place]) -> Unsupported | None:
    spoken = moments(said)
    found = [(moments(place.text), place) for place in among]
    there = [(one, place.year) for stated, place in found for one in stated]
    years = {one.year for one in moments(among[0].text)} | {among[0].year}
    for one in spoken:
        if _stands([any(one.same(other, year=place.year) for other in stated) for stated, place in found], said, among):
            continue
        if one.year and not one.month and not one.other and one.year in years:
            continue
        return _absent("date", said, one)
    rows = [[one.same(other, year=year) for other, year in there] for one in spoken]
    rivals = [[not same and _alike(one, other) for same, (other, _) in zip(row, there, strict=True)]
              for one, row in zip(spoken, rows, strict=True)]  # fmt: skip
    return _bound("date", said, spoken, [(place, stated) for stated, place in found], rows, rivals)


def _alike(one: Moment, other: Moment) -> bool:
    return bool(one.day) == bool(other.day) and bool(one.month) == bool(other.month)


def _numbers(said: str, among: Sequence[Place]) -> Unsupported | None:
    spoken = _quantities(said)
    found = [(place, _quantities(place.text)) for place in among]
    there = [(one, place) for place, stated in found for one in stated]
    rows = [[_equal(one, other, place) for other, place in there] for one in spoken]
    for one, row in zip(spoken, rows, strict=True):
        if not _stands([any(_equal(one, other, place) for other in stated) for place, stated in found], said, among):
            return _absent("number", said, one)
        met = [other for (other, _), same in zip(there, row, strict=True) if same]
        if one.direction and all(other.direction and other.direction != one.direction for other in met):
            return Unsupported("number", f"{said[one.start : one.end]!r} is a bound the other way round there.")
    rivals = [
        [not same and _same_unit(one, other) for same, (other, _) in zip(row, there, strict=True)]
        for one, row in zip(spoken, rows, strict=True)
    ]
    return _bound("number", said, spoken, found, rows, rivals)


def _quantities(text: str) -> tuple[Quantity, ...]:
    return quantities(text, [*_spans(moments(text)), *_spans(identifiers(text))])


def _spans(found: Sequence[Value]) -> list[Span]:
    return [Span(one.start, one.end) for one in found]


def _equal(one: Quantity, other: Quantity, place: Place) -> bool:
    """The same number; a unit that the sentence adds must stand at least in the heading or the column's name."""
    if not one.same(other):
        return False
    return not one.unit or bool(other.unit) or is_unit_of(one.unit, _whole(place))


def _same_unit(one: Quantity, other: Quantity) -> bool:
    return one.unit == other.unit or not (one.unit and other.unit)


def _names(said: str, among: Sequence[Place], everywhere: Sequence[Place]) -> Unsupported | None:
    spoken = _all_names(said, everywhere)
    found = [(place, names(place.text)) for place in among]
    there = [one for _, stated in found for one in stated]
    checked = []
    for one in spoken:
        if not all(_stands([_has(place, part) for place in among], said, among) for part in one.parts):
            return _absent("name", said, one)
        if any(_is_of(one, other) for other in there):
            checked.append(one)
    rows = [[_is_of(one, other) for other in there] for one in checked]
    rivals = [[not same for same in row] for row in rows]
    return _bound("name", said, checked, found, rows, rivals)


def _has(place: Place, part: str) -> bool:
    stem = _stem(part)
    return any(part == word.folded or stem == word.stem for word in (*place.words, *place.about))


def _stands(held: Sequence[bool], said: str, among: Sequence[Place]) -> bool:
    """Whether the first place holds a value, or a further one that tells more of the sentence than this value."""
    further = zip(held[1:], among[1:], strict=True)
    return held[0] or any(holds and _lends(place, said, among[0]) for holds, place in further)


def _lends(place: Place, said: str, first: Place) -> bool:
    """Whether a place says something of the sentence beside its values that the first place does not say."""
    own = place.stems | {word.stem for word in place.about}
    return any(says(stem, own) >= 0.7 and says(stem, first.stems) < 0.7 for stem in context(said))


def context(said: str) -> tuple[str, ...]:
    """The stems of a sentence outside its names, dates and numbers: what it says of them."""
    taken = [*_spans(names(said)), *_spans(moments(said)), *_spans(identifiers(said)), *_spans(_quantities(said))]
    return tuple(
        word.stem
        for word in words(said)
        if word.folded not in STOP_WORDS and not any(left <= word.start < right for left, right in taken)
    )


def _all_names(said: str, everywhere: Sequence[Place]) -> tuple[Name, ...]:
    """The names of the sentence; its first word too, where the sources use it as a name."""
    found, first = names(said), opening_word(said)
    if first is None or any(one.start == first.start for one in found):
        return found
    known = {part for place in everywhere for one in names(place.text) for part in one.parts}
    return (Name(first.start, first.end, (first.folded,)), *found) if first.folded in known else found


def _is_of(one: Name, other: Name) -> bool:
    return bool(set(one.parts) & set(other.parts))


def _stem(part: str) -> str:
    return next((word.stem for word in words(part)), part)


def _opening(said: str, everywhere: Sequence[Place]) -> Unsupported | None:
    """A sentence that begins with a word no source has, followed at once by what it does, speaks of somebody else."""
    first, found = opening_word(said), words(said)
    if (
        first is None
        or len(found) < 2
        or says(first.stem, {word.stem for place in everywhere for word in (*place.words, *place.about)})
    ):
        return None
    following = found[1].folded
    acts = following in _ACTS or following.endswith("ed")
    return Unsupported("name", f"{first.text!r} does not stand in the source.") if acts else None


_ACTS = frozenset(
    "is was has had will must may signs owns approves wrote took gave chose decides leads runs does did".split()
)


def _roles(said: str, among: Sequence[Place]) -> Unsupported | None:
    stems = frozenset(word.stem for place in among for word in (*place.words, *place.about))
    for role in roles(words(said)):
        if missing := [part for part in role if not says(part, stems)]:
            return Unsupported("role", f"No {missing[0]!r} is spoken of there.")
    return None


def _bound(
    kind: Fault,
    said: str,
    spoken: Sequence[Value],
    found: Sequence[tuple[Place, Sequence[Value]]],
    same: Sequence[Sequence[bool]],
    rival: Sequence[Sequence[bool]],
) -> Unsupported | None:
    if not any(any(row) for row in rival):
        return None
    mine = line_of([(said, _spans(spoken))])
    theirs = line_of([(place.text, _spans(stated)) for place, stated in found])
    at = bound_elsewhere(mine, theirs, same=same, rival=rival)
    if at is None:
        at = _turned(said, spoken, found, same)
    if at is None:
        return None
    return Unsupported(kind, f"{said[spoken[at].start : spoken[at].end]!r} belongs to something else there.")


def _turned(
    said: str,
    spoken: Sequence[Value],
    found: Sequence[tuple[Place, Sequence[Value]]],
    same: Sequence[Sequence[bool]],
) -> int | None:
    """The first value on the wrong side of what links it to another, in any one of the places."""
    mine, start = _spans(spoken), 0
    for place, stated in found:
        theirs, stop = _spans(stated), start + len(stated)
        at = turned_round(said, mine, place.text, theirs, same=[row[start:stop] for row in same])
        if at is not None:
            return at
        start = stop
    return None


def _absent(kind: Fault, said: str, one: Value) -> Unsupported:
    return Unsupported(kind, f"{said[one.start : one.end]!r} does not stand there.")


def _whole(place: Place) -> str:
    return f"{place.text} {' '.join(word.text for word in place.about)}"
