"""Who of a programme sees what concerns all of it: the audit log, and what the model costs."""

from __future__ import annotations

from gates.model import Programme

AUDIT_ROLES = ("auditor", "compliance_reviewer", "model_risk_owner", "steering_committee", "administrator")
SPEND_ROLES = ("finance_partner", "project_manager", "steering_committee", "administrator")
"""Programme-wide roles; whoever holds none of them is told nothing of it, not even how much there is."""


def holds(programme: Programme | None, person: str | None, roles: tuple[str, ...]) -> bool:
    """Whether a person holds one of these roles in the whole programme."""
    return programme is not None and any(person in programme.roles.get(role, ()) for role in roles)
