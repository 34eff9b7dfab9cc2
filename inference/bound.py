"""The most tokens a request can cost, known before it is sent."""

from __future__ import annotations

from inference.model import Request, Usage

PER_MESSAGE = 24
"""Tokens a chat template adds round a message: role, markers, line ends. The widest in use add about ten."""

PER_REQUEST = 256
"""Tokens a template may put before the first message: a default system prompt of its own."""


def bound_of(request: Request, *, prompt_tokens: int | None = None) -> Usage:
    """An upper bound. `prompt_tokens` is the server's own count of the prompt, where it was asked for one.

    Without it a token is counted for each UTF-8 byte: byte-level vocabularies, which all current open models have,
    never use more tokens than that. `max_tokens` is always sent, so the answer cannot be longer.
    """
    counted = prompt_tokens if prompt_tokens is not None else _bytes_and_template(request)
    return Usage(counted, request.max_tokens, reported=False)


def _bytes_and_template(request: Request) -> int:
    words = sum(len(message.text.encode()) for message in request.messages)
    return words + PER_MESSAGE * len(request.messages) + PER_REQUEST
