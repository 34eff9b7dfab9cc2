"""Programmes that are taken in once for all tests; a test that changes files builds a house of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.front_door import House
from tests.bot.programmes import HARBOUR
from tests.bot.signing import LIGHTHOUSE, Talk, talk


@pytest.fixture(scope="session")
def built_harbour(tmp_path_factory: pytest.TempPathFactory, models: Path) -> House:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("harbour"), models, patched)
        house.write(HARBOUR)
        house.sync()
    return house


@pytest.fixture
def harbour(built_harbour: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The harbour programme, taken in; its files and its data folder are shared, so leave them as they are."""
    return built_harbour.move_in(monkeypatch)


@pytest.fixture(scope="session")
def built_lighthouse(tmp_path_factory: pytest.TempPathFactory, models: Path) -> House:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("lighthouse"), models, patched)
        house.write(LIGHTHOUSE)
        house.sync()
    return house


@pytest.fixture
def lighthouse(built_lighthouse: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """The lighthouse with a data folder of its own; its documents are shared, so leave them as they are."""
    home = tmp_path / "home"
    shutil.copytree(built_lighthouse.home, home, symlinks=True)
    return House(home, built_lighthouse.docs).move_in(monkeypatch)


@pytest.fixture
def at_desk(lighthouse: House) -> Iterator[Talk]:
    """A conversation in the lighthouse."""
    with talk() as conversation:
        yield conversation
