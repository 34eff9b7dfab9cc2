"""An installation and a folder of documents, used as people use them: through the commands."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bot.cli import main

ROOT = Path(__file__).resolve().parents[2]


def prepare_model(folder: Path) -> Path:
    """Build the embedding model's cache once, so that installations can share it."""
    from rag.embed.minilm import open_minilm

    open_minilm(folder, workers=1)
    return folder


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    out: str
    err: str
    code: int


@dataclass(frozen=True)
class House:
    """`home` is the data folder, `docs` a folder of documents called "docs"."""

    home: Path
    docs: Path

    @classmethod
    def build(cls, folder: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> House:
        house = cls(folder / "home", folder / "docs")
        house.home.mkdir()
        house.docs.mkdir()
        (house.home / "models").symlink_to(models)
        return house.move_in(monkeypatch)

    def move_in(self, monkeypatch: pytest.MonkeyPatch) -> House:
        """Make this the installation that commands of this process work on."""
        for name in [name for name in os.environ if name.startswith("GATEHOUSE_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("GATEHOUSE_HOME", str(self.home))
        monkeypatch.setenv("COLUMNS", "100")
        return self

    def write(self, files: dict[str, str | bytes]) -> None:
        """Put files into the documents folder, by path."""
        for path, content in files.items():
            write_file(self.docs / path, content)

    def run(self, *words: str, stdin: str = "") -> Ran:
        """Run a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        called = patch.multiple(sys, argv=["gatehouse", *words], stdin=io.StringIO(stdin))
        with called, redirect_stdout(out), redirect_stderr(err):
            code = _exit_code()
        return Ran(out.getvalue(), err.getvalue(), code)

    def sync(self, *words: str) -> dict[str, Any]:
        """Sync the documents folder (or what `words` name) and give the first collection's part of the summary."""
        return self.synced(*words)["collections"][0]  # type: ignore[no-any-return]

    def synced(self, *words: str) -> dict[str, Any]:
        """Sync and give the whole summary."""
        ran = self.run("sync", *(words or (str(self.docs),)), "--json")
        assert ran.code == 0, ran.err
        summary: dict[str, Any] = json.loads(ran.out)
        return summary

    def ask(self, question: str, *words: str) -> dict[str, Any]:
        """The JSON of one question's answer."""
        ran = self.run("ask", question, "--json", *words)
        assert ran.code == 0, ran.err
        told: dict[str, Any] = json.loads(ran.out)
        return told

    def batch(self, lines: Sequence[str | dict[str, object]], *words: str) -> list[dict[str, Any]]:
        """The answers to a file of questions."""
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        path = write_file(self.home / "questions.jsonl", text)
        ran = self.run("ask", "--batch", str(path), "--json", *words)
        assert ran.code == 0, ran.err
        return [json.loads(line) for line in ran.out.splitlines()]


def write_file(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def command(home: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    """The command line and the environment that run Gatehouse as a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
    return [sys.executable, "-m", "bot", *words], {**kept, "GATEHOUSE_HOME": str(home), "PYTHONPATH": str(ROOT)}


def run_process(home: Path, *words: str, **variables: str) -> Ran:
    """Run a command as a process of its own, to its end."""
    line, environment = command(home, *words)
    done = subprocess.run(line, env=environment | variables, capture_output=True, text=True, check=False)
    return Ran(done.stdout, done.stderr, done.returncode)


def _exit_code() -> int:
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0
