"""Settings: where they come from, and what a wrong one is answered with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings
from tests.bot.front_door import ROOT, House

PAGE = ROOT / "deploy" / "docs" / "settings.md"


def test_every_setting_is_in_the_documentation_with_its_variable_and_default() -> None:
    rows = _rows()
    assert set(rows) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        variable, default, meaning = rows[name]
        assert variable == (f"`{name.upper()}`" if field.validation_alias else f"`GATEHOUSE_{name.upper()}`")
        assert default == (f"`{field.default}`" if str(field.default) else "empty")
        assert len(meaning) > 20


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_environment_goes_before_the_file(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _configure(house, 'http_port = 9000\nhttp_host = "127.0.0.2"\n')
    monkeypatch.setenv("GATEHOUSE_HTTP_PORT", "9001")
    settings = load_settings()
    assert (settings.http_port, settings.http_host) == (9001, "127.0.0.2")


def test_without_anything_the_data_folder_is_the_documented_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATEHOUSE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/nowhere")
    assert load_settings().data == Path("/nowhere/.gatehouse")


def test_an_unknown_key_names_the_nearest_setting(house: House) -> None:
    _configure(house, "http_prot = 9000\n")
    ran = house.run("sync")
    assert ran.code == 2
    assert "'http_prot'" in ran.err
    assert "'http_port'" in ran.err


def test_a_key_like_no_other_lists_the_valid_ones(house: House) -> None:
    _configure(house, "zzz = 1\n")
    with pytest.raises(SettingsError, match="embedding_model"):
        load_settings()


@pytest.mark.parametrize("port", ["0", "70000", "web", ""])
def test_a_port_that_cannot_be_is_refused_by_name(house: House, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("GATEHOUSE_HTTP_PORT", port)
    ran = house.run("sync")
    assert ran.code == 2
    assert "GATEHOUSE_HTTP_PORT" in ran.err
    assert "Traceback" not in ran.err


def test_a_file_that_is_no_toml_is_named(house: House) -> None:
    _configure(house, "http_port: 9000\n")
    ran = house.run("sync")
    assert ran.code == 2
    assert "gatehouse.toml" in ran.err


def _configure(house: House, text: str) -> None:
    (house.home / "gatehouse.toml").write_text(text)


def _rows() -> dict[str, tuple[str, str, str]]:
    """The table of the page: setting -> variable, default, meaning."""
    rows = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and re.fullmatch(r"`[a-z_]+`", cells[0]):
            rows[cells[0].strip("`")] = (cells[1], cells[2], cells[3])
    return rows
