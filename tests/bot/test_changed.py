"""A signer sees what he judges, and what changed since he signed, where he may read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat import Form, Outcome
from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE, Talk, looked_at, talk, words

RUNBOOK = "projects/beam/runbook.md"
OLD = "# Runbook\n\n## Rollback\n\nSwitch the lamp to the old table.\n"
NEW = "# Runbook\n\n## Rollback\n\nDo not switch the lamp.\n"

SECRET = "projects/beam/risk/runbook.md"
RESTRICTED = {
    **{path: text for path, text in LIGHTHOUSE.items() if path != RUNBOOK},
    "projects/beam/project.yaml": LIGHTHOUSE["projects/beam/project.yaml"].replace("runbook.md", "risk/runbook.md"),
    "programme.yaml": LIGHTHOUSE["programme.yaml"].replace("ML lead, groups: [crew]", "ML lead, groups: [crew, risk]"),
    SECRET: OLD,
}


@pytest.fixture
def house(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    built = House.build(tmp_path, models, monkeypatch)
    built.write(LIGHTHOUSE)
    built.sync()
    return built


@pytest.fixture
def keepers(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    """The lighthouse with a runbook that only the risk owners may read."""
    built = House.build(tmp_path, models, monkeypatch)
    built.write(RESTRICTED)
    built.sync()
    with talk() as conversation:
        conversation.says("ada.moss", "submit beam launch", comment="")
        yield conversation


def form_words(form: Form) -> str:
    return words(Outcome(form))


def test_a_step_shows_the_required_sections_with_their_first_lines(at_desk: Talk) -> None:
    at_desk.says("ada.moss", "submit beam launch", comment="")
    step = at_desk.form("cy.park", at_desk.form("cy.park", "review beam launch").command)
    assert "In the document" in form_words(step)
    assert "Rollback (Switch the lamp to the old table.)" in form_words(step)


def test_the_signer_is_shown_line_by_line_what_changed_since_he_signed(house: House) -> None:
    with talk() as at_desk:
        at_desk.says("ada.moss", "submit beam launch", comment="")
        at_desk.signs("cy.park")
        assert "Nothing has changed." in words(at_desk.says("cy.park", "changed beam launch"))
        house.write({RUNBOOK: NEW})
        house.sync()
        said = words(at_desk.says("cy.park", "changed beam launch")).splitlines()
        assert "beam · Launch: since you signed, Fri 20 Nov" in said[0]
        assert "Runbook: runbook.md was changed" in said
        assert "-Switch the lamp to the old table." in said
        assert "+Do not switch the lamp." in said
        assert "[Review and sign]" in said
        assert "You have not signed Launch" in words(at_desk.says("di.roth", "changed beam launch"))
        step = at_desk.form("cy.park", "review beam launch")
        assert "Changed since your last visit: runbook.md was changed" in form_words(step)
        assert "+Do not switch the lamp." in form_words(step)


def test_what_a_signer_may_not_read_is_neither_shown_nor_confirmed_nor_named(keepers: Talk) -> None:
    seen: list[str] = []
    form = keepers.form("bo.lind", "review beam launch")
    while not form.command.startswith("decide"):
        seen.append(form_words(form))
        form = keepers.form("bo.lind", form.command, **looked_at(form))
    seen.append(form_words(form))
    told = "\n".join(seen)
    assert "Not for you to confirm" in told
    assert "restricted - ML lead" in told
    assert "lamp" not in told
    assert "unbook" not in told
    refused = keepers.says("bo.lind", "judge beam launch runbook")
    assert refused.refused or isinstance(refused.answer, Form)
    assert "lamp" not in words(refused)


def test_whoever_may_read_everything_finishes_what_another_could_confirm_in_part(keepers: Talk) -> None:
    first = keepers.says("bo.lind", "approve beam launch")
    assert not first.refused, words(first)
    shown = keepers.signs("cy.park")
    assert "The gate passed" in words(shown)


def test_a_refusal_does_not_name_what_somebody_may_not_read(keepers: Talk) -> None:
    assert not keepers.says("bo.lind", "approve beam launch").refused
    refused = keepers.says("ed.vale", "approve beam launch")
    assert refused.refused
    assert "unbook" not in words(refused)
