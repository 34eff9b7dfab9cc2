"""The review before signing, and what of a document is cosmetic."""

from dataclasses import replace

import pytest

from gates.signoff import commands as c
from gates.signoff.normal import normal_of
from gates.signoff.walkthrough import (
    begin,
    confirm,
    confirmed_in,
    flag,
    left_to_judge,
    see_screen,
    walkthrough,
)
from tests.gates.signing import Table


def high() -> Table:
    table = Table()
    table.project = replace(table.project, risk_tier="high")
    return table.submitted()


def test_a_first_review_steps_through_what_needs_judgement_and_shows_the_rest_on_one_screen() -> None:
    steps = walkthrough(high().context("cleo"), "cleo")
    assert [step.criterion for step in steps.unchanged] == ["p95"]
    (latency,) = steps.unchanged
    assert (latency.limit, latency.reported, latency.margin) == ("<= 120", "108", "12 ms")
    assert latency.agreed is not None
    assert [(step.criterion, step.why) for step in steps.to_judge] == [("runbook", "it needs judgement")]


def test_after_a_small_change_only_that_is_judged_again() -> None:
    table = high()
    table.does("cleo", c.Sign(confirmed=("p95", "runbook")))
    table.edit("p95", value="111", content_hash="load-2")
    steps = walkthrough(table.context("cleo"), "cleo")
    assert [(step.criterion, step.change) for step in steps.to_judge] == [("p95", "load.json: 108 -> 111")]
    assert [step.criterion for step in steps.unchanged] == ["runbook"]
    assert table.does("cleo", c.Sign(confirmed=("p95",), pack=steps.pack)).approvals_met == 1


def test_at_low_risk_signing_again_after_a_small_change_takes_one_press() -> None:
    table = Table().submitted()
    table.does("cleo", c.Sign())
    table.edit("p95", value="111", content_hash="load-2")
    assert table.does("cleo", c.Sign()).approvals_met == 1


def test_a_waived_and_a_self_reported_criterion_are_judged() -> None:
    table = Table(evidence={"runbook": Table().evidence["runbook"]})
    table.does("finn", c.ReportValue("p95", "101"))
    table.does("dan", c.Waive("runbook", "the drill covers it", table.today))
    table.submitted("finn")
    why = {step.criterion: step.why for step in walkthrough(table.context("cleo"), "cleo").to_judge}
    assert why == {"p95": "it is self-reported", "runbook": "it was waived"}


def test_a_review_is_taken_up_again_where_it_was_left() -> None:
    table = high()
    at = table.context("cleo")
    steps = walkthrough(at, "cleo")
    draft = begin(at, "cleo")
    assert (draft.submission, left_to_judge(draft, steps)) == (1, steps.to_judge)
    draft = confirm(see_screen(draft, steps), steps.to_judge[0])
    again = walkthrough(at, "cleo", draft)
    assert left_to_judge(draft, again) == ()
    assert sorted(confirmed_in(draft, again)) == ["p95", "runbook"]
    assert table.does("cleo", c.Sign(confirmed=confirmed_in(draft, again))).approvals_met == 1


def test_a_mark_about_evidence_that_changed_since_does_not_count() -> None:
    table = high()
    steps = walkthrough(table.context("cleo"), "cleo")
    draft = flag(begin(table.context("cleo"), "cleo"), steps.to_judge[0], "no phone number")
    assert draft.remarks == {"runbook": "no phone number"}
    table.edit("runbook", content_hash="book-2")
    again = walkthrough(table.context("cleo"), "cleo", draft)
    assert [(step.criterion, step.why) for step in left_to_judge(draft, again)] == [
        ("runbook", "it changed since you last looked")
    ]


SAME = [
    ("the limit is **not** met", "the limit is not met"),
    ("one\ntwo   three", "one two three"),
    ("caf\u00e9", "cafe\u0301"),
    ("| a | b |\n|---|-----|\n| 1 | 2 |", "|a|b|\n|---|---|\n|1|2|"),
    ("# Title\n\ntext", "# Title\ntext"),
    ("a\r\nb\r\n", "a\nb"),
    ("*x* and __y__", "x and y"),
]
OTHER = [
    ("p95 is 108 ms", "p95 is 180 ms"),
    ("it is not ready", "it is ready"),
    ("| 1 | 2 |", "| 1 | 3 |"),
    ("| 1 | |", "| 1 |"),
    ("[a](http://x/a)", "[a](http://x/b)"),
    ("![p](one.png)", "![p](two.png)"),
    ("`a  b`", "`a b`"),
    ("```\nif x:\n    go\n```", "```\nif x:\ngo\n```"),
    ("text\n\n    code  here", "text\n\n    code here"),
    ("http://x/_a_", "http://x/a"),
    ("2*3*4", "234"),
    ("snake_case_name", "snakecasename"),
    ("x\u00b2", "x2"),
    ("- a\n- b", "- a - b"),
    ("---\nstatus: draft\n---\ntext", "---\nstatus: current\n---\ntext"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_what_is_cosmetic_makes_no_difference(one: str, two: str) -> None:
    assert normal_of(one.encode(), "a.md") == normal_of(two.encode(), "a.md")


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_what_says_something_makes_a_difference(one: str, two: str) -> None:
    assert normal_of(one.encode(), "a.md").sha256 != normal_of(two.encode(), "a.md").sha256


def test_where_spaces_mean_something_they_count() -> None:
    assert normal_of(b"a:\n  b: 1", "a.yaml") != normal_of(b"a:\nb: 1", "a.yaml")
    assert normal_of(b"a: 1\r\n", "a.yaml") == normal_of(b"a: 1\n", "a.yaml")


def test_what_is_no_text_counts_by_its_bytes() -> None:
    assert normal_of(b"\xff\xfe\x00", "a.md").normaliser == "bytes-1"
    assert normal_of(b"%PDF-1.7 x", "a.pdf") != normal_of(b"%PDF-1.7  x", "a.pdf")
