"""A new project out of a lifecycle: it reads without a problem, is far from passing, and says what to do first."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.intake.records import programme_of, project_of
from gates.model import Programme, Project, RiskTier
from gates.new import NewProject, programme_text, project_files
from gates.record_kinds import RECORD_KINDS
from gates.standing import columns_of
from gates.templates import TIERS, lifecycle_names, parse_lifecycle, read_lifecycle
from tests.bot.front_door import House
from tests.gates.given import report_on

MINE = """\
lifecycle: ours
name: Ours
summary: One gate.
gates:
  - gate: go
    name: Go
    owner_role: sponsor
    weeks: [1, 2]
    criteria:
      - {id: note, kind: artifact, title: Note, sections: [Why]}
"""


def programme() -> Programme:
    found = programme_of(programme_text("Ferries", "ann.lee"), file="programme.yaml")
    assert isinstance(found, Programme), found
    return found


def made(name: str, tier: RiskTier = "medium") -> tuple[Project, dict[str, str]]:
    wanted = NewProject("eta", "Arrival: times", "ann.lee", tier, date(2026, 11, 23))
    files = {file.path: file.text for file in project_files(wanted, read_lifecycle(name), programme=programme())}
    read = project_of(files["project.yaml"], file="project.yaml", programme=programme(), access_id=1)
    assert read.problems == ()
    assert read.project is not None
    return read.project, files


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", lifecycle_names())
def test_a_new_project_reads_without_a_problem_and_every_gate_has_something_to_do(name: str, tier: RiskTier) -> None:
    project, _ = made(name, tier)
    assert [gate.slug for gate in project.gates] == [gate.slug for gate in read_lifecycle(name).gates]
    for gate in project.gates:
        report = report_on(gate, project=project, programme=programme())
        assert report.state == "collecting"
        assert report.evidence_met == 0, [finding.reason for finding in report.findings if finding.met]
        assert all(blocker.next_action for blocker in report.blockers)


def test_a_higher_risk_asks_for_more_signatures() -> None:
    def seats(tier: RiskTier) -> int:
        return sum(c.kind == "approval" for gate in made("hybrid-12-weeks", tier)[0].gates for c in gate.criteria)

    assert seats("low") < seats("medium") < seats("high")


def test_dates_follow_the_weeks_of_the_lifecycle_and_fall_on_working_days() -> None:
    project, _ = made("hybrid-12-weeks")
    assert [gate.due for gate in project.gates] == [
        date(2026, 12, 11), date(2027, 1, 8), date(2027, 1, 29), date(2027, 2, 12),
    ]  # fmt: skip


def test_every_document_a_gate_asks_for_has_a_skeleton_with_its_sections() -> None:
    project, files = made("hybrid-12-weeks", "high")
    asked = [
        c.evidence.document for gate in project.gates for c in gate.criteria if c.kind == "artifact" and c.evidence
    ]
    assert set(asked) == set(files) - {"project.yaml"}
    assert "## Rollback\n\n## On-call" in files["production/runbook.md"]


def test_a_limit_waits_to_be_agreed_and_no_value_meets_it() -> None:
    project, _ = made("hybrid-12-weeks")
    (latency,) = [b for b in report_on(project.gates[2], project=project).blockers if b.criterion == "latency-p95"]
    assert latency.reason.endswith("no limit is agreed yet")
    assert latency.next_action == "agree a limit before anything is measured"


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("kind: artifact", "kind: artefact", 10, "did you mean 'artifact'?"),
        ("sections: [Why]", "section: [Why]", 10, "did you mean 'sections'?"),
        (
            "{id: note, kind: artifact, title: Note, sections: [Why]}",
            "{id: n, kind: dependency, title: N}",
            10,
            "{gate}",
        ),
        ("sections: [Why]}", "sections: [Why]}\n      - {id: note, kind: review, title: Again}", 11, "used once"),
        (
            "kind: artifact, title: Note, sections: [Why]",
            "kind: dependency, title: N, on: {gate: stop}",
            10,
            "one of go",
        ),
    ],
)
def test_a_mistake_in_a_teams_template_is_named_with_its_line(old: str, new: str, line: int, expected: str) -> None:
    found = parse_lifecycle(MINE.replace(old, new), "templates/ours.yaml")
    assert isinstance(found, tuple)
    assert (found[0].line, found[0].file) == (line, "templates/ours.yaml")
    assert expected in found[0].expected


# --- through the front door -------------------------------------------------------------------


def test_five_minutes_from_an_empty_folder_to_what_blocks_the_first_gate(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "ferries"
    folder.mkdir()
    done = house.run(
        "gate", "new", "hybrid-12-weeks", "eta", "--into", str(folder), "--owner", "ann.lee", "--tier", "high"
    )
    assert done.code == 0, done.err
    assert "gatehouse gate blockers eta discovery" in done.out
    assert house.synced(str(folder))["collections"][0]["problems"] == []
    shown = " ".join(house.run("gate", "blockers", "eta", "discovery").out.split())
    assert "section Objective is empty" in shown
    assert "raci.md is still a draft" in shown
    assert "Ann Lee" in shown


def test_nothing_that_is_there_is_overwritten(house: House, tmp_path: Path) -> None:
    word = ("gate", "new", "crisp-dm", "eta", "--into", str(tmp_path), "--owner", "ann.lee")
    document = tmp_path / "projects/eta/business-understanding/brief.md"
    document.parent.mkdir(parents=True)
    document.write_text("# Mine\n")
    assert "kept business-understanding/brief.md" in house.run(*word).out
    assert document.read_text() == "# Mine\n"
    again = house.run(*word)
    assert again.code == 2
    assert "is there already" in again.err


def test_a_teams_own_template_is_listed_first_and_used(house: House, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/ours.yaml").write_text(MINE)
    listed = house.run("gate", "new", "--into", str(tmp_path)).out
    assert listed.index("ours (your own)") < listed.index("crisp-dm")
    assert house.run("gate", "new", "ours", "eta", "--into", str(tmp_path), "--owner", "ann").code == 0
    assert "lifecycle: ours" in (tmp_path / "projects/eta/project.yaml").read_text()


def test_a_project_that_names_a_lifecycle_nobody_has_is_told_so_with_its_line(house: House) -> None:
    assert house.run("gate", "new", "crisp-dm", "eta", "--into", str(house.docs), "--owner", "ann").code == 0
    record = house.docs / "projects/eta/project.yaml"
    record.write_text(record.read_text().replace("lifecycle: crisp-dm", "lifecycle: crispdm"))
    (problem,) = house.sync()["problems"]
    assert "project.yaml:7: lifecycle: expected a lifecycle (did you mean 'crisp-dm'?)" in problem


def test_a_mistake_in_the_template_of_a_project_is_a_problem_of_the_sync(house: House) -> None:
    house.write({"templates/ours.yaml": MINE})
    assert house.run("gate", "new", "ours", "eta", "--into", str(house.docs), "--owner", "ann").code == 0
    assert house.sync()["problems"] == []
    house.write({"templates/ours.yaml": MINE.replace("sections:", "section:")})
    assert any("templates/ours.yaml:10: " in problem for problem in house.sync()["problems"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hybrid", "eta", "--owner", "ann"), "did you mean 'hybrid-12-weeks'?"),
        (("crisp-dm", "E T A", "--owner", "ann"), "small letters"),
        (("crisp-dm", "eta"), "Name the owner"),
        (("crisp-dm", "eta", "--owner", "ann", "--tier", "huge"), "low, medium, high"),
        (("crisp-dm", "eta", "--owner", "ann", "--start", "soon"), "a date as"),
    ],
)
def test_a_wrong_word_says_what_to_write_instead(
    house: House, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ran = house.run("gate", "new", *words, "--into", str(tmp_path))
    assert ran.code == 2
    assert said in ran.err


def test_the_template_shown_in_the_documentation_is_one() -> None:
    page = (Path(__file__).resolve().parents[2] / "deploy/docs/templates.md").read_text(encoding="utf-8")
    assert not isinstance(parse_lifecycle(page.split("```yaml\n")[1].split("```")[0], "templates/ours.yaml"), tuple)


def test_the_documentation_names_every_key_of_every_standing_record() -> None:
    page = (Path(__file__).resolve().parents[2] / "deploy/docs/records.md").read_text(encoding="utf-8")
    for kind in RECORD_KINDS:
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{kind.name}` |")]
        assert [c.name for c in columns_of(kind.value) if f"`{c.name}`" not in row] == []
        assert [choice for c in columns_of(kind.value) for choice in c.choices if f"`{choice}`" not in row] == []
