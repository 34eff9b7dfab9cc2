"""The lifecycles that come with the package, and how a project's gates are held against them."""

import pytest

from gates.criteria import KINDS
from gates.templates import TIERS, Lifecycle, check_lifecycle, lifecycle_names, parse_lifecycle, read_lifecycle
from tests.gates.given import a_gate, a_project


def test_the_eight_lifecycles_are_there() -> None:
    assert set(lifecycle_names()) == {
        "hybrid-12-weeks", "crisp-dm", "model-lifecycle", "llm-integration",
        "data-platform", "gpu-infrastructure", "computer-vision", "model-retirement",
    }  # fmt: skip


@pytest.mark.parametrize("name", lifecycle_names())
def test_a_lifecycle_is_complete(name: str) -> None:
    lifecycle = read_lifecycle(name)
    assert lifecycle.slug == name
    assert [gate.first_week for gate in lifecycle.gates] == sorted(gate.first_week for gate in lifecycle.gates)
    assert lifecycle.gates[0].first_week == 1
    for gate in lifecycle.gates:
        ids = [criterion.id for criterion in gate.criteria]
        assert len(ids) == len(set(ids)), gate.slug
        assert all(criterion.kind in KINDS for criterion in gate.criteria)
        for tier in TIERS:
            asked = [criterion for criterion in gate.criteria if criterion.applies_to(tier)]
            assert any(criterion.kind != "approval" for criterion in asked), (gate.slug, tier)


@pytest.mark.parametrize("name", lifecycle_names())
def test_a_higher_risk_never_asks_for_fewer_signatures(name: str) -> None:
    for gate in read_lifecycle(name).gates:
        for criterion in gate.criteria:
            if criterion.quorum is not None:
                low, medium, high = (criterion.quorum[tier] for tier in TIERS)
                assert low <= medium <= high
                assert high >= 1


def test_an_unknown_lifecycle_names_the_nearest() -> None:
    with pytest.raises(KeyError, match="did you mean 'crisp-dm'"):
        read_lifecycle("crispdm")


def test_a_mistake_in_a_template_is_named_with_its_line() -> None:
    found = parse_lifecycle(
        "lifecycle: x\nname: X\nsummary: S\ngates:\n  - {gate: a, name: A, owner_role: o, weeks: [3, 1]}\n", "x.yaml"
    )
    assert not isinstance(found, Lifecycle)
    assert (found[0].line, found[0].key) == (5, "gates.0.weeks")


def slugs(*names: str) -> tuple[str, ...]:
    project = a_project(*(a_gate(slug=name) for name in names), lifecycle="hybrid-12-weeks")
    return tuple(note.text for note in check_lifecycle(project))


def test_a_project_that_follows_its_lifecycle_gets_no_note() -> None:
    assert slugs("discovery", "prototype", "production", "handover") == ()


def test_a_missing_an_unknown_and_a_misplaced_gate_are_noted() -> None:
    notes = slugs("prototype", "discovery", "prodution", "handover")
    assert "the gate 'production' of hybrid-12-weeks is not recorded" in notes
    assert "'prodution' is no gate of hybrid-12-weeks, did you mean 'production'?" in notes
    assert "the order of hybrid-12-weeks is discovery, prototype, handover" in notes


def test_a_lifecycle_nobody_knows_is_a_note_and_no_crash() -> None:
    (note,) = check_lifecycle(a_project(lifecycle="hybrid-12-week"))
    assert "did you mean 'hybrid-12-weeks'" in note.text
