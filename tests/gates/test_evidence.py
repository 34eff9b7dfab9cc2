"""Reading evidence out of parsed documents: values verbatim with their line, sections, subject and authors."""

from datetime import date

from gates.criteria import EvidenceRef
from gates.evidence import EvidenceDocument, evidence_wanted, filled_sections, read_evidence, unreadable_evidence
from gates.model import Subject
from tests.gates.given import a_gate, a_project, approval, judged, latency

JSON = """{
  "model": "scorer", "version": "v3.2", "author": "tom",
  "target_rps": 50,
  "baseline": {"p95_ms": 300},
  "run": {
    "p95_ms": 0.40,
    "ok": true
  }
}
"""
TREE = {
    "model": "scorer",
    "version": "v3.2",
    "author": "tom",
    "target_rps": 50,
    "baseline": {"p95_ms": 300},
    "run": {"p95_ms": 0.4, "ok": True},
}
REPORT = EvidenceDocument("load.json", JSON, data=TREE, updated=date(2026, 11, 17), access_id=3)
CSV = "line,unit,per_1000\nserving,EUR,0.29\ntotal,EUR,0.36\n"
SHEET = EvidenceDocument("cost.csv", CSV, rows=[line.split(",") for line in CSV.splitlines()])


def test_a_dotted_path_is_read_verbatim_with_the_line_below_its_own_parent() -> None:
    found = read_evidence(EvidenceRef("load.json", "run.p95_ms"), REPORT)
    assert (found.value, found.line, found.quote) == ("0.40", 6, '"p95_ms": 0.40,')
    assert found.access_id == 3
    assert found.updated == date(2026, 11, 17)


def test_subject_author_and_conditions_come_along() -> None:
    found = read_evidence(EvidenceRef("load.json", "run.p95_ms", (("target_rps", "50"), ("region", "eu"))), REPORT)
    assert found.subject == Subject("scorer", "v3.2", None)
    assert found.authors == ("tom",)
    assert found.conditions == (("target_rps", "50"),)


def test_a_path_that_is_not_there_or_ends_on_a_branch_gives_no_value() -> None:
    for path in ("run.p99_ms", "run", "run.p95_ms.deeper", "nothing"):
        assert read_evidence(EvidenceRef("load.json", path), REPORT).value is None


def test_a_cell_is_found_by_row_and_column() -> None:
    found = read_evidence(EvidenceRef("cost.csv", "total/per_1000"), SHEET)
    assert (found.value, found.line, found.quote) == ("0.36", 3, "total,EUR,0.36")


def test_a_row_that_stands_twice_gives_no_value() -> None:
    rows = [*SHEET.rows, ["total", "EUR", "0.41"]]
    twice = EvidenceDocument("cost.csv", CSV + "total,EUR,0.41\n", rows=rows)
    assert read_evidence(EvidenceRef("cost.csv", "total/per_1000"), twice).value is None
    assert read_evidence(EvidenceRef("cost.csv", "total/per_year"), SHEET).value is None


def test_the_version_of_a_document_is_not_taken_for_that_of_a_model() -> None:
    note = EvidenceDocument("note.md", "", meta={"version": "2"})
    assert read_evidence(EvidenceRef("note.md"), note).subject is None


def test_a_section_is_filled_by_what_stands_below_it() -> None:
    headings = [(1, "Framework", False), (2, "Metrics", False), (3, "Recall", True), (2, "Limits", False)]
    assert filled_sections(headings) == (
        ("Framework", True), ("Metrics", True), ("Recall", True), ("Limits", False),
    )  # fmt: skip


def test_what_a_project_wants_read_is_listed_with_its_keys() -> None:
    wanted = evidence_wanted(a_project(a_gate(latency(), approval("sponsor"))))
    assert [(wish.key, wish.ref.document) for wish in wanted] == [(("churn", "production", "p95"), "load.json")]


def test_a_document_that_could_not_be_read_is_no_evidence() -> None:
    it = latency()
    assert it.evidence is not None
    finding = judged(it, unreadable_evidence(it.evidence, "cannot be read: damaged"))
    assert "cannot be read: damaged" in finding.reason
