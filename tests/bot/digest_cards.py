"""The digest of the demo programme as each surface draws it: for golden files, and as pages to be photographed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from bot.chat import Picture, Reply
from bot.conversation.digest_chart import alt_of, chart_of
from bot.conversation.digest_views import Circumstances, digest_reply
from bot.picture import draw
from bot.platforms.mail import letter
from bot.platforms.terminal.render import render as terminal
from bot.platforms.web.render import render as web
from gates.digest.build import digest_for
from gates.digest.edition import edition_of
from gates.digest.model import Reader
from gates.digest.sight import Sight
from gates.portfolio import portfolio
from tests.bot.conformance import slack, teams
from tests.gates.test_demo_programme import PROJECTS, facts, programme, project

NOW = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)
READER = "helena.koch"
PIXEL = b"\x89PNG golden"


def demo_digest(*, portfolio_edition: bool = False, drawn: bool = False) -> Reply:
    """What the programme's manager is told on the demo's morning; `drawn` with the picture itself."""
    made, found = programme(), facts()
    reports = portfolio(made, [project(slug) for slug in PROJECTS], facts=found, now=NOW)
    sight = Sight(made, reports, facts=found, now=NOW)
    labels = frozenset(p.access_id for p in found.projects.values()) | {e.access_id for e in found.evidence.values()}
    reader = Reader(frozenset(labels), READER, everything=True)
    views = sight.outlook(reader).views
    chart = chart_of(views, sight.almanac.today)
    picture = Picture(draw(chart) if drawn else PIXEL, alt_of(chart, views), "Gates by week, spend against envelope")
    edition = edition_of(views, sight.almanac.today) if portfolio_edition else None
    around = Circumstances(edition=edition, head=(412, "9c1e" * 16), past="https://gates.example.org/digests")
    return digest_reply(digest_for(reader, sight, seen=None), picture=picture, around=around)


def on_slack(reply: Reply) -> str:
    return _json(slack.message(reply).blocks)


def on_teams(reply: Reply) -> str:
    return _json(teams.message(reply).card)


def on_the_web(reply: Reply) -> str:
    return _json(web(reply))


def in_the_terminal(reply: Reply) -> str:
    file = StringIO()
    Console(file=file, width=90, color_system=None).print(terminal(reply, width=90))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def by_mail(reply: Reply) -> str:
    body = letter(reply, to="helena.koch@example.org", sender="gatehouse@example.org", key="golden").get_body()
    assert body is not None
    return "\n".join(line.rstrip() for line in str(body.get_content()).splitlines()) + "\n"


SURFACES = {
    "slack.json": on_slack,
    "teams.json": on_teams,
    "web.json": on_the_web,
    "terminal.txt": in_the_terminal,
    "mail.txt": by_mail,
}


def _json(drawn: object) -> str:
    return json.dumps(drawn, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
