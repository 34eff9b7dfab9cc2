"""Draws what the bot says as pictures to look at: `make cards` writes them to build/cards."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.bot.conformance.replies import FORMS, REPLIES
from tests.bot.conformance.slack import message, view
from tests.bot.digest_cards import demo_digest

DIGESTS = {"daily": demo_digest(), "quarterly": demo_digest(portfolio_edition=True)}
PACKAGES = ("slack-blocks-to-jsx@^1", "react@18", "react-dom@18")
DRAWER = Path(__file__).with_name("draw_slack.js").resolve()
LOOKED_AT = (
    "status", "card", "answer", "board", "two hundred items", "markup", "right to left", "emoji", "forty buttons",
    "everything twenty times",
)  # fmt: skip


def draw(folder: Path) -> list[Path]:
    """The pictures of Slack's messages and modals."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "node_modules").exists():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES], cwd=folder, check=True)
    named = {f"slack-{_slug(name)}": list(message(REPLIES[name]).blocks) for name in LOOKED_AT}
    named |= {f"slack-digest-{name}": list(message(reply).blocks) for name, reply in DIGESTS.items()}
    named |= {f"slack-form-{_slug(name)}": view(form)["blocks"] for name, form in FORMS.items() if name != "long"}
    source = folder / "slack.json"
    source.write_text(json.dumps(named), "utf-8")
    subprocess.run(["node", DRAWER, source.resolve(), folder.resolve()], cwd=folder, check=True)
    return [_photographed(folder / f"{name}.html") for name in named]


def _photographed(page: Path) -> Path:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("There is no Chromium on this machine: apt-get install chromium")
    picture = page.with_suffix(".png")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=720,1100"]
    subprocess.run(
        [browser, *options, f"--screenshot={picture}", page.resolve().as_uri()], check=True, capture_output=True
    )
    return picture


def _slug(name: str) -> str:
    return name.replace(" ", "-")


if __name__ == "__main__":
    for drawn in draw(Path(sys.argv[1] if len(sys.argv) > 1 else "build/cards")):
        sys.stdout.write(f"{drawn}\n")
