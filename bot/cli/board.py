"""The gates of all that was taken in, for the commands that show them: the programme's and mapped collections'."""

from __future__ import annotations

from dataclasses import dataclass

from bot.audience import audience_of
from bot.choices import suggestion
from bot.cli.usage import UsageError
from bot.conversation.ledger_room import LedgerRoom
from bot.conversation.sources import Sources
from bot.rooms import open_ledgers
from bot.settings import load_settings
from bot.wiring import open_installation
from gates.model import Programme
from gates.report import ProjectReport


@dataclass(frozen=True)
class Shown:
    """A project's report with the room it is judged in."""

    report: ProjectReport
    room: LedgerRoom

    @property
    def programme(self) -> Programme:
        assert self.room.programme is not None
        return self.room.programme

    @property
    def sources(self) -> Sources:
        return Sources({self.report.project.slug: self.report.project}, self.room.line_of)


@dataclass(frozen=True)
class Board:
    """Every project an audience may know of, by slug; `room` is the programme's own."""

    room: LedgerRoom
    programme: Programme
    shown: dict[str, Shown]

    def project(self, name: str) -> Shown:
        """A project by slug, name or alias.

        Raises:
            UsageError: There is none of this name.
        """
        wanted = name.casefold()
        for found in self.shown.values():
            project = found.report.project
            if wanted in (known.casefold() for known in (project.slug, project.name, *project.aliases)):
                return found
        raise UsageError(f"There is no project {name!r}. {suggestion(name, list(self.shown), title='Projects')}")


def open_board(person: str | None, place: str | None) -> Board:
    """The board as this person, or everyone in this place, may see it.

    Raises:
        UsageError: Nothing has been taken in.
    """
    here = open_installation(load_settings())
    rooms = open_ledgers(here.database, here.clock)
    if not rooms or rooms[0].programme is None:
        raise UsageError(
            "No programme has been taken in. Try: gatehouse sync FOLDER (with a programme.yaml), or make demo."
        )
    audience = audience_of(rooms[0].programme, person=person, place=place)
    shown: dict[str, Shown] = {}
    for room in rooms:
        for report in room.reports(audience):
            shown.setdefault(report.project.slug, Shown(report, room))
    return Board(rooms[0], rooms[0].programme, shown)
