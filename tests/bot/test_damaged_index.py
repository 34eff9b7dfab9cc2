"""The indexes are derived: what is broken in them is built anew from the database."""

from __future__ import annotations

from tests.bot.front_door import House


def test_a_damaged_index_is_told_and_the_next_sync_builds_it_anew(house: House) -> None:
    house.write({"notes.md": "# Lamps\n\nThe quay lamps are switched on at 16:30 because the pilots asked for it.\n"})
    house.sync()
    question = "why are the quay lamps switched on at 16:30?"
    assert not house.ask(question)["abstained"]
    words = [path for path in (house.home / "index").rglob("words/*") if path.is_file()]
    assert words
    for path in words:
        path.write_bytes(b"\xff\x00\xfe damaged \x80" * 40)
    told = house.run("ask", question)
    assert told.code == 2
    assert "damaged" in told.err
    house.sync()
    assert not house.ask(question)["abstained"]
