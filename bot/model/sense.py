"""What a model takes a question for: a follow-up in full, or one of the known questions to the ledger.

It may only choose among words that were said and questions that are known; what it says is checked and read by rules.
So the worst it can do is to have another harmless question answered, which is shown as such.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from bot.conversation.intents import asked_plainly, choices_text, intent_of, intent_schema
from bot.conversation.writing import Sensed
from inference.model import Payer, Request
from inference.prompts import Prompt
from rag.writing.condense import FollowUp, condense_request, condensed_of
from rag.writing.request import one_line, plain

INTENT_TOKENS = 24
"""Tokens of {"intent":"blockers"}, twice."""


@dataclass(frozen=True)
class Asker:
    """The fingerprint of everyone who reads along, and who pays."""

    audience: str
    payer: Payer


@dataclass(frozen=True)
class Sense:
    """The two requests and how their answers are read. `secret` makes fence words that nobody can know."""

    followup: Prompt
    intent: Prompt
    secret: bytes

    def condensing(self, wanted: FollowUp, asker: Asker) -> Request:
        nonce = self._nonce(wanted.text, *wanted.turns)
        return condense_request(wanted, prompt=self.followup, nonce=nonce, audience=asker.audience, payer=asker.payer)

    def condensed(self, said: str, wanted: FollowUp) -> Sensed | None:
        question = condensed_of(said, wanted)
        return Sensed(question, self.followup.version) if question else None

    def choosing(self, text: str, named: str, asker: Asker) -> Request:
        nonce = self._nonce(text, named)
        question = plain(one_line(text), nonce)
        named = plain(one_line(named), nonce)
        given = {"nonce": nonce, "choices": choices_text(), "named": named, "question": question}
        return Request(
            messages=self.intent.fill(given),
            max_tokens=INTENT_TOKENS,
            request_class="question",
            payer=asker.payer,
            audience=asker.audience,
            prompt=self.intent.version,
            grammar=intent_schema(),
            seed=0,
        )

    def chosen(self, said: str, named: str) -> Sensed | None:
        intent = intent_of(said)
        return Sensed(asked_plainly(intent, named), self.intent.version) if intent else None

    def _nonce(self, *texts: str) -> str:
        return hmac.new(self.secret, "\n".join(texts).encode(), hashlib.sha256).hexdigest()[:12]
