"""Seats an order before the ledger: inside the turn's transaction, for the person the platform verified."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answers.store_feedback import keep_feedback
from bot.intake.ledger import home_of
from gates.audit.checkpoint import Signer
from gates.service.each import run_on_each
from gates.service.freezing import Documents, FrozenDocument, changed_since
from gates.service.history import load_events
from gates.service.look import the_programme
from gates.service.moment import decision_time
from gates.service.receipt import Actor, Recorded
from gates.service.reviewing import Review, keep_review, open_review
from gates.service.signing import run_command
from gates.signoff.commands import Command
from gates.signoff.context import Refused
from gates.signoff.event_record import RecordedEvent
from gates.signoff.model import GateLedger
from gates.signoff.walkthrough import Walkthrough
from rag.store.contents import contents_at, source_id_of
from rag.store.documents import all_sources
from rag.store.session import Session


@dataclass(frozen=True)
class TurnRecords:
    """The ledger in one transaction, acting for one person; whatever it does is committed or undone with the turn."""

    session: Session
    actor: Actor
    signer: Signer | None = None

    def state(self, project: str, gate: str) -> GateLedger:
        return gate_state(self.session, project, gate)

    def act(self, command: Command, *, project: str, gate: str) -> Recorded | Refused:
        return run_command(
            self.session,
            command,
            actor=self.actor,
            project=project,
            gate=gate,
            signer=self.signer,
            documents=evidence_files(self.session),
        )

    def act_on_each(self, command: Command, *, project: str, gates: Sequence[str]) -> Mapping[str, Recorded | Refused]:
        return run_on_each(self.session, command, actor=self.actor, project=project, gates=gates, signer=self.signer)

    def history(self, project: str, gate: str | None) -> Sequence[RecordedEvent]:
        return load_events(self.session, project, gate=gate)

    def document(self, path: str) -> str | None:
        return _document(self.session, path)

    def changes(self, sha256: str, path: str) -> Sequence[str]:
        present = evidence_files(self.session)([path]).get(path)
        if present is None:
            return (f"{path} is gone.",)
        return changed_since(self.session, sha256, present=present.content)

    def rate(self, answer: str, *, helpful: bool) -> bool:
        ledger = the_programme(self.session, slugs=[])
        assert ledger is not None  # without a programme no order is carried out
        now = decision_time(self.session, ledger.programme)
        return keep_feedback(self.session, answer, person=self.actor.person, helpful=helpful, at=now)

    def review(self, project: str, gate: str) -> Review | Refused:
        return open_review(
            self.session, self.actor.person or "", surface=self.actor.surface, project=project, gate=gate
        )

    def keep_review(self, review: Review, draft: Walkthrough) -> None:
        ledger = the_programme(self.session, slugs=[review.draft.project])
        assert ledger is not None  # a review was opened in it
        keep_review(self.session, review, draft, now=decision_time(self.session, ledger.programme))


def _document(session: Session, path: str) -> str | None:
    ledger = the_programme(session, slugs=[])
    home = home_of(session, ledger.programme.name) if ledger else None
    found = contents_at(session, source_id_of(session, home), [path]).get(path) if home else None
    return found.text if found is not None and found.error is None else None


def gate_state(session: Session, project: str, gate: str) -> GateLedger:
    """What happened to a gate so far."""
    ledger = the_programme(session, slugs=[project])
    found = ledger.states.get((project, gate)) if ledger else None
    return found.ledger if found else GateLedger(project, gate)


def evidence_files(session: Session) -> Documents:
    """The bytes of evidence as they are on disk now, by the path the records know them by."""

    def read(paths: Collection[str]) -> Mapping[str, FrozenDocument]:
        root = _root_of_programme(session)
        found = ((path, _read(root, path)) for path in paths) if root else ()
        return {path: document for path, document in found if document is not None}

    return read


def _root_of_programme(session: Session) -> Path | None:
    ledger = the_programme(session, slugs=[])
    home = home_of(session, ledger.programme.name) if ledger else None
    return next((Path(row.root) for row in all_sources(session) if row.name == home), None)


def _read(root: Path, path: str) -> FrozenDocument | None:
    """The file's bytes; a path that leads out of the programme's folder is not followed."""
    file = (root / path).resolve()
    if not file.is_relative_to(root.resolve()) or not file.is_file():
        return None
    return FrozenDocument(file.read_bytes())
