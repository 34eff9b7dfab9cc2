"""Orders in words: what a typed line is understood as."""

from __future__ import annotations

from datetime import date

import pytest

from bot.conversation.commands.days import read_day
from bot.conversation.commands.grammar import VERBS, verb_named
from bot.conversation.commands.reading import Known, Order, Unclear, read_order
from bot.conversation.names import name

TODAY = date(2026, 11, 20)  # a Friday
NAMES = (
    name("churn-uplift", "project", "churn-uplift"),
    name("Churn uplift model", "project", "churn-uplift"),
    name("gpu-platform", "project", "gpu-platform"),
    name("production", "gate", "churn-uplift/production"),
    name("Production readiness", "gate", "churn-uplift/production"),
    name("acceptance", "gate", "gpu-platform/acceptance"),
    name("latency-p95", "criterion", "churn-uplift/production/latency-p95"),
    name("runbook", "criterion", "churn-uplift/production/runbook"),
    name("Aiko Sato", "person", "aiko.sato"),
    name("aiko.sato", "person", "aiko.sato"),
)


def read(text: str, *, project: str | None = None, **fields: str) -> Order | Unclear:
    known = Known(NAMES, ("model_risk_owner", "data_steward"), TODAY, project)
    return read_order(text, known=known, fields=fields)


def args(text: str, *, project: str | None = None, **fields: str) -> dict[str, str]:
    order = read(text, project=project, **fields)
    assert isinstance(order, Order), order
    assert order.missing == ()
    return dict(order.args)


def why(text: str, *, project: str | None = None, **fields: str) -> str:
    order = read(text, project=project, **fields)
    assert isinstance(order, Unclear), order
    return order.reason


def test_a_hold_names_project_gate_day_and_reason_in_any_order_of_options() -> None:
    wanted = {"project": "churn-uplift", "gate": "production", "until": "2026-11-27", "reason": "drift alarm"}
    assert args("hold churn-uplift production until 2026-11-27 drift alarm") == wanted
    assert args("hold churn-uplift production drift alarm --until 27 Nov") == wanted
    assert args("pause Churn uplift model production readiness until Friday because drift alarm") == wanted


def test_a_reason_keeps_its_first_word_also_where_names_may_hold_it() -> None:
    assert args("waive churn-uplift production runbook until 2026-12-11 the drill covers it")["reason"] == (
        "the drill covers it"
    )


def test_until_inside_a_reason_is_no_option_unless_a_day_follows() -> None:
    assert args("hold churn-uplift production wait until the vendor confirms")["reason"] == (
        "wait until the vendor confirms"
    )


def test_a_gate_of_another_project_is_not_taken_for_this_ones() -> None:
    assert args("reject churn-uplift acceptance is missing") == {
        "project": "churn-uplift",
        "reason": "acceptance is missing",
    }


def test_the_project_of_the_channel_is_meant_when_none_is_named() -> None:
    assert args("blockers production", project="churn-uplift") == {"project": "churn-uplift", "gate": "production"}
    assert args("status", project="churn-uplift") == {"project": "churn-uplift"}


def test_an_unknown_command_is_told_with_the_one_that_was_probably_meant() -> None:
    assert why("blokers churn-uplift") == "'blokers' is no command; did you mean 'blockers'?"
    assert why("xyzzy") == "'xyzzy' is no command; help lists the commands."


def test_an_unknown_project_is_told_with_the_nearest_one_and_how_it_is_written() -> None:
    said = why("status churn-upliff")
    assert "There is no project 'churn-upliff'. Did you mean 'churn-uplift'?" in said
    assert said.endswith("Written: status PROJECT")


def test_a_date_that_does_not_exist_is_told_and_not_taken_for_words() -> None:
    assert "'2026-02-31' is no day" in why("hold churn-uplift production until 2026-02-31 drift")
    assert args("hold churn-uplift production until yesterday drift")["until"] == "2026-11-19"


def test_what_a_command_still_wants_is_asked_for() -> None:
    order = read("hold churn-uplift")
    assert isinstance(order, Order)
    assert [slot.name for slot in order.missing] == ["reason"]


def test_a_form_fills_what_was_not_typed_and_never_replaces_what_was() -> None:
    found = args("waive churn-uplift production runbook", criterion="latency-p95", until="2026-12-11", reason="drilled")
    assert found["criterion"] == "runbook"
    assert found["until"] == "2026-12-11"
    assert "'soon' is no day" in why("waive churn-uplift production runbook", until="soon", reason="x")


def test_a_person_and_a_role_may_be_named_in_words() -> None:
    found = args("delegate churn-uplift production Aiko Sato as model risk owner until tomorrow")
    assert found["person"] == "aiko.sato"
    assert found["as"] == "model_risk_owner"
    assert found["until"] == "2026-11-21"


def test_an_option_that_does_not_exist_is_named() -> None:
    assert "'--force' is no option of hold" in why("hold churn-uplift production --force now")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-27", date(2026, 11, 27)),
        ("27 Nov", date(2026, 11, 27)),
        ("3rd March", date(2027, 3, 3)),
        ("Friday", date(2026, 11, 27)),
        ("mon", date(2026, 11, 23)),
        ("tomorrow", date(2026, 11, 21)),
        ("in 2 weeks", date(2026, 12, 4)),
        ("31 Feb", None),
        ("friendly", None),
        ("soon", None),
    ],
)
def test_days_are_read_as_people_type_them(said: str, meant: date | None) -> None:
    assert read_day(said, today=TODAY) == meant


def test_no_two_commands_share_a_name_and_each_example_is_understood() -> None:
    names = [name for verb in VERBS for name in (verb.name, *verb.aliases)]
    assert len(names) == len(set(names))
    for verb in VERBS:
        assert verb_named(verb.example.split()[0]) is verb
        if not any(slot.name in ("obligation", "number") for slot in verb.slots):
            known = (*NAMES, name("maya.lindqvist", "person", "maya.lindqvist"))
            assert isinstance(read_order(verb.example, known=Known(known, (), TODAY)), Order), verb.example
