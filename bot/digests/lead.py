"""The sentence a model may write above a digest: made of its own lines, and left out when the guards say no."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.chat import Ask
from bot.conversation.writing import Assignment, Errand, ModelRoom
from gates.digest.model import Digest
from gates.model import Programme
from rag.model import Answer, Audience, Citation
from rag.writing.lead import lead_of

QUESTION = "What is most urgent for the reader of this digest?"
LINES = 8
"""Lines of a digest that a sentence may be made of: the first ones, which its reader can move or which matter most."""

SECONDS = 15.0
"""The most that the digests of one look at the ledger wait for the model together: they are complete without it."""


@dataclass
class DigestLead:
    """Writes above the digests of one look at the ledger. After the first failure, or when time is up, no more."""

    model: ModelRoom
    new_id: Callable[[], str]
    clock: Callable[[], float] = time.perf_counter
    _left: float = field(default=SECONDS)

    def __call__(self, digest: Digest, *, audience: Audience, person: str | None, programme: Programme) -> str:
        """The sentence without its citations; empty where there is none."""
        records = records_of(digest)
        if records is None or self._left <= 0:
            return ""
        began = self.clock()
        asked = Ask(QUESTION, "digest", person)
        errand = Errand(asked, audience, programme.name, began, "digest")
        assignment = Assignment(self.new_id(), errand, QUESTION, records)
        written = self.model.write_lead(assignment)
        self._left -= self.clock() - began
        if written is None or written.error is not None:
            self._left = 0
        lead = lead_of(records, written.answer) if written else None
        if written is not None:
            self.model.keep(assignment, written, shown=lead)
        return lead.partition(" [")[0] + "." if lead else ""


def records_of(digest: Digest) -> Answer | None:
    """The digest's first lines as records to write from; None where it has too few to sum up."""
    lines = [note.text for section in digest.sections for note in section.notes][:LINES]
    if len(lines) < 2:
        return None
    source = Citation(1, "digest", "The digest", "", lines[0], digest.today.isoformat())
    return Answer("\n".join(f"{line} [1]" for line in lines), (), (source,), route="ledger")
