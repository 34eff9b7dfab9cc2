"""The chat page in a real Chromium: drawn under the real content security policy, worked by a script."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from bs4 import BeautifulSoup, Tag
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse
from starlette.routing import Mount, Route

from bot.chat import Ask
from bot.conversation.told import Told
from bot.platforms.web.app import web_app
from bot.platforms.web.chatting import Chat
from bot.platforms.web.desk import Desk
from bot.platforms.web.guard import Guard
from bot.platforms.web.serve import listen, url_of
from tests.bot.asking import site_of
from tests.bot.saying import QUOTE, told

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVE = Path(__file__).with_name("drive.js")
PEOPLE = {"ines": "Ines Duarte"}
PLACES = {"#ai-gates": "#ai-gates"}
SUGGESTIONS = ("status of churn-uplift?",)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


class Drawn:
    """The page as it stood when the script had worked it, and what it asked the server."""

    def __init__(self, html: str, asked: list[Ask]) -> None:
        self.html = BeautifulSoup(html, "html.parser")
        self.asked = asked

    @property
    def answers(self) -> list[Tag]:
        return list(self.html.select(".answer"))

    def noted(self, name: str) -> str:
        assert self.html.html is not None
        return str(self.html.html[f"data-{name}"])


def one(tag: Tag, selector: str) -> Tag:
    [found] = tag.select(selector)
    return found


@pytest.fixture(scope="module", params=["390,844", "1280,900"], ids=["phone", "desk"])
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    asked: list[Ask] = []

    def answer(ask: Ask) -> Told:
        asked.append(ask)
        if ask.text == "fail":
            raise RuntimeError
        return told(ask)

    with served(answer_app(answer)) as url:
        html = dumped(url, profile=tmp_path_factory.mktemp("profile"), window=request.param)
    return Drawn(html, asked)


def answer_app(answer: Callable[[Ask], Told]) -> Guard:
    """The real application behind its real guard, with one more script on the page: the one that works it."""
    site = site_of(answer, title="A programme", people=PEOPLE, places=PLACES, suggestions=SUGGESTIONS)
    inner, desk = web_app(site), Desk(site, seconds=time.monotonic)
    drive = '<script type="module" src="/drive.js"></script></head>'

    async def driven(request: Request) -> HTMLResponse:
        shown = await Chat(desk).show(request)
        with_script = HTMLResponse(bytes(shown.body).decode().replace("</head>", drive))
        with_script.headers["Set-Cookie"] = shown.headers["Set-Cookie"]
        return with_script

    async def script(_: Request) -> FileResponse:
        return FileResponse(DRIVE)

    routes = [Route("/", driven), Route("/drive.js", script), Mount("/", inner)]
    return Guard(Starlette(routes=routes), local=True)


@contextmanager
def served(app: Guard) -> Iterator[str]:
    with listen("127.0.0.1", 0) as bound:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield url_of("127.0.0.1", bound.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def dumped(url: str, *, profile: Path, window: str) -> str:
    """The document after the page's scripts have come to rest."""
    assert CHROMIUM is not None
    quiet = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-dev-shm-usage",
    )
    shape = (f"--user-data-dir={profile}", f"--window-size={window}", "--virtual-time-budget=20000", "--dump-dom")
    return subprocess.run(
        (CHROMIUM, *quiet, *shape, url), capture_output=True, text=True, timeout=120, check=True
    ).stdout


def test_the_page_works_without_a_script_error_or_a_breach_of_its_policy(drawn: Drawn) -> None:
    assert json.loads(drawn.noted("wrong")) == []
    assert drawn.noted("done") == "yes"


def test_an_answer_is_drawn_part_by_part(drawn: Drawn) -> None:
    first = drawn.answers[0]
    assert [tag.name for tag in first.find_all(recursive=False)] == [
        "span", "h2", "p", "ol", "details", "ol", "p", "div",
    ]  # fmt: skip
    assert [item.get_text(" ") for item in first.select(".items")[0].select("li")] == [
        "p95 latency 164 ms Tomas Weber · 3 days",
        "Model risk owner has not signed",
    ]
    assert one(first, "details summary").text == "Met: 8 of 9"
    assert one(first, ".next .chip").text == "and who owns it?"


def test_markup_in_an_answer_or_a_quote_is_shown_as_text(drawn: Drawn) -> None:
    first = drawn.answers[0]
    assert one(first, "blockquote").text == QUOTE
    assert "<img src=x>" in first.text
    assert first.select("img, blockquote *") == []


def test_a_citation_leads_to_its_source_in_the_same_answer(drawn: Drawn) -> None:
    for answer in drawn.answers[:2]:
        [link] = answer.select("a.cite")
        [source] = answer.select(".sources li")
        assert link["href"] == f"#{source['id']}"


def test_a_follow_up_keeps_the_thread_and_another_person_begins_a_new_one(drawn: Drawn) -> None:
    first, second, third = drawn.asked
    assert first.text == SUGGESTIONS[0]
    assert second.thread == first.thread
    assert (third.person, third.thread != first.thread) == ("ines", True)
    assert one(drawn.html, ".note").text == "Now asking as Ines Duarte. A new thread."


def test_a_failure_is_shown_in_words_with_a_way_to_ask_again(drawn: Drawn) -> None:
    failed = drawn.answers[2]
    assert "Something failed on this side" in failed.text
    assert failed.button is not None
    assert failed.button.text == "Try again"


def test_the_page_says_who_reads_the_answers(drawn: Drawn) -> None:
    assert one(drawn.html, "#readers").text == "Answers use what Ines Duarte may read."


def test_nothing_is_wider_than_the_window_and_the_keyboard_stays_in_the_question(drawn: Drawn) -> None:
    assert int(drawn.noted("overflow")) <= 0
    assert drawn.noted("focus") == "question"
