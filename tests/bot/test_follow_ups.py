"""Talks with the ledger: another project after a question, roles that signed, red and amber, lists for one person."""

from __future__ import annotations

import json

import pytest

from bot.conversation.names import Name, name
from bot.conversation.restated import restated
from tests.bot.front_door import House
from tests.bot.programmes import FERRY, HARBOUR

PROJECTS: tuple[Name, ...] = (
    name("ferry-eta", "project", "ferry-eta"),
    name("eta model", "project", "ferry-eta"),
    name("quay-scan", "project", "quay-scan"),
)


@pytest.mark.parametrize(
    ("topic", "said", "meant"),
    [
        ("status of ferry-eta?", "and quay-scan?", "status of quay-scan?"),
        ("what's blocking the eta model", "what about quay-scan?", "what's blocking the quay-scan"),
        ("which risks are open", "and for quay-scan?", "which risks are open of quay-scan?"),
        ("status of ferry-eta?", "and who owns quay-scan?", None),
        ("", "and quay-scan?", None),
        ("status of ferry-eta?", "quay-scan", None),
    ],
)
def test_another_project_takes_the_place_of_the_one_before(topic: str, said: str, meant: str | None) -> None:
    assert restated(said, topic=topic, names=PROJECTS) == meant


def test_and_the_other_project_is_a_question_of_its_own(harbour: House) -> None:
    talk = "status of ferry-eta?\nand quay-scan?\nand ferry-eta?\n"
    told = harbour.run("chat", "--as", "lea.marin", stdin=talk).out
    answers = [line for line in told.splitlines() if " · gate " in line]
    assert ["quay-scan" in line for line in answers] == [False, True, False]


def test_a_role_that_has_not_signed_names_who_may(harbour: House) -> None:
    told = harbour.ask("has the model risk owner signed production of ferry-eta?")
    assert told["values"] == ["no"]
    assert "It is Lea Marin who may sign." in told["answer"]


def test_projects_are_asked_for_by_their_colour(harbour: House) -> None:
    assert harbour.ask("which projects are red or amber?")["values"] == ["ferry-eta"]
    assert harbour.ask("which projects are at risk?")["values"] == ["ferry-eta"]
    assert harbour.ask("which projects are red?")["values"] == ["none"]
    assert "quay-scan" in harbour.ask("which projects are green?", "--as", "lea.marin")["values"]


def test_gates_are_listed_for_one_person(harbour: House) -> None:
    def gates(*words: str) -> list[str]:
        return [gate["gate"] for gate in json.loads(harbour.run("gate", "list", *words, "--json").out)]

    assert gates("--blocked", "--owner", "me", "--as", "ben.okoye") == ["production"]
    assert gates("--blocked", "--owner", "Ana Reis") == []
    assert gates("--passed", "--owner", "ana.reis") == ["discovery"]


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--owner", "me"), "Add --as PERSON"), (("--owner", "an.reis"), "Did you mean 'ana.reis'?")],
)
def test_an_owner_nobody_knows_is_told(harbour: House, words: tuple[str, ...], said: str) -> None:
    ran = harbour.run("gate", "list", *words)
    assert ran.code == 2
    assert said in ran.err


# --- records that cannot be read, and gates of other collections ----------------------------------


def test_a_project_whose_record_is_broken_is_shown_as_it_was_and_says_so(house: House) -> None:
    house.write(HARBOUR)
    house.sync()
    house.write({"projects/ferry-eta/project.yaml": FERRY + "gates: [\n"})
    house.sync()
    told = house.ask("what's blocking the production gate of ferry-eta?")
    assert "p95 latency at 20 rps" in told["values"]
    assert "cannot be read just now" in told["answer"]
    assert "shown as last valid on" in told["answer"]
    assert "as last valid" in " ".join(house.run("gate", "status", "ferry-eta").out.split())
    house.write({"projects/ferry-eta/project.yaml": FERRY})
    house.sync()
    assert "cannot be read" not in house.ask("what's blocking the production gate of ferry-eta?")["answer"]
