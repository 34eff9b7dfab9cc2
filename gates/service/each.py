"""One command on several gates of a project, in one transaction: what one delegates for all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from gates.audit.checkpoint import Signer
from gates.service.receipt import Actor, Recorded
from gates.service.signing import run_command
from gates.signoff.commands import Command
from gates.signoff.context import Refused
from gates.store_read import signing_programme
from gates.store_state import lock_states


def run_on_each(
    session: Session, command: Command, *, actor: Actor, project: str, gates: Sequence[str], signer: Signer | None
) -> Mapping[str, Recorded | Refused]:
    """What the command comes to on each gate, by slug; a gate that refuses leaves the others as they are.

    Every gate is locked before the first record is written, as every command takes both in this order. The event's key
    counts once for each gate.
    """
    programme = signing_programme(session)
    if programme is not None:
        lock_states(session, programme, gates=[(project, gate) for gate in gates])
    return {
        gate: run_command(
            session,
            command,
            actor=replace(actor, key=f"{actor.key}/{gate}" if actor.key else ""),
            project=project,
            gate=gate,
            signer=signer,
        )
        for gate in gates
    }
