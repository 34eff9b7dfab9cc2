"""`gatehouse spend`: what the model has cost this month, beside the budgets, with a forecast."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime

from rich.console import Console
from rich.table import Table

from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.platforms.terminal.render import console_on
from bot.settings import load_settings
from bot.wiring import Installation, open_installation
from inference.pricing import dollars
from inference.spend import Held, SpendReport, Sum, report_of
from inference.store_spend import held_now, spent_since


def run_spend(*, month: str | None, as_json: bool) -> None:
    """Print the report of a month, the running one without `month`."""
    here = open_installation(load_settings())
    report = read_report(here, _month(month, here.clock()))
    if as_json:
        print_json(to_json(report))
    else:
        show(report, console_on(sys.stdout))


def read_report(here: Installation, month: date) -> SpendReport:
    """The report of the month that begins on this day."""
    now = here.clock()
    with here.database.read() as session:
        rows, held = spent_since(session, month), held_now(session, now=now)
    return report_of(rows, held, month=month, today=now.astimezone(UTC).date())


def _month(text: str | None, now: datetime) -> date:
    if text is None:
        return now.astimezone(UTC).date().replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise UsageError(f"--month wants a month as YYYY-MM, not {text!r}.") from error


def to_json(report: SpendReport) -> dict[str, object]:
    """The report for scripts; money in US dollars."""
    return {
        "month": f"{report.month:%Y-%m}",
        "as_of": report.today.isoformat(),
        "total": _plain(report.total),
        "forecast": _plain(report.forecast) if report.forecast else None,
        "days": [_plain(found) for found in report.days],
        "projects": [_plain(found) for found in report.projects],
        "people": [_plain(found) for found in report.people],
        "classes": [_plain(found) for found in report.classes],
        "budgets": [_plain_budget(held) for held in report.budgets],
    }


def _plain(found: Sum) -> dict[str, object]:
    return {"name": found.name, "calls": found.calls, "tokens": found.tokens, "usd": float(found.usd)}


def _plain_budget(held: Held) -> dict[str, object]:
    return {
        "budget": held.label,
        "tokens": held.tokens,
        "tokens_limit": held.tokens_limit,
        "usd": float(dollars(held.micros)),
        "usd_limit": None if held.micros_limit is None else float(dollars(held.micros_limit)),
        "share": round(float(held.share), 4),
        "warning": held.warning,
    }


def show(report: SpendReport, console: Console) -> None:
    """The report for a terminal."""
    total = report.total
    if not total.calls:
        console.print(f"The model was not asked in {report.month:%B %Y}.")
        return
    console.print(f"{report.month:%B %Y}: {total.calls:,} calls, {total.tokens:,} tokens, {_usd(total)}.")
    if report.forecast:
        console.print(f"At the pace of the last days the month comes to {_usd(report.forecast)}.")
    if report.budgets:
        console.print(_budgets(report.budgets))
    for title, sums in (("project", report.projects), ("person", report.people), ("day", report.days)):
        console.print(_sums(title, sums))


def _budgets(budgets: Iterable[Held]) -> Table:
    table = Table("budget", "spent", "limit", "used")
    for held in budgets:
        if held.tokens_limit is not None:
            table.add_row(held.label, f"{held.tokens:,} tokens", f"{held.tokens_limit:,}", f"{held.share:.0%}")
        if held.micros_limit is not None:
            limit = f"{dollars(held.micros_limit):,.2f}"
            table.add_row(held.label, f"{dollars(held.micros):,.4f} usd", limit, f"{held.share:.0%}")
    return table


def _sums(title: str, sums: Iterable[Sum]) -> Table:
    table = Table(title, "calls", "tokens", "usd")
    for found in sums:
        table.add_row(found.name, f"{found.calls:,}", f"{found.tokens:,}", f"{found.usd:,.4f}")
    return table


def _usd(found: Sum) -> str:
    return f"{found.usd:,.2f} usd"
