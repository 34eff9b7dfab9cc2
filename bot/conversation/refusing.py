"""A message as plain words, and the refusal of what is no question."""

from __future__ import annotations

from unicodedata import category

from rag.model import NoAnswer

LONGEST_QUESTION = 4_000
"""Characters. Longer texts are documents: they belong into a collection, not into a question."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})

_SMALL_TALK = frozenset(
    (
        "hello",
        "hi",
        "hey",
        "good morning",
        "thanks",
        "thank you",
        "help",
        "what can you do",
        "who are you",
        "what are you",
    )
)


def plain_words(text: str) -> str:
    """A question as one line of printable text: control characters and direction overrides mean nothing in it."""
    kept = (char if char.isspace() or category(char) not in _UNSEEN else "" for char in text)
    return " ".join("".join(kept).split())


def refusal_of(text: str) -> NoAnswer | None:
    """What is said to a message that asks nothing, or too much at once; None for a question."""
    if not text or not any(char.isalnum() for char in text):
        return NoAnswer(
            "There is no question here. Ask in your own words, for example: what is blocking the next gate?"
        )
    if text.casefold().strip(" .!?") in _SMALL_TALK:
        return NoAnswer(
            "I answer from the gate records and the project documents. Ask for example: status of a project, what is"
            " blocking a gate, who still has to sign, what is waiting for somebody, or why something was decided."
        )
    if len(text) > LONGEST_QUESTION:
        return NoAnswer(
            f"This is {len(text):,} characters long; a question may have {LONGEST_QUESTION:,}. "
            "Ask the one thing you need, and take longer texts in as documents (gatehouse sync)."
        )
    return None
