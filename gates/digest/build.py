"""The digest of one reader: his projects, the notes that fit on one screen, ordered by what he can move. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import nsmallest
from itertools import chain

from gates.digest.glimpse import Glimpse, moved, recent
from gates.digest.model import MOST, TOPICS, Digest, Note, Reader, Section, Topic
from gates.digest.sight import Sight, View


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
    views = followed(reader, sight)
    since = seen.on if seen else _working_day_before(sight)
    kept = _Keeping(reader, sight.almanac.today)
    mine = kept.sift(_mine(views, reader))
    told = frozenset(note.about for note in mine)
    gathered: dict[Topic, list[Note]] = {"you": mine}
    failed = {topic: why for view in views for topic, why in view.failed.items()}
    try:
        gathered["moved"] = kept.sift(_moved(views, sight, seen=seen, since=since))
    except Exception as error:  # a glimpse of another version must not cost the other topics
        failed["moved"] = type(error).__name__
    for topic in TOPICS:
        if topic not in ("you", "moved"):
            found = kept.sift(chain.from_iterable(view.notes.get(topic, ()) for view in views))
            gathered[topic] = found if topic == "contradiction" else [n for n in found if n.about not in told]
    sections = (
        _section(topic, gathered.get(topic, []), failed.get(topic, ""), whole=whole)
        for topic in TOPICS
        if topic not in reader.muted
    )
    return Digest(
        sight.almanac.today,
        tuple(section for section in sections if section.notes or section.failed),
        tuple(view.report.project.slug for view in views),
        since,
        len(told),
        unchanged=seen is not None and "moved" not in failed and not gathered["moved"],
        first=seen is None,
    )


def followed(reader: Reader, sight: Sight) -> tuple[View, ...]:
    """The projects a digest covers: those named, else those the reader has a part in."""
    views = sight.views(reader.readable)
    if reader.projects is not None:
        return tuple(view for view in views if view.report.project.slug in reader.projects)
    if reader.person is None or reader.everything:
        return views
    return tuple(view for view in views if reader.person in view.people)


def _working_day_before(sight: Sight) -> date:
    day = sight.almanac.today - timedelta(days=1)
    calendar = sight.programme.calendar
    while calendar.working_days and not calendar.is_working(day):
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class _Keeping:
    """What a reader wants to see today: not what he snoozed."""

    reader: Reader
    today: date

    def sift(self, notes: Iterable[Note]) -> list[Note]:
        snoozed = {about for about, until in self.reader.snoozed.items() if until > self.today}
        return [note for note in notes if note.about not in snoozed] if snoozed else list(notes)


def _mine(views: Sequence[View], reader: Reader) -> Iterator[Note]:
    for view in views:
        if reader.person in view.people:
            yield from (note for note in view.notes["you"] if reader.person in note.movers)


def _moved(views: Sequence[View], sight: Sight, *, seen: Seen | None, since: date) -> Iterator[Note]:
    for view in views:
        slug = view.report.project.slug
        if seen is None:
            yield from recent(view.report, since, programme=sight.programme)
        elif slug not in seen.marks:
            yield Note("moved", slug, f"{slug} is new in this digest", "the project was not in the last one", rank=4)
        elif seen.marks[slug] != view.mark and (before := seen.glimpse(seen.marks[slug])) is not None:
            yield from moved(before, view.glimpse, view.report, programme=sight.programme, almanac=sight.almanac)


def _section(topic: Topic, notes: Sequence[Note], failed: str, *, whole: bool) -> Section:
    most = MOST[topic]
    if whole or len(notes) <= most:
        return Section(topic, tuple(sorted(notes, key=_rank)), 0, failed)
    return Section(topic, tuple(nsmallest(most, notes, key=_rank)), len(notes) - most, failed)


def _rank(note: Note) -> tuple[float, str]:
    return note.rank, note.about
