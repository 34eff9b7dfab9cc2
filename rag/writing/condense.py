"""A follow-up as a question of its own, by the questions before it: how a model is asked for it, and what is taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inference.model import Payer, Regex, Request
from inference.prompts import Prompt
from rag.claims.names import LINK
from rag.claims.places import content_stems, says
from rag.ground.words import words
from rag.writing.request import one_line, plain

TURNS = 3
"""Questions before the follow-up that are sent: what was meant stands in the last few or nowhere."""

LONGEST = 300
"""Characters of each of them, and of the question that comes of it."""

MAX_TOKENS = 80

SAID = 0.9
"""How well a word must be said by the conversation: itself or its family, no word for the same."""

_FORM = re.compile(rf"[A-Z0-9][^\n\[\]<>?]{{6,{LONGEST}}}\?")
_DENIES = re.compile(r"\b(?:not|no|never|without)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True)
class FollowUp:
    """A question that leans on those before it in its thread, the oldest first."""

    text: str
    turns: tuple[str, ...]


def condense_request(wanted: FollowUp, *, prompt: Prompt, nonce: str, audience: str, payer: Payer) -> Request:
    """The request for the question that the follow-up stands for; at most TURNS before it are sent."""
    turns = [plain(one_line(turn)[:LONGEST], nonce) for turn in wanted.turns[-TURNS:]]
    given = {"nonce": nonce, "earlier": "\n".join(turns), "followup": plain(one_line(wanted.text)[:LONGEST], nonce)}
    return Request(
        messages=prompt.fill(given),
        max_tokens=MAX_TOKENS,
        request_class="question",
        payer=payer,
        audience=audience,
        prompt=prompt.version,
        grammar=Regex(_FORM.pattern),
        seed=0,
    )


def condensed_of(said: str, wanted: FollowUp) -> str | None:
    """The question a model made of a follow-up; None where it may not stand for it.

    It says everything the follow-up asks, denies as it does, and brings in nothing but words of the questions before.
    """
    text = " ".join(said.split())
    if (
        not _FORM.fullmatch(text)
        or LINK.search(text)
        or bool(_DENIES.search(text)) != bool(_DENIES.search(wanted.text))
    ):
        return None
    own, asked = _stems(text), _stems(wanted.text)
    known = {*asked, *(stem for turn in wanted.turns[-TURNS:] for stem in _stems(turn[:LONGEST]))}
    brings_in = any(says(stem, known) < SAID for stem in own)
    leaves_out = any(says(stem, own) < SAID for stem in asked)
    return None if brings_in or leaves_out or set(own) == set(asked) else text


def _stems(text: str) -> Sequence[str]:
    return content_stems(words(text))
