"""A restricted document that a public project.yaml asks for: nothing that is public says whether it is there."""

from __future__ import annotations

import json

from tests.bot.front_door import House
from tests.bot.programmes import FERRY, HARBOUR, LOADTEST, PROGRAMME

LATENCY = "projects/ferry-eta/perf/loadtest.json"
RULE = '  - {path: "projects/ferry-eta/perf/**", readers: [legal]}\n'
RECORDS: dict[str, str | bytes] = {
    **HARBOUR,
    "programme.yaml": PROGRAMME + RULE,
    "projects/ferry-eta/project.yaml": FERRY.replace("document: loadtest.json", "document: perf/loadtest.json"),
}
QUESTIONS = (
    "status of ferry-eta?",
    "what is blocking the production gate of ferry-eta?",
    "does the production gate of ferry-eta pass?",
    "if Lea Marin signs, does the production gate of ferry-eta pass?",
    "which gates are slipping?",
)


def told(house: House) -> list[tuple[object, ...]]:
    """What everybody is answered, and the whole list of gates."""
    answers = house.batch([{"id": str(number), "text": text} for number, text in enumerate(QUESTIONS)])
    listed = json.loads(house.run("gate", "list", "--json").out)
    return [*((a["answer"], a["values"], a["citations"], a["confidence"]) for a in answers), (listed,)]


def test_public_answers_are_the_same_whether_or_not_it_is_there_and_can_be_read(house: House) -> None:
    house.write(RECORDS)
    house.sync()
    without = told(house)
    assert "restricted - ML lead" in str(without[1])
    for content in (LOADTEST, "{not json"):
        house.write({LATENCY: content})
        house.sync()
        assert told(house) == without


def test_who_may_read_there_is_told_that_it_is_missing(house: House) -> None:
    house.write(RECORDS)
    house.sync()
    answer = house.ask("what is blocking the production gate of ferry-eta?", "--as", "lea.marin")["answer"]
    assert "perf/loadtest.json is not there" in answer


def test_a_document_that_hides_itself_where_no_folder_rule_does_is_told_to_whoever_syncs(house: House) -> None:
    house.write({**HARBOUR, "projects/ferry-eta/brief.md": "---\nreaders: [legal]\n---\n# Brief\n\nA brief.\n"})
    (told,) = house.sync()["problems"]
    assert told.startswith("projects/ferry-eta/project.yaml:")
    assert "its path in `access:` of programme.yaml" in told
