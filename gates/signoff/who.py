"""Whether somebody is known, and which of a set of roles he acts in."""

from __future__ import annotations

from gates.report import Mover
from gates.signoff.context import Context, Refused


def unknown_person(context: Context) -> Refused | None:
    """The refusal of somebody who is nobody of the programme, None where he is known."""
    if context.actor is not None and context.actor in context.programme.people:
        return None
    who = f"Nobody of the id {context.actor!r} is recorded" if context.actor else "Nobody is named who acts"
    how = "People are listed in programme.yaml; an account is linked to one of them first."
    return Refused(f"{who}.", how=how, rule="Known")


def role_to_act(context: Context, roles: tuple[str, ...], *, to: str) -> str | Refused:
    """The role in which the actor may do something, else the refusal naming who may. `to` as "hold a gate"."""
    refused = unknown_person(context)
    if refused:
        return refused
    role = context.first_role(context.actor, roles)
    if role is not None:
        return role
    able = context.holders_of_any(roles)
    said = context.said_roles(roles)
    how = f"{context.names(able)} can." if able else f"Nobody holds such a role yet: name a {said}."
    return Refused(f"To {to} takes the role {said}.", Mover(able, roles[0]), how, "Right")
