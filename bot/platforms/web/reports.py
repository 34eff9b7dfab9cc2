"""The pages of the whole programme: portfolio, spend, audit; the last two for roles that may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.conversation.commands.telling import event_sentence, moment
from bot.digests.oversight import AUDIT_ROLES, SPEND_ROLES, holds
from bot.platforms.web.pages import Pages, Seen
from bot.platforms.web.plots import Bars, bars, share
from bot.platforms.web.portfolio import money_of, portfolio_of
from gates.audit.entry import Entry
from gates.model import Programme
from gates.people import role_name
from gates.service.history import event_of
from gates.signoff.event_record import is_event
from gates.store_audit import load_entries, load_head
from inference.pricing import dollars
from inference.spend import Held, SpendReport, Sum

SHOWN = 50
"""Entries of the audit log on one page."""


@dataclass(frozen=True)
class Reports:
    """The pages of one site."""

    pages: Pages

    def routes(self) -> list[Route]:
        return [
            Route("/portfolio", self.portfolio),
            Route("/spend", self.spend),
            Route("/audit", self.audit),
        ]

    async def portfolio(self, request: Request) -> Response:
        return await self.pages.shown(request, self._portfolio)

    def _portfolio(self, seen: Seen) -> Response:
        programme, today = seen.room.programme, seen.room.today
        entries = portfolio_of(seen.reports, programme=programme, today=today) if programme else ()
        return self.pages.desk.page(seen.visitor, "portfolio.html", here="portfolio", entries=entries)

    async def spend(self, request: Request) -> Response:
        month = _month(request.query_params.get("month", ""))
        return await self.pages.shown(request, lambda seen: self._spend(seen, month))

    def _spend(self, seen: Seen, month: date | None) -> Response:
        read = self.pages.desk.site.spend
        if read is None or not holds(seen.room.programme, seen.visitor.person, SPEND_ROLES):
            return self._not_for(seen, "spend", SPEND_ROLES)
        report = read(month or datetime.now(UTC).date().replace(day=1))
        return self.pages.desk.page(
            seen.visitor,
            "spend.html",
            here="spend",
            report=report,
            plot=_days(report),
            budgets=[_held(held) for held in report.budgets],
            tables=[("Project", _sums(report.projects)), ("Person", _named(report.people, seen)),
                    ("Kind of request", _sums(report.classes))],
            envelopes=[(r.project.name, money) for r in seen.reports if (money := money_of(r.project))],
        )  # fmt: skip

    async def audit(self, request: Request) -> Response:
        query = request.query_params
        until = int(query["until"]) if query.get("until", "").isdecimal() else None
        wanted = query.get("project", ""), until, "verify" in query
        return await self.pages.shown(request, lambda seen: self._audit(seen, *wanted))

    def _audit(self, seen: Seen, project: str, until: int | None, verify: bool) -> Response:
        programme, site = seen.room.programme, self.pages.desk.site
        if programme is None or not holds(programme, seen.visitor.person, AUDIT_ROLES):
            return self._not_for(seen, "audit", AUDIT_ROLES)
        with self.pages.orders.conversing.read() as session:
            head = load_head(session)
            last = min(until or head.seq, head.seq)
            entries = load_entries(session, project=project or None, after=max(last - SHOWN, 0), until=last)
        return self.pages.desk.page(
            seen.visitor,
            "audit.html",
            here="audit",
            head=head,
            rows=[_told(entry, seen, programme) for entry in reversed(entries)],
            earlier=max(last - SHOWN, 0),
            project=project,
            projects=[report.project for report in seen.reports],
            found=site.audit() if verify and site.audit else None,
        )

    def _not_for(self, seen: Seen, what: str, roles: tuple[str, ...]) -> Response:
        programme = seen.room.programme
        who = ", ".join(f"{name} ({role})" for role, name in _holders(programme, roles)) or "nobody yet"
        names = ", ".join(dict.fromkeys(role_name(role) for role in roles))
        said = f"The {what} page is for these roles of programme.yaml: {names}. Who holds one: {who}."
        return self.pages.problem(seen.visitor, said, status=403)


def _holders(programme: Programme | None, roles: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for role in roles if programme else ():
        assert programme is not None
        yield from ((role_name(role), programme.name_of(person)) for person in programme.roles.get(role, ()))


# --- audit ---------------------------------------------------------------------------


def _told(entry: Entry, seen: Seen, programme: Programme) -> Mapping[str, str]:
    """One entry in words; of a project that the reader may not know of only that there is one."""
    known = next((report for report in seen.reports if report.project.slug == entry.project), None)
    who = programme.name_of(entry.actor) if entry.actor else "Gatehouse"
    stamp = {"seq": f"{entry.seq:06d}", "at": moment(entry.at, programme)}
    if entry.project and known is None:
        return {**stamp, "where": "restricted", "said": "restricted", "surface": ""}
    findings = [found for gate in known.gates for found in gate.findings] if known else []
    hidden = frozenset(found.criterion.id for found in findings if found.restricted)
    said = f"{who}: {entry.kind}{f', {entry.reason}' if entry.reason and not hidden else ''}"
    if is_event(entry.kind):
        said = event_sentence(event_of(entry, entry.seq), programme, hidden=hidden)
    if entry.impersonated_by:
        said += f" (done by {entry.impersonated_by})"
    where = " · ".join(filter(None, (entry.project, entry.gate)))
    return {**stamp, "where": where or "programme", "said": said, "surface": entry.surface or ""}


# --- spend ---------------------------------------------------------------------------


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _days(report: SpendReport) -> Bars | None:
    values = [(found.name[-2:], float(found.usd), f"{found.name}: {_usd(found)}") for found in report.days]
    return bars(values, told=f"Cost of each day of {report.month:%B %Y} in US dollars") if values else None


def _usd(found: Sum) -> str:
    return f"{found.usd:,.2f} usd"


def _sums(sums: tuple[Sum, ...]) -> list[tuple[str, str, str, str]]:
    return [(found.name, f"{found.calls:,}", f"{found.tokens:,}", _usd(found)) for found in sums]


def _named(sums: tuple[Sum, ...], seen: Seen) -> list[tuple[str, str, str, str]]:
    return [(seen.people.get(row[0], row[0]), *row[1:]) for row in _sums(sums)]


def _held(held: Held) -> Mapping[str, object]:
    """A budget with what is used of it."""
    if held.micros_limit is not None:
        spent_usd, limit_usd = float(dollars(held.micros)), float(dollars(held.micros_limit))
        percent, over = share(spent_usd, limit_usd)
        return {
            "label": held.label,
            "said": f"{spent_usd:,.2f} of {limit_usd:,.2f} usd",
            "percent": percent,
            "over": over,
        }
    percent, over = share(float(held.tokens), float(held.tokens_limit or 0))
    said = (
        f"{held.tokens:,} of {held.tokens_limit:,} tokens" if held.tokens_limit else f"{held.tokens:,} tokens, no limit"
    )
    return {"label": held.label, "said": said, "percent": percent, "over": over}
