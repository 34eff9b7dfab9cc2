"""The harbour programme with a note, open for questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import load_settings
from bot.wiring import open_installation, open_rooms
from tests.bot.front_door import House
from tests.bot.model.given import NOTES, Asking
from tests.bot.programmes import HARBOUR


@pytest.fixture(scope="package")
def asking(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Asking]:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("quay"), models, patched)
        house.write({**HARBOUR, **NOTES})
        house.sync()
        here = open_installation(load_settings())
        with open_rooms(here) as rooms:
            yield Asking(house, here, rooms)
