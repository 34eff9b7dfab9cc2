"""Which question to the ledger a model takes an unclear one for. It may choose among these, and never an order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.conversation.names import Name, find_names
from bot.conversation.understand import Intent

if TYPE_CHECKING:
    from inference.model import JsonSchema

MEANINGS: Mapping[Intent, str] = {
    "status": "where does it stand, how is it going",
    "blockers": "what is in the way, why is it not passed yet",
    "signers": "who still has to sign or approve",
    "signed": "who has signed or approved already",
    "due": "when is it due, when should it pass",
    "owner": "who owns it, who is responsible for it",
}
"""What may be chosen, with what people mean by it. A question that ends in yes or no is not among them."""

_READ_AS: Mapping[Intent, str] = {
    "status": "status of {}",
    "blockers": "what is blocking {}?",
    "signers": "who still has to sign at {}?",
    "signed": "who has signed at {}?",
    "due": "when is {} due?",
    "owner": "who owns {}?",
}
"""The choice as the rules of `understand` know it, and as it is shown to whoever asked."""


def choices_text() -> str:
    """The choices as the prompt lists them."""
    return "\n".join(f"- {intent}: {meaning}" for intent, meaning in MEANINGS.items())


def intent_schema() -> JsonSchema:
    """The form of the answer: one word of those that are known."""
    from inference.model import JsonSchema

    chosen = {"type": "string", "enum": [*MEANINGS, "other"]}
    return JsonSchema(
        "intent",
        {"type": "object", "properties": {"intent": chosen}, "required": ["intent"], "additionalProperties": False},
    )


def intent_of(said: str) -> Intent | None:
    """The choice in a model's answer; None for "other" and for everything that is not of the form."""
    try:
        answer = json.loads(said)
    except (ValueError, RecursionError):
        return None
    chosen = answer.get("intent") if isinstance(answer, dict) and len(answer) == 1 else None
    return next((intent for intent in MEANINGS if intent == chosen), None)


def named_in(text: str, names: Sequence[Name]) -> str:
    """The one project that a question names, with its gate where it names one; "" where that is not clear."""
    found = find_names(text, names)
    gates = found.refs("gate")
    projects = found.refs("project") or tuple(dict.fromkeys(ref.partition("/")[0] for ref in gates))
    if len(projects) != 1:
        return ""
    own = [gate for project, _, gate in (ref.partition("/") for ref in gates) if project == projects[0]]
    return f"the {own[0].replace('-', ' ')} gate of {projects[0]}" if len(own) == 1 else projects[0]


def asked_plainly(intent: Intent, named: str) -> str:
    """The question in words that the rules understand."""
    return _READ_AS[intent].format(named)
