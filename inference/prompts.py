"""Prompt files: text with declared variables, loaded by name, filled once, and known by the hash of what they say.

A file `prompts/answer.txt` begins with its variables, then the messages in order, each under its role:

    variables: question sources
    [system]
    Stable text first, so that servers can keep its prefix.
    [user]
    {{sources}}
    {{question}}

Filling puts values in one pass: a value that looks like a variable stays what it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, get_args

from inference.model import Message

Role = Literal["system", "user", "assistant"]
_HEAD = re.compile(r"\[(\w+)\]\s*")
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


class PromptError(Exception):
    """A prompt file is missing or not in order, or was filled with other variables than it declares."""


@dataclass(frozen=True)
class Prompt:
    """A prompt file as read; `version` is "name@hash" of its whole text."""

    version: str
    variables: frozenset[str]
    messages: tuple[Message, ...]

    def fill(self, values: Mapping[str, str]) -> tuple[Message, ...]:
        """The messages with every variable replaced.

        Raises:
            PromptError: A declared variable is not given, or one is given that is not declared.
        """
        if values.keys() != self.variables:
            raise PromptError(f"{self.version} takes {sorted(self.variables)}, and was given {sorted(values)}.")
        return tuple(
            Message(message.role, _VARIABLE.sub(lambda found: values[found[1]], message.text))
            for message in self.messages
        )


def load_prompt(name: str) -> Prompt:
    """The prompt file of this name that ships.

    Raises:
        PromptError: There is no such file, or it is not in order.
    """
    file = files("prompts") / f"{name}.txt"
    try:
        return read_prompt(name, file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PromptError(f"There is no prompt {name!r}: put it into prompts/{name}.txt.") from error


def read_prompt(name: str, text: str) -> Prompt:
    """A prompt from the text of its file.

    Raises:
        PromptError: The text is not in order; the message says where.
    """
    first, _, rest = text.partition("\n")
    if not first.startswith("variables:"):
        raise PromptError(f"prompts/{name}.txt: the first line must be 'variables: ...', not {first!r}.")
    variables = frozenset(first.removeprefix("variables:").split())
    messages = tuple(_messages(name, rest))
    used = {found for message in messages for found in _VARIABLE.findall(message.text)}
    if used != variables:
        raise PromptError(f"prompts/{name}.txt declares {sorted(variables)} and uses {sorted(used)}.")
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Prompt(f"{name}@{digest}", variables, messages)


def _messages(name: str, text: str) -> list[Message]:
    found: list[Message] = []
    for line in text.splitlines():
        head = _HEAD.fullmatch(line)
        if head and head[1] in get_args(Role):
            role: Role = head[1]  # type: ignore[assignment]  # one of the roles, as just seen
            found.append(Message(role, ""))
        elif found:
            last = found.pop()
            found.append(Message(last.role, f"{last.text}\n{line}" if last.text else line))
        elif line.strip():
            raise PromptError(f"prompts/{name}.txt: {line!r} stands before the first [system] or [user].")
    if not found:
        raise PromptError(f"prompts/{name}.txt holds no message: write [system] or [user] above the text.")
    return found
