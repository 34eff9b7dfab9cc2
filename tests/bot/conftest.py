"""One harbour programme for all tests that only ask; a test that changes files builds a house of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.front_door import House
from tests.bot.programmes import HARBOUR


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
