"""`gatehouse gate records`: the standing records of all projects, to read, as JSON, or as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.audience import audience_of
from bot.chat import Heading, Items, Line, Part, Reply
from bot.chat import Item as Shown
from bot.choices import suggestion
from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.cli.who import person_called
from bot.conversation.words import counted
from bot.rooms import open_ledger
from bot.settings import load_settings
from bot.wiring import open_installation
from gates.codec import to_plain
from gates.model import Programme, Project
from gates.record_kinds import RECORD_KINDS, RecordKind, kind_named
from gates.record_problems import nearest
from gates.record_queries import Recorded, Wish, recorded, say
from gates.record_warnings import warnings_of
from gates.standing import columns_of


@dataclass(frozen=True)
class Wanted:
    """What was typed. `due_in` is a number of days from today; `as_what` is text, json or csv."""

    kind: str | None
    project: str | None = None
    owner: str | None = None
    open_only: bool = False
    due_in: int | None = None
    as_what: str = "text"


@dataclass(frozen=True)
class _Shelf:
    """The records an audience may see, and what is needed to say them."""

    programme: Programme
    projects: tuple[Project, ...]
    today: date


def list_records(wanted: Wanted, *, person: str | None, place: str | None) -> None:
    """The records of a kind that this audience may know of; without a kind what there is, and what needs attention."""
    shelf = _open(wanted.project, person, place)
    kind = _kind(wanted.kind)
    if kind is None and wanted.as_what == "text":
        _print(_overview(shelf))
        return
    owner = person_called(wanted.owner, person, shelf.programme)
    wish = Wish(
        owners=(owner,) if owner else (),
        open_only=wanted.open_only,
        until=shelf.today + timedelta(days=wanted.due_in) if wanted.due_in is not None else None,
    )
    kinds = (kind,) if kind else RECORD_KINDS
    items = tuple(item for one in kinds for item in recorded(shelf.projects, one, wish))
    match wanted.as_what:
        case "json":
            print_json([_plain(item) for item in items])
        case "csv":
            _write_csv(items)
        case _:
            _print(_listing(items, kind, shelf))


def _open(project: str | None, person: str | None, place: str | None) -> _Shelf:
    here = open_installation(load_settings())
    room = open_ledger(here.database, here.clock)
    if room.programme is None:
        raise UsageError(
            "No programme has been taken in. Try: gatehouse sync FOLDER (with a programme.yaml), or make demo."
        )
    visible = room.visible(audience_of(room.programme, person=person, place=place))
    if project is None:
        return _Shelf(room.programme, visible, room.today)
    chosen = tuple(
        p for p in visible if project.casefold() in (name.casefold() for name in (p.slug, p.name, *p.aliases))
    )
    if not chosen:
        known = [p.slug for p in visible]
        raise UsageError(f"There is no project {project!r}. {suggestion(project, known, title='Projects')}")
    return _Shelf(room.programme, chosen, room.today)


def _kind(written: str | None) -> RecordKind | None:
    if written is None:
        return None
    found = kind_named(written)
    if found is None:
        names = [kind.name for kind in RECORD_KINDS]
        near = nearest(written, names)
        hint = f"did you mean {near!r}?" if near else f"kinds: {', '.join(names)}"
        raise UsageError(f"There is no kind of record {written!r}, {hint}")
    return found


def _overview(shelf: _Shelf) -> tuple[Part, ...]:
    count = {kind.name: len(recorded(shelf.projects, kind)) for kind in RECORD_KINDS}
    kept = tuple(Shown(kind.name, f"{count[kind.name]} recorded") for kind in RECORD_KINDS if count[kind.name])
    found = [warning for project in shelf.projects for warning in warnings_of(project, shelf.today)]
    noted = tuple(
        Shown(f"{one.project.slug} · {one.text}", shelf.programme.name_of(one.owner) if one.owner else "")
        for one in found
    )
    heading = Heading(f"{counted(sum(count.values()), 'standing record')}: gatehouse gate records KIND")
    return (heading, Items(kept), *((Items(noted, title="To look at"),) if noted else ()))


def _listing(items: Sequence[Recorded], kind: RecordKind | None, shelf: _Shelf) -> tuple[Part, ...]:
    plural = kind.plural if kind else "standing records"
    if not items:
        return (Line(f"No {plural} of that sort are recorded."),)
    shown = tuple(Shown(f"{item.project.slug} · {_called(item)}", _details(item, shelf)) for item in items)
    return (Heading(f"{plural[0].upper()}{plural[1:]}: {len(items)}"), Items(shown))


def _called(item: Recorded) -> str:
    return item.title if item.title == item.id else f"{item.id} {item.title}"


def _details(item: Recorded, shelf: _Shelf) -> str:
    said = (
        f"{column.replace('_', ' ')} {value}"
        for column in item.kind.columns
        if column not in ("id", "title", "name")
        and (value := say(item, column, programme=shelf.programme, today=shelf.today))
    )
    return " · ".join(said)


def _plain(item: Recorded) -> dict[str, object]:
    fields = to_plain(item.record)
    assert isinstance(fields, dict)
    source = item.project.source
    where = {"document": source.file, "line": source.line(item.record.key)}
    return {"project": item.project.slug, "kind": item.kind.name, "id": item.id,
            **{name: value for name, value in fields.items() if name != "key"}, **where}  # fmt: skip


def _write_csv(items: Sequence[Recorded]) -> None:
    kinds = tuple(dict.fromkeys(item.kind.name for item in items))
    own = tuple(
        dict.fromkeys(c.name for k in RECORD_KINDS if k.name in kinds for c in columns_of(k.value) if c.name != "id")
    )
    writer = csv.DictWriter(sys.stdout, ["project", "kind", "id", *own, "document", "line"], lineterminator="\n")
    writer.writeheader()
    for item in items:
        writer.writerow({name: _cell(value) for name, value in _plain(item).items()})


def _cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    match value:
        case list():
            return _cell("; ".join(map(str, value)))
        case dict():
            return _cell(f"{value.get('operator')} {value.get('text')}")
        case str() if value.startswith(("=", "+", "-", "@", "\t", "\r")):
            return f"'{value}"
        case _:
            return value


def _print(parts: tuple[Part, ...]) -> None:
    from bot.platforms.terminal.render import console_on, render

    console_on(sys.stdout).print(render(Reply(parts)))
