"""A browser before the web page of an installation: signing in, giving orders, reading pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from httpx2 import Response
from starlette.testclient import TestClient

from bot.platforms.web.app import web_app
from bot.settings import load_settings
from bot.wiring import open_installation, open_orders
from bot.wiring_web import web_site
from tests.bot.asking import HERE
from tests.bot.front_door import House

TOKEN = "X-Gatehouse-Token"


def moved_copy(built: House, folder: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house of its own with the data of one that was built once."""
    shutil.copytree(built.home, folder / "home", symlinks=True)
    return House(folder / "home", built.docs).move_in(monkeypatch)


@dataclass
class Browser:
    """Somebody's browser. `order` gives an order the way the chat page does, `page` reads a page."""

    client: TestClient
    token: str = ""
    keys: Iterator[int] = field(default_factory=count)

    def sign_in(self, person: str | None) -> Browser:
        found = re.search(r'name="gatehouse-token" content="([^"]+)"', self.client.get("/").text)
        assert found
        said = self.client.post("/api/sign-in", json={"person": person}, headers={TOKEN: found[1]})
        assert said.status_code == 200, said.text
        self.token = said.json()["token"]
        return self

    def order(self, command: str, key: str = "", token: str | None = None, **fields: str) -> Response:
        body = {"command": command, "fields": fields, "key": key or f"event {next(self.keys):06d}"}
        return self.client.post("/api/order", json=body, headers={TOKEN: self.token if token is None else token})

    def said(self, command: str, **fields: str) -> dict[str, Any]:
        response = self.order(command, **fields)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def page(self, path: str, status: int = 200) -> BeautifulSoup:
        response = self.client.get(path)
        assert response.status_code == status, response.text
        return BeautifulSoup(response.text, "html.parser")


@contextmanager
def browsing(**changed: Any) -> Iterator[Browser]:
    """A browser before the installation that GATEHOUSE_HOME names; `changed` are parts of its site."""
    here = open_installation(load_settings())
    with open_orders(here) as orders:
        site = replace(web_site(here, orders, host="127.0.0.1"), **changed)
        with TestClient(web_app(site), base_url=HERE) as client:
            yield Browser(client)
