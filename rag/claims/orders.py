"""Text in a document that talks to the one who writes the answer: nothing may rest on it."""

from __future__ import annotations

import re

_ORDER = re.compile(
    r"\bignore (?:all|any|the|every|previous|prior|this|these|above)\b|\b(?:forget|disregard|override) (?:all|any|the"
    r"|every|previous|your|these|prior)\b|\banswer only\b|\b(?:only|always) (?:reply|answer|respond|say|start|output)\b"
    r"|\byour (?:response|reply|answer|output)s?\b|\b(?:start|begin|end|finish|preface|prefix) (?:the|every|each|any"
    r"|all) (?:responses?|repl(?:y|ies)|answers?)\b|\bsystem (?:notice|prompt|message|override)\b"
    r"|\bwhen (?:you|asked)\b.{0,30}\b(?:answer|reply|respond|asked)\b"
    r"|\b(?:note|message|instructions?) (?:to|for) (?:the |any |all )?(?:assistant|ai|bot|model|agent|llm|chatbot"
    r"|reader of this)\b|\b(?:the |an? )?(?:assistant|chatbot|language model|llm)\b\s*[:,]|<!--|</?\w+>|<!\w+|\{\{|\}\}"
    r"|\btool\"?\s*:|\bcalling tool\b|\bstate that\b|\bappend (?:this|the)\b|\b(?:print|write|output|repeat|say) (?:the"
    r" (?:word|code|following|text)|exactly|only|\"|“)|\byou (?:are now|must now|only|will now|should now)\b"
    r"|\bfrom now on\b|\bdo not (?:mention|tell|reveal|say)\b|\breplaces all (?:earlier|previous)\b"
    r"|\bhas been changed to @|\bin your (?:response|reply|answer)\b",
    re.IGNORECASE,
)


def is_order(text: str) -> bool:
    """Whether a piece of a document reads as an instruction to whoever answers from it."""
    return bool(_ORDER.search(text))
