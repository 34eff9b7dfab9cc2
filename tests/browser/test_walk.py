"""Sign-off in a real Chromium: three people, from the request to the receipt, in the demo programme.

Pictures of every step lie in build/browser afterwards, to be looked at.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.bot.front_door import ROOT, House, command, run_process

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NODE, NPM = shutil.which("node"), shutil.which("npm")
BUILD = ROOT / "build" / "browser"
WALK = Path(__file__).with_name("walk.mjs")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and NODE and NPM), reason="wants Chromium, node and npm"),
]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, models: Path) -> dict[str, Any]:
    """What the script saw and the browser complained of."""
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("demo"), models, patched)
    assert run_process(house.home, "demo", "--ask", "status of churn-uplift?").code == 0
    token = run_process(house.home, "token", "create", "CI", "--scope", "evidence:churn-uplift/*").out.strip()
    with served(house.home) as address:
        line = [str(NODE), str(WALK), address, str(BUILD), str(CHROMIUM)]
        environment = os.environ | {"GATEHOUSE_TOKEN": token}
        done = subprocess.run(
            line, cwd=driver(), env=environment, capture_output=True, text=True, timeout=240, check=False
        )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def driver() -> Path:
    """A folder with playwright-core, which drives the machine's own Chromium."""
    BUILD.mkdir(parents=True, exist_ok=True)
    if not (BUILD / "node_modules" / "playwright-core").exists():
        quiet = ("--no-audit", "--no-fund", "--silent", "--prefix", str(BUILD))
        installed = subprocess.run([str(NPM), "install", *quiet, "playwright-core@^1"], cwd=BUILD, check=False)
        if installed.returncode != 0:
            pytest.skip("npm could not install playwright-core")
    return BUILD


@contextmanager
def served(home: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line, environment = command(home, "serve", "--port", str(port))
    server = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield reached(f"http://127.0.0.1:{port}/")
    finally:
        server.terminate()
        server.communicate(timeout=30)


def reached(address: str) -> str:
    for _ in range(240):
        try:
            with urlopen(f"{address}readyz"):
                return address
        except URLError:
            time.sleep(0.25)
    raise AssertionError("the server did not come up")


def test_the_browser_found_no_error_and_no_breach_of_the_policy(walked: dict[str, Any]) -> None:
    assert walked["wrong"] == []


def test_a_submission_with_a_criterion_unmet_is_refused_and_names_it(walked: dict[str, Any]) -> None:
    assert "Not submitted: 1 of 9 criteria are not met" in walked["told"]["missing"]
    assert "p95 latency" in walked["told"]["missing"]


def test_the_load_tests_value_comes_by_the_api_and_lets_the_gate_be_submitted(walked: dict[str, Any]) -> None:
    assert walked["told"]["evidence"]["met"] is True
    assert "asked for sign-off" in walked["told"]["request"]


def test_the_first_approver_steps_through_the_review_in_the_chat(walked: dict[str, Any]) -> None:
    assert walked["told"]["steps"] > 1
    assert "Aiko Sato approved as Model risk owner" in walked["told"]["first"]


def test_who_holds_no_role_is_refused_and_told_who_can(walked: dict[str, Any]) -> None:
    assert "Maya Lindqvist or Rita Fonseca can sign" in walked["told"]["refused"]


def test_the_others_sign_on_pages_without_scripts_and_the_gate_passes(walked: dict[str, Any]) -> None:
    assert "Maya Lindqvist approved as Data steward" in walked["told"]["second"]
    assert "The gate passed, signed by Aiko Sato, Maya Lindqvist, Rita Fonseca" in walked["told"]["third"]


def test_board_gate_page_and_audit_show_it(walked: dict[str, Any]) -> None:
    told = walked["told"]
    assert "passed Fri 20 Nov" in told["board"]
    assert "Rita Fonseca approved as Sponsor" in told["gate/churn-uplift/production"]
    assert "intact" in told["audit?verify=yes"]
    assert "Compared with" in told["audit?verify=yes"]


def test_no_page_is_wider_than_a_phone(walked: dict[str, Any]) -> None:
    assert walked["told"]["overflow"] <= 0
