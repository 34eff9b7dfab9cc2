"""What an audience is told is the same, byte for byte, whether or not there are documents it may not read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.front_door import House

PROGRAMME = """
programme: Harbour
people:
  ana: {name: Ana Silva, groups: [legal]}
  bo: {name: Bo Lund}
access:
  - {path: "legal/**", readers: [legal]}
"""
OPEN = {
    "programme.yaml": PROGRAMME,
    "fees.md": "# Fees\n\nThe mooring fee is 312 EUR a night. Pilots are paid by the harbour office.\n",
    "lamps.md": "# Quay lamps\n\nThe quay lamps are switched on at 16:30 because the pilots asked for it.\n",
    "crane.md": "# Crane\n\nThe crane inspection was on 3 June 2026 and found a worn cable.\n\n"
    "| part | state |\n|--|--|\n| cable | worn |\n| hook | good |\n",
    "berths.yaml": "id: berth-7\ntitle: Berth seven\nstatus: closed\nowner: bo\n",
    **{
        f"log/{day}.md": f"# Log of day {day}\n\nQuiet. Wind {day} knots, {day + 2} ships moored.\n"
        for day in range(12)
    },
}
QUESTIONS = (
    "how much is the mooring fee?",
    "why are the quay lamps switched on at 16:30?",
    "when was the crane inspected?",
    "what is the status of berth seven?",
    "who pays the pilots?",
    "waht is the staus of the hook?",
    "how much is the settlement with Lykke?",
    "which berths are closed?",
    "how strong was the wind on day 7?",
)
WORDS = "mooring fee quay lamps pilots crane inspection berth seven status wind settlement Lykke hook office paid"
SECRET = {
    **{f"legal/{i}.md": f"# {WORDS}\n\n{WORDS} {i}. The mooring fee is {i} EUR.\n\n{WORDS}.\n" for i in range(20)},
    "legal/berth.yaml": "id: berth-7\ntitle: Berth seven\nkind: settlement\nstatus: sold\nmooring fee: 9 EUR\n",
    "legal/berths.csv": "berth,status,settlement\nberth-7,sold,Lykke\nberth-8,closed,Lykke\n",
}


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[tuple[House, House]]:
    """One installation without restricted documents, and one with many that speak of what is asked."""
    built = []
    with pytest.MonkeyPatch.context() as patched:
        for name, files in (("without", OPEN), ("with", OPEN | SECRET)):
            house = House.build(tmp_path_factory.mktemp(name), models, patched)
            house.write(files)
            house.sync()
            built.append(house)
        yield built[0], built[1]


def _told(house: House, monkeypatch: pytest.MonkeyPatch, *words: str) -> list[dict[str, Any]]:
    """All that is told, but for what no two answers share: their ids, their clocks."""
    house.move_in(monkeypatch)
    passing = ("id", "timings_ms", "as_of")
    return [
        {name: said for name, said in answer.items() if name not in passing}
        for answer in house.batch([{"id": str(n), "text": text} for n, text in enumerate(QUESTIONS)], *words)
    ]


@pytest.mark.parametrize("words", [(), ("--as", "bo")])
def test_an_answer_is_the_same_whether_or_not_there_is_what_may_not_be_read(
    houses: tuple[House, House], words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    without, with_ = (_told(house, monkeypatch, *words) for house in houses)
    assert without == with_
    assert sum(not answer["abstained"] for answer in without) >= 4


def test_who_may_read_more_is_told_more(houses: tuple[House, House], monkeypatch: pytest.MonkeyPatch) -> None:
    without, with_ = (_told(house, monkeypatch, "--as", "ana") for house in houses)
    assert without != with_
