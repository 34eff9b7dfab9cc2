"""Questions to an installation with a model behind it that behaves as the test says."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.chat import Ask
from bot.conversation.asking import Rooms, answer_question
from bot.conversation.told import Told, to_json
from bot.model.room import GuardedModel
from bot.rooms import DocumentsRoom
from bot.wiring import Installation
from bot.wiring_model import open_model_room
from tests.bot.front_door import House
from tests.stand_ins.model_thread import model_on_a_thread

WHY = "why did the ferry company drop the paper schedule?"
NOTES = {
    "notes/schedule.md": "# Schedule\n\nThe paper schedule was dropped because only 12 passengers a day still took"
    " one. Corvid Press was not paid for the last print run.\n\n## Next\n\nThe screens may be replaced on 3 December"
    " 2026.\n",
}
SAID = "Only 12 passengers a day still took the paper schedule, which is why it was dropped [1]."

_THREADS = itertools.count()

Say = Callable[[dict[str, Any]], str]


@dataclass(frozen=True)
class Asking:
    """Asks in an installation that is open, with a model server behind it for the length of one question."""

    house: House
    here: Installation
    rooms: Rooms

    def room(self, url: str, model: str = "plain", **settings: float) -> GuardedModel:
        """The model's room for that address; `settings` are those called `model_...`."""
        others = {f"model_{name}": value for name, value in settings.items()}
        return self.room_as({"model_url": url, "model": model, **others})

    def room_as(self, settings: dict[str, Any]) -> GuardedModel:
        """The model's room with these settings changed."""
        changed = self.here.settings.model_copy(update=settings)
        assert isinstance(self.rooms.documents, DocumentsRoom)
        return open_model_room(changed, self.here.database, self.rooms.documents, clock=self.here.clock)

    def of(
        self, say: Say, question: str = WHY, *, person: str | None = None, model: str = "plain", **settings: float
    ) -> Asked:
        return self.talk(say, question, person=person, model=model, **settings)[-1]

    def talk(
        self, say: Say, *questions: str, person: str | None = None, model: str = "plain", **settings: float
    ) -> list[Asked]:
        """The same for several questions of one thread, which nobody else has."""
        asked: list[Asked] = []
        thread = str(next(_THREADS))
        with model_on_a_thread(say=say) as server:
            room = self.room(server.url, model, **settings)
            try:
                for question in questions:
                    shown: list[Told] = []
                    rooms, before = replace(self.rooms, model=room), len(server.bodies)
                    told = answer_question(Ask(question, thread, person), rooms, show=shown.append)
                    asked.append(Asked(told, tuple(shown), server.bodies[before:]))
            finally:
                room.close()
        return asked


@dataclass(frozen=True)
class Asked:
    """What was told in the end, what could be seen before, and what was sent to the model."""

    told: Told
    shown: tuple[Told, ...]
    bodies: list[dict[str, Any]]

    @property
    def json(self) -> dict[str, Any]:
        return to_json(self.told)


def wanted(body: dict[str, Any]) -> str:
    """What the model is asked for: "answer", "lead", "follow-up" or "intent"."""
    system = body["messages"][0]["content"]
    kinds = {"short answers": "answer", "one sentence that": "lead", "last question": "follow-up", "known": "intent"}
    return next(kind for words, kind in kinds.items() if words in system.partition("\n")[0])


def by_kind(**said: str) -> Say:
    """A model that says this for each kind of request, "NO ANSWER" for the others; `follow_up` is "follow-up"."""
    return lambda body: said.get(wanted(body).replace("-", "_"), "NO ANSWER")


def saying(text: str) -> Say:
    """A model that says this, citing the source that holds the schedule."""

    def say(body: dict[str, Any]) -> str:
        return text.replace("[1]", f"[{number_of('paper schedule was dropped', body)}]")

    return say


def number_of(words: str, body: dict[str, Any]) -> str:
    """The number under which a source with these words was sent."""
    sent = body["messages"][-1]["content"]
    return next(
        (found[1] for found in re.finditer(r"<source (\d+) \w+>(.*?)</source", sent, re.DOTALL) if words in found[2]),
        "1",
    )
