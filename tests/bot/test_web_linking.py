"""The page where an account of a chat platform is confirmed: by whoever signs in, when he presses for it, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.messaging.model import Account, AccountFacts
from bot.messaging.store_links import Link, link_of
from bot.messaging.store_places import keep_account
from bot.people.linking import Invitations
from bot.settings import load_settings
from bot.wiring import Installation, open_installation
from bot.wiring_web import invitations
from gates.store_read import load_programmes
from tests.bot.browsing import Browser, moved_copy
from tests.bot.front_door import House
from tests.bot.test_web_signin import WAY, Login, before, built, sent_back

__all__ = ["built"]

ACCOUNT = Account("slack", "T1", "UCY")


@dataclass
class LinkPage:
    """A browser before the page that an invitation leads to."""

    browser: Browser
    login: Login
    here: Installation
    path: str

    def sign_in(self, begin: str) -> str:
        """Sign in from this page; where the browser is led then."""
        back = sent_back(self.browser, self.login, begin=begin)
        return str(
            self.browser.client.get("/sign-in/callback", params=back, follow_redirects=False).headers["Location"]
        )

    def press(self, token: str | None = None) -> tuple[int, str]:
        shown = self.browser.client.get("/board").text
        mine = shown.split('name="gatehouse-token" content="')[1].split('"')[0]
        answer = self.browser.client.post(self.path, data={"token": token or mine})
        return answer.status_code, answer.text

    @property
    def link(self) -> Link | None:
        with self.here.database.read() as session:
            return link_of(session, ACCOUNT)


@pytest.fixture
def page(built: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LinkPage]:
    moved_copy(built, tmp_path, monkeypatch)
    here, login = open_installation(load_settings()), Login()
    with here.database.read() as session:
        programme = load_programmes(session)[0].programme
    ways = Invitations(here.database, lambda: programme, here.clock, WAY.public_url)
    with here.database.write() as session:
        facts = AccountFacts("member", here.clock(), "cy@halden.example", "Cy")
        keep_account(session, ACCOUNT, facts, drops=0)
        path = ways.invite(session, ACCOUNT).removeprefix(WAY.public_url)
    with before(WAY, login, invitations=ways) as browser:
        yield LinkPage(browser, login, here, path)


def test_an_account_is_confirmed_by_whoever_signs_in_and_presses_for_it(page: LinkPage) -> None:
    begin = page.browser.page(page.path).find("a", string="Sign in to confirm it")
    assert page.sign_in(str(begin["href"])) == page.path  # type: ignore[index]
    assert "cy@halden.example" in page.browser.page(page.path).text
    assert page.link is None  # looking changes nothing
    status, said = page.press()
    assert (status, "is yours, Cy Park" in said) == (200, True)
    assert page.link is not None
    assert (page.link.person, page.link.confirmed_by) == ("cy.park", "cy.park")
    page.browser.page(page.path, status=404)


def test_nobody_confirms_an_account_without_signing_in_or_from_another_site(page: LinkPage) -> None:
    assert page.press()[0] == 403
    page.sign_in("/sign-in/start")
    assert page.press(token="forged")[0] == 403
    assert page.link is None


def test_what_is_not_good_any_more_says_how_to_get_another(page: LinkPage) -> None:
    page.sign_in("/sign-in/start")
    page.browser.page("/link/forged", status=404)
    page.path, good = "/link/forged", page.path
    status, said = page.press()
    assert (status, "Write `link` to the bot" in said) == (409, True)
    page.path = good
    assert page.press()[0] == 200
    assert page.press()[0] == 409


@pytest.mark.parametrize("back", ["//evil.example/x", "https://evil.example", "/\\evil.example"])
def test_signing_in_leads_back_to_our_own_pages_only(page: LinkPage, back: str) -> None:
    assert page.sign_in(f"/sign-in/start?back={quote(back, safe='')}") == "/"


@pytest.mark.parametrize("way", ["local", "proxy", "none"])
def test_there_is_no_such_page_where_no_provider_signs_people_in(
    page: LinkPage, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEHOUSE_SIGN_IN", way)
    assert invitations(open_installation(load_settings()), lambda: None) is None
    with before(WAY, page.login) as browser:
        browser.page(page.path, status=404)
