"""An installation of its own for each test, driven through the command line; the model is prepared once a session."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.bot.front_door import House, prepare_model

settings.register_profile("gatehouse", deadline=None)  # a loaded machine is no failure
settings.load_profile("gatehouse")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the prepared embedding model, shared by all installations of this session."""
    return prepare_model(tmp_path_factory.mktemp("models"))


@pytest.fixture
def house(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """An empty installation and an empty folder of documents."""
    return House.build(tmp_path, models, monkeypatch)
