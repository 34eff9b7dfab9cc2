"""A criterion that a reader may not see: "restricted - <owner role>", whether it is met or not."""

from __future__ import annotations

from gates import weights
from gates.criteria import Approval, Criterion, UnknownRule
from gates.inquiry import Inquiry
from gates.model import Programme, Project
from gates.people import role_name
from gates.report import Finding, Mover


def closed(criterion: Criterion, inquiry: Inquiry) -> Finding:
    """The finding without the judgement. It blocks: what may not be known is never taken as met."""
    rule, role = criterion.rule, owner_role(criterion, inquiry.project, inquiry.programme)
    seats = max(1, rule.quorum) if isinstance(rule, Approval) else 0
    shown = Approval(rule.role, rule.quorum) if isinstance(rule, Approval) else UnknownRule("restricted")
    return Finding(
        Criterion(criterion.id, "Restricted", shown, key=criterion.key),
        False,
        f"restricted - {role}",
        mover=Mover((), role),
        next_action=f"ask the {role if role[:2].isupper() else role[:1].lower() + role[1:]}",
        weight=weights.RESTRICTED,
        seats=seats,
        restricted=True,
    )


def owner_role(criterion: Criterion, project: Project, programme: Programme) -> str:
    """The role of a criterion's owner, without the name: the approval's role, else a role the owner holds."""
    if isinstance(criterion.rule, Approval):
        return role_name(criterion.rule.role)
    for roles in (project.roles, programme.roles):
        for role, people in roles.items():
            if criterion.owner in people:
                return role_name(role)
    return "Project owner"
