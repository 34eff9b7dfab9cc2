"""The pages of the gates: board, gate, queue. Each shows what the one who is signed in may read, and no more."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.audience import audience_of
from bot.chat import Command, Form, Outcome, Reply
from bot.conversation.commands.cards import card_name
from bot.conversation.ledger_lists import FILTERS
from bot.conversation.ledger_room import LedgerRoom
from bot.orders import Orders
from bot.platforms.failure import log_failure
from bot.platforms.web.board import Wanted, board, criteria, due_phrase, gate_path, tone_of
from bot.platforms.web.desk import Desk
from bot.platforms.web.forms import render_form
from bot.platforms.web.render import render
from bot.platforms.web.visitors import Visitor
from bot.process.pools import Busy
from gates.questions import waiting_for
from gates.report import GateReport, ProjectReport

log = logging.getLogger(__name__)

UNKNOWN = "There is no such page, or you may not know of what it shows."


@dataclass(frozen=True)
class Seen:
    """What one visitor sees of the ledger: the room, and every project he may know of as he may see it."""

    visitor: Visitor
    room: LedgerRoom
    reports: tuple[ProjectReport, ...]

    @property
    def people(self) -> dict[str, str]:
        programme = self.room.programme
        return {person.id: person.name for person in programme.people.values()} if programme else {}

    def gate(self, project: str, gate: str) -> tuple[ProjectReport, GateReport] | None:
        found = next((report for report in self.reports if report.project.slug == project), None)
        asked = next((each for each in found.gates if each.gate == gate), None) if found else None
        return (found, asked) if found and asked else None


@dataclass(frozen=True)
class Pages:
    """The pages of one site; `orders` is how its ledger is looked at."""

    desk: Desk
    orders: Orders

    def routes(self) -> list[Route]:
        return [
            Route("/board", self.board),
            Route("/queue", self.queue),
            Route("/gate/{project}/{gate}", self.gate),
        ]

    async def board(self, request: Request) -> Response:
        wanted = Wanted(request.query_params.get("state", ""), request.query_params.get("owner", ""))
        return await self.shown(request, lambda seen: self._board(seen, wanted))

    def _board(self, seen: Seen, wanted: Wanted) -> Response:
        programme = seen.room.programme
        rows = board(seen.reports, wanted, programme=programme, today=seen.room.today) if programme else ()
        columns = max((len(row.cells) for row in rows), default=0)
        owners = {gate.owner for report in seen.reports for gate in report.gates if gate.owner}
        named = {person: name for person, name in seen.people.items() if person in owners}
        return self.desk.page(
            seen.visitor, "board.html", here="board", rows=rows, columns=columns, wanted=wanted, states=list(FILTERS),
            owners=named, as_of=seen.room.now,
        )  # fmt: skip

    async def queue(self, request: Request) -> Response:
        return await self.shown(request, self._queue)

    def _queue(self, seen: Seen) -> Response:
        person, programme = seen.visitor.person, seen.room.programme
        waiting = waiting_for(seen.reports, person) if person and programme else ()
        items = [
            {
                "path": gate_path(item.gate),
                "gate": f"{item.gate.project} · {item.gate.name}",
                "due": due_phrase(item.gate),
                "blocker": item.blocker,
                "ready": item.ready,
                "review": f"review {item.gate.project} {item.gate.gate}" if item.blocker.kind == "approval" else "",
                "report": f"report {item.gate.project} {item.gate.gate} {item.blocker.criterion}"
                if item.blocker.kind in ("metric", "latency", "cost")
                else "",
            }
            for item in waiting
        ]
        return self.desk.page(seen.visitor, "queue.html", here="queue", items=items)

    async def gate(self, request: Request) -> Response:
        named = request.path_params["project"], request.path_params["gate"]
        changes = request.query_params.get("if", "").strip()[:300]
        return await self.shown(request, lambda seen: self._gate(seen, named, changes))

    def _gate(self, seen: Seen, named: tuple[str, str], changes: str) -> Response:
        found, programme = seen.gate(*named), seen.room.programme
        if found is None or programme is None:
            return self.unknown(seen.visitor)
        report, gate = found
        about = f"{gate.project} {gate.gate}"
        shown = self.look(f"show {about}", seen.visitor)
        return self.desk.page(
            seen.visitor,
            "gate.html",
            here="board",
            back=gate_path(gate),
            project=report.project,
            gate=gate,
            tone=tone_of(gate),
            due=due_phrase(gate),
            owner=programme.name_of(gate.owner) if gate.owner else "nobody",
            criteria=criteria(gate, programme=programme),
            card=self._card(gate, seen.visitor),
            acts=[part for part in shown if part["kind"] == "buttons"],
            sources=[part for part in shown if part["kind"] == "quote"],
            history=self.look(f"history {about}", seen.visitor)[1:],
            changes=changes,
            answer=self.look(f"what-if {about} {changes}", seen.visitor) if changes else [],
            siblings=[(gate_path(each), each.name, each.gate == gate.gate) for each in report.gates],
        )

    def _card(self, gate: GateReport, visitor: Visitor) -> list[dict[str, object]]:
        """The card as it stands in the channels, without its buttons: they are at the top of the page."""
        drawn = self.orders.conversing.draw(card_name(gate.project, gate.gate), place=None, person=visitor.person)
        return [part for part in render(drawn) if part["kind"] != "buttons"] if drawn else []

    # --- what every page does ----------------------------------------------------------

    async def shown(self, request: Request, draw: Callable[[Seen], Response]) -> Response:
        """A page drawn beside the event loop; what goes wrong is said on a page, with its number in the log."""
        visitor = await self.desk.visitor(request)
        try:
            return await self.desk.pages.run(lambda: draw(self._seen(visitor)))
        except Busy:
            return self.problem(visitor, "Many others are waiting just now. Please load the page again.", status=503)
        except Exception as error:
            event = log_failure(log, error)
            return self.problem(visitor, f"Something failed on this side. Event {event} is in the log.", status=500)

    def _seen(self, visitor: Visitor) -> Seen:
        room = self.orders.conversing.rooms.ledger()
        audience = audience_of(room.programme, person=visitor.person, place=None)
        return Seen(visitor, room, room.reports(audience))

    def look(self, line: str, visitor: Visitor) -> list[dict[str, object]]:
        """What an order that only looks shows this visitor."""
        answer = self._looked(line, visitor).answer
        return render(answer) if isinstance(answer, Reply) else render(Reply(answer.parts))

    def _looked(self, line: str, visitor: Visitor) -> Outcome:
        conversing = self.orders.conversing
        with conversing.read() as session:
            return conversing.carry_out(Command(line, "web", visitor.person, surface="web"), session)

    def outcome(self, visitor: Visitor, outcome: Outcome, *, key: str) -> Response:
        """What an order came to, as a page of its own."""
        answer = outcome.answer
        form = render_form(answer) if isinstance(answer, Form) else None
        parts = [] if isinstance(answer, Form) else render(answer)
        return self.desk.page(
            visitor, "outcome.html", here="order", form=form, parts=parts, refused=outcome.refused, key=key
        )

    def unknown(self, visitor: Visitor) -> Response:
        return self.problem(visitor, UNKNOWN, status=404)

    def problem(self, visitor: Visitor, said: str, *, status: int) -> Response:
        return self.desk.page(visitor, "problem.html", here="", status=status, said=said)
