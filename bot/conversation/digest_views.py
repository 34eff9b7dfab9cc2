"""A digest as a reply: one screen, what the reader can move first, with what he can do about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.chat import Button, Buttons, Heading, Item, Items, Line, Link, Part, Picture, Reply, Table
from bot.conversation.words import counted, day
from gates.digest.edition import Edition, Standing
from gates.digest.model import TOPICS, Digest, Note, Section

WHY = {"late": "This digest is late: it was due earlier today and could not be sent then."}


HASH_SHOWN = 32
"""Hexadecimal digits of the audit log's hash: 128 bits, enough that no other log has them."""

MOST_ROWS = 15
"""Projects in the table of a quarterly edition."""

WAYS = 5
"""Past digests that can be opened by a button; any is opened by its day."""


@dataclass(frozen=True)
class Circumstances:
    """What else is said: that it is late, days whose digest was skipped, a lead paragraph, the quarterly edition.

    `head` is the newest record of the audit log as (number, hash), for those who may see the log; `past` the address of
    the archive's page.
    """

    late: bool = False
    skipped: tuple[date, ...] = ()
    lead: str = ""
    edition: Edition | None = None
    head: tuple[int, str] | None = None
    past: str = ""


def digest_reply(digest: Digest, *, picture: Picture | None = None, around: Circumstances | None = None) -> Reply:
    """The digest for every surface."""
    around = around or Circumstances()
    parts: list[Part] = [Heading(_heading(digest, around))]
    if around.late:
        parts.append(Line(WHY["late"], quiet=True))
    if around.skipped:
        days = ", ".join(map(day, around.skipped))
        parts.append(Line(f"Not sent, because it would have come too late: the digest of {days}.", quiet=True))
    if around.lead:
        parts.append(Line(around.lead))
    if around.edition:
        parts += _edition(around.edition)
    if digest.unchanged:
        parts.append(Line(f"Nothing changed since {day(digest.since)}."))
    if not digest.projects:
        parts.append(Line("No project you may see names you. `digest all` shows every project you may read."))
    parts += [_section(section) for section in digest.sections]
    if picture is not None:
        parts.append(picture)
    if digest.more:
        parts.append(Line(f"{digest.more} more: digest more", quiet=True))
    if around.head:
        number, hashed = around.head
        parts.append(Line(f"Audit log up to record {number:06d}, sha256 {hashed[:HASH_SHOWN]}", quiet=True))
    parts.append(Buttons(_buttons(digest)))
    if around.past:
        parts.append(Link("Past digests", around.past))
    return Reply(tuple(parts))


def _heading(digest: Digest, around: Circumstances) -> str:
    needs = f"{counted(digest.yours, 'matter')} you can move" if digest.yours else "nothing waits for you"
    name = "Quarterly portfolio · " if around.edition else ""
    return f"{name}{day(digest.today)} · {counted(len(digest.projects), 'project')} · {needs}"


def _edition(edition: Edition) -> tuple[Part, ...]:
    """The quarter in a line, and every project in a row."""
    passed, decided = counted(edition.passed, "gate"), counted(edition.decided, "decision")
    rows = tuple(_row(standing) for standing in edition.standings[:MOST_ROWS])
    left = len(edition.standings) - len(rows)
    said = Line(f"Since {day(edition.since)}: {passed} passed, {decided} recorded.")
    table = Table(("Project", "Health", "Gate", "Due", "Spent"), rows, "Portfolio")
    more = (Line(f"{counted(left, 'further project')}, better off: the board shows all.", quiet=True),) if left else ()
    return (said, table, *more)


def _row(standing: Standing) -> tuple[str, ...]:
    return (
        standing.project,
        standing.health,
        standing.gate or "all passed",
        _due(standing),
        _spent(standing),
    )


def _due(standing: Standing) -> str:
    if standing.due is None:
        return "no date" if standing.gate else ""
    return (
        f"{day(standing.due)}, at the usual pace {day(standing.expected)}" if standing.expected else day(standing.due)
    )


def _spent(standing: Standing) -> str:
    if standing.spent is None:
        return "no envelope"
    time = f" at {standing.gone * 100:.0f} % of time" if standing.gone is not None else ""
    return f"{standing.spent * 100:.0f} %{time}"


def _section(section: Section) -> Part:
    if section.failed:
        return Line(f"{section.title}: this could not be worked out ({section.failed}). The others are complete.")
    title = f"{section.title} · {section.more} more" if section.more else section.title
    return Items(tuple(Item(note.text, about=note.about) for note in section.notes), title=title)


def _buttons(digest: Digest) -> tuple[Button, ...]:
    buttons: list[Button] = []
    mine = _notes(digest, "you")
    if mine:
        first = mine[0]
        buttons += [Button("Open", open_command(first), "primary"), Button("Snooze", f"snooze {first.about}")]
    others = next((note for note in (*_notes(digest, "waiting"), *_notes(digest, "blocked")) if note.gate), None)
    if others is not None:
        buttons.append(Button("Remind", f"remind {others.about}"))
    top = next((note for section in digest.sections for note in section.notes if note.project), None)
    if top is not None:
        buttons.append(Button("Why is the first here", f"digest why {top.about}"))
    if digest.more:
        buttons.append(Button("More", "digest more"))
    return (*buttons, Button("Settings", "digest settings"))


def open_command(note: Note) -> str:
    """The order that shows what a note is about."""
    return f"show {note.project} {note.gate}" if note.gate else f"status {note.project}"


def _notes(digest: Digest, topic: str) -> Sequence[Note]:
    return next((section.notes for section in digest.sections if section.topic == topic), ())


def why_reply(note: Note) -> Reply:
    """Why a line is in the digest, and what can be done about it."""
    buttons = [Button("Open", open_command(note), "primary"), Button("Snooze", f"snooze {note.about}")]
    if note.movers:
        buttons.append(Button("Remind", f"remind {note.about}"))
    if note.topic == "waiting" and note.gate:
        buttons.append(Button("Delegate", f"delegate {note.project} {note.gate}"))
    buttons.append(Button(f"Mute {TOPICS[note.topic]}", f"digest mute {note.topic}"))
    return Reply((Heading(note.text), Line(f"It is here because {note.why}."), Buttons(tuple(buttons))))


def archive_reply(sent: Sequence[tuple[date, str]], *, of: str = "") -> Reply:
    """When digests went out, the newest first, and the way to each; `of` is the channel, "" for one's own."""
    whose = f"Digests of {of}" if of else "Your digests"
    if not sent:
        return Reply((Line("No digest has been sent yet: digest settings says when the next one comes."),))
    items = tuple(Item(day(on), "skipped, it would have come too late" if how == "stale" else how) for on, how in sent)
    order = f"digest for {of} archive" if of else "digest archive"
    ways = tuple(Button(day(on), f"{order} {on.isoformat()}") for on, how in sent if how != "stale")
    parts: tuple[Part, ...] = (Heading(whose), Items(items), Buttons(ways[:WAYS]))
    return Reply(parts if ways else parts[:2])


def digest_json(digest: Digest) -> dict[str, object]:
    """The digest for scripts."""
    return {
        "day": digest.today.isoformat(),
        "since": digest.since.isoformat(),
        "projects": list(digest.projects),
        "yours": digest.yours,
        "unchanged": digest.unchanged,
        "first": digest.first,
        "sections": [
            {
                "topic": section.topic,
                "title": section.title,
                "more": section.more,
                "failed": section.failed or None,
                "notes": [
                    {
                        "about": n.about,
                        "text": n.text,
                        "why": n.why,
                        "movers": list(n.movers),
                        "age_working_days": n.age,
                    }
                    for n in section.notes
                ],
            }
            for section in digest.sections
        ],
    }
