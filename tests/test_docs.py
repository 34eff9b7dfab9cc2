"""The documentation keeps to the program: commands parse, make targets exist, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from bot.chat import Ask
from bot.cli.app import app
from bot.conversation.told import to_json
from bot.intake.records import programme_of, project_of
from gates.model import Programme, Project
from tests.bot.saying import told

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    path for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "deploy" / "docs").glob("*.md"))
)
SHOWN = re.compile(r"^\s*(?:\$ )?((?:gatehouse|make) .*?)(?:\s{2,}#.*|\s+·.*)?$")
INLINE = re.compile(r"`((?:gatehouse|make) [^`]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def _shown(first: str) -> list[tuple[str, str]]:
    """(page, command line) of every line of code and every inline code that starts with this word."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = [match[1] for line in _code(text) if (match := SHOWN.match(line))]
        found += [(page.name, line) for line in (*lines, *INLINE.findall(text)) if line.startswith(first + " ")]
    return found


def _code(text: str) -> list[str]:
    """Lines of fenced blocks, and indented lines."""
    code, fenced = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            code.append(line)
    return code


@pytest.mark.parametrize(("page", "line"), _shown("gatehouse"))
def test_every_command_shown_can_be_typed(page: str, line: str) -> None:
    assert _problem(shlex.split(line.replace("...", "x"))[1:]) == "", f"{page}: {line}"


@pytest.mark.parametrize(("page", "line"), _shown("make"))
def test_every_make_target_shown_exists(page: str, line: str) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    words = [word for word in shlex.split(line)[1:] if "=" not in word]
    assert words, f"{page}: {line}"
    assert words[0] in targets, f"{page}: {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_shows_the_commands_people_start_with() -> None:
    shown = " ".join(line for _, line in (*_shown("gatehouse"), *_shown("make")))
    for start in ("make demo", "make test", "gatehouse sync", "gatehouse ask", "gatehouse gate", "gatehouse serve"):
        assert start in shown


def test_the_json_page_lists_exactly_the_keys_of_an_answer() -> None:
    page = (ROOT / "deploy" / "docs" / "json.md").read_text(encoding="utf-8")
    section = page.split("## `gatehouse ask")[1]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(to_json(told(Ask("status?", "t"))))


def test_the_records_shown_can_be_taken_in_as_they_are() -> None:
    programme_text, project_text = re.findall(
        r"```yaml\n(.*?)```", (ROOT / "deploy" / "docs" / "records.md").read_text(encoding="utf-8"), re.DOTALL
    )
    programme = programme_of(programme_text, file="programme.yaml")
    assert isinstance(programme, Programme), programme
    project = project_of(project_text, file="project.yaml", programme=programme, access_id=0).project
    assert isinstance(project, Project), project


def test_the_check_itself_can_fail() -> None:
    assert _problem(["sync", "docs/"]) == ""
    assert "nope" in _problem(["nope"])
    assert "--nope" in _problem(["sync", "--nope"])
    assert _problem(["gate", "status"])


def _problem(words: list[str]) -> str:
    """What the command line says of these words, without running anything; empty when they parse."""
    command, name = get_command(app), "gatehouse"
    try:
        while True:
            context = command.make_context(name, words, resilient_parsing=False)
            commands = getattr(command, "commands", None)
            if commands is None:
                return ""
            name, *words = (*context._protected_args, *context.args)
            if name not in commands:
                return f"there is no command {name!r}"
            command = commands[name]
    except Exception as error:
        return f"{type(error).__name__}: {getattr(error, 'message', error)} {getattr(error, 'option_name', '')}"
