"""The digest of one reader: his projects, the notes that fit on one screen, ordered by what he can move. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gates.digest.glimpse import Glimpse, moved, recent
from gates.digest.model import MOST, TOPICS, Digest, Note, Reader, Section, Topic
from gates.digest.sight import Outlook, Sight, View, by_rank


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reader's last digest showed: when it was sent, and the mark of each project's glimpse.

    `glimpse` gives what a mark stands for, None where that is not kept any more.
    """

    on: date
    marks: Mapping[str, str]
    glimpse: Callable[[str], Glimpse | None]


def digest_for(reader: Reader, sight: Sight, *, seen: Seen | None, whole: bool = False) -> Digest:
    """What this reader is told now. With `whole` every note of every topic."""
    outlook = sight.outlook(reader)
    since = seen.on if seen else _working_day_before(sight)
    silent = frozenset(about for about, until in reader.snoozed.items() if until > sight.almanac.today)
    mine = _without(outlook.own.get(reader.person or "", ()), silent)
    told = frozenset(note.about for note in mine)
    gathered: dict[Topic, Sequence[Note]] = {"you": mine}
    failed = dict(outlook.failed)
    try:
        gathered["moved"] = _without(_moved(outlook, sight, seen=seen, since=since), silent)
    except Exception as error:  # a glimpse of another version must not cost the other topics
        failed["moved"] = type(error).__name__
    for topic, found in outlook.notes.items():
        gathered[topic] = _without(found, silent if topic == "contradiction" else silent | told)
    if reader.pays and sight.besides.model_cost:
        cost = Note("spend", "//model", sight.besides.model_cost, "what models cost to serve, from the meter")
        gathered["spend"] = [*_without([cost], silent), *gathered.get("spend", ())]
    sections = (
        _section(topic, gathered.get(topic, ()), failed.get(topic, ""), whole=whole)
        for topic in TOPICS
        if topic not in reader.muted
    )
    return Digest(
        sight.almanac.today,
        tuple(section for section in sections if section.notes or section.failed),
        tuple(outlook.marks),
        since,
        len(told),
        unchanged=seen is not None and "moved" not in failed and not gathered["moved"],
        first=seen is None,
    )


def _working_day_before(sight: Sight) -> date:
    day = sight.almanac.today - timedelta(days=1)
    calendar = sight.programme.calendar
    while calendar.working_days and not calendar.is_working(day):
        day -= timedelta(days=1)
    return day


def _without(notes: Sequence[Note], silent: frozenset[str]) -> Sequence[Note]:
    """The notes that are about something else: what is snoozed, or told already, is left out."""
    return [note for note in notes if note.about not in silent] if silent else notes


def _moved(outlook: Outlook, sight: Sight, *, seen: Seen | None, since: date) -> list[Note]:
    """What moved, in its order."""
    if seen is not None and seen.marks == outlook.marks:
        return []
    return sorted(
        (note for view in outlook.views for note in _moved_in(view, sight, seen=seen, since=since)), key=by_rank
    )


def _moved_in(view: View, sight: Sight, *, seen: Seen | None, since: date) -> Iterable[Note]:
    slug = view.report.project.slug
    if seen is None:
        return recent(view.report, since, programme=sight.programme)
    if slug not in seen.marks:
        return (Note("moved", slug, f"{slug} is new in this digest", "the project was not in the last one", rank=4),)
    before = seen.glimpse(seen.marks[slug]) if seen.marks[slug] != view.mark else None
    if before is None:
        return ()
    return moved(before, view.glimpse, view.report, programme=sight.programme, almanac=sight.almanac)


def _section(topic: Topic, notes: Sequence[Note], failed: str, *, whole: bool) -> Section:
    most = len(notes) if whole else MOST[topic]
    return Section(topic, tuple(notes[:most]), max(0, len(notes) - most), failed)
