"""What an audience may see of a report: a judgement on unreadable evidence becomes "restricted - <owner role>"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gates import weights
from gates.criteria import Approval, Criterion, UnknownRule
from gates.evaluate import count
from gates.forecast import health_of
from gates.model import Programme, Project
from gates.people import role_name
from gates.portfolio import project_report
from gates.report import Blocker, ChainLink, Finding, GateReport, GateState, Health, Mover, ProjectReport


def restrict_portfolio(
    reports: Iterable[ProjectReport], *, readable: frozenset[int], programme: Programme
) -> tuple[ProjectReport, ...]:
    """The projects this audience may know of, each gate as it may be shown to them."""
    return tuple(
        project_report(
            report.project,
            tuple(restrict(gate, report.project, readable=readable, programme=programme) for gate in report.gates),
        )
        for report in reports
        if report.project.access_id in readable
    )


def restrict(report: GateReport, project: Project, *, readable: frozenset[int], programme: Programme) -> GateReport:
    """The report for readers of the labels `readable`.

    A criterion judged on anything else is shown as restricted whether it is met or not, so that the answer does not
    tell. State and health then rest on what is shown alone: something unmet that may be read says that the gate is
    still open; otherwise it is "restricted", never ready, and passed only where that was decided for all to know.
    """
    hidden = {finding.criterion.id for finding in report.findings if not finding.access <= readable}
    blockers = tuple(
        _without_links(blocker, readable) for blocker in report.blockers if blocker.criterion not in hidden
    )
    if not hidden:
        # a forecast that rests on a hidden link would tell when it is mended
        if blockers == report.blockers:
            return report
        return replace(report, blockers=blockers, forecast=None)
    blockers = tuple(_however_it_stands(blocker, report) for blocker in blockers)
    roles = {c.id: owner_role(c, project, programme) for c in (f.criterion for f in report.findings) if c.id in hidden}
    findings = tuple(_hide(f, roles[f.criterion.id]) if f.criterion.id in hidden else f for f in report.findings)
    recorded_pass = report.is_passed and report.decided
    if not recorded_pass:
        blockers += tuple(_closed(report, f.criterion, roles[f.criterion.id]) for f in findings if f.restricted)
    met, total, filled, seats = count(finding for finding in findings if not finding.restricted)
    return replace(
        report,
        findings=findings,
        blockers=blockers,
        evidence_met=met,
        evidence_total=total + sum(f.restricted and not f.is_approval for f in findings),
        approvals_met=filled,
        approvals_total=seats + sum(f.seats for f in findings if f.restricted),
        state=report.state if recorded_pass else _state(report, findings),
        health=report.health if recorded_pass else _health(report, findings, blockers, programme=programme),
        forecast=None,
        passed_on=report.passed_on if recorded_pass else None,
        approved_by=report.approved_by if recorded_pass else (),
        conflicts=tuple(conflict for conflict in report.conflicts if conflict.criterion not in hidden),
    )


def _however_it_stands(blocker: Blocker, report: GateReport) -> Blocker:
    """An approval's turn would tell whether all that is hidden is met: it is shown as waiting either way."""
    if blocker.kind != "approval":
        return blocker
    recorded = next((f.criterion.next for f in report.findings if f.criterion.id == blocker.criterion), None)
    return replace(blocker, weight=weights.WAITS, next_action=recorded or "signs once everything else is met")


def _state(report: GateReport, findings: Sequence[Finding]) -> GateState:
    """What somebody did to the gate is known to all who know of it; what its evidence came to is not."""
    if report.state in _DONE_BY_SOMEBODY:
        return report.state
    if not _unmet(findings):
        return "restricted"
    return "submitted" if report.state == "submitted" or report.was_passed else "collecting"


_DONE_BY_SOMEBODY: tuple[GateState, ...] = ("held", "rejected", "withdrawn", "overridden")


def _health(
    report: GateReport, findings: Sequence[Finding], blockers: Sequence[Blocker], *, programme: Programme
) -> Health:
    state = _state(report, findings)
    if state == "restricted":
        return "restricted"
    shown = [blocker for blocker in blockers if not blocker.restricted]
    severe = any(finding.severe for finding in _unmet(findings))
    overdue = report.due is not None and report.due < programme.calendar.today(report.as_of)
    return health_of(state, shown, severe=severe, expected=None, overdue=overdue)


def _unmet(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if not finding.met and not finding.restricted]


def owner_role(criterion: Criterion, project: Project, programme: Programme) -> str:
    """The role of a criterion's owner, without the name: the approval's role, else a role the owner holds."""
    if isinstance(criterion.rule, Approval):
        return role_name(criterion.rule.role)
    for roles in (project.roles, programme.roles):
        for role, people in roles.items():
            if criterion.owner in people:
                return role_name(role)
    return "Project owner"


def _hide(finding: Finding, role: str) -> Finding:
    rule = finding.criterion.rule
    shown = Approval(rule.role, rule.quorum) if isinstance(rule, Approval) else UnknownRule("restricted")
    criterion = Criterion(finding.criterion.id, "Restricted", shown, key=finding.criterion.key)
    return Finding(
        criterion, False, f"restricted - {role}", seats=finding.seats, weight=weights.RESTRICTED, restricted=True
    )


def _closed(report: GateReport, criterion: Criterion, role: str) -> Blocker:
    return Blocker(
        report.project,
        report.gate,
        criterion.id,
        "Restricted",
        "restricted",
        f"restricted - {role}",
        Mover((), role),
        None,
        None,
        f"ask the {role if role[:2].isupper() else role[:1].lower() + role[1:]}",
        None,
        weights.RESTRICTED,
        restricted=True,
    )


def _without_links(blocker: Blocker, readable: frozenset[int]) -> Blocker:
    if all(link.access <= readable for link in blocker.chain):
        return blocker
    chain = tuple(link if link.access <= readable else _closed_link(link) for link in blocker.chain)
    return replace(blocker, chain=chain)


def _closed_link(link: ChainLink) -> ChainLink:
    return replace(link, text="restricted", access=frozenset())
