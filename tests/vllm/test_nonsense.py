"""The nonsense of random weights through the whole answer path: it never reaches a reply as a fact."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.chat import Ask
from bot.conversation.asking import Rooms, answer_question
from bot.conversation.told import Told
from bot.conversation.views import reply_of
from bot.rooms import DocumentsRoom
from bot.settings import load_settings
from bot.wiring import Installation, open_installation, open_rooms
from bot.wiring_model import open_model_room
from inference.model import ChatModel, Chunk, Request
from tests.bot.front_door import House
from tests.bot.model.works import known_questions, notes, wrong_in
from tests.bot.programmes import HARBOUR
from tests.vllm.conftest import RealServer

pytestmark = pytest.mark.vllm

QUESTIONS = 60
STATUS = "status of ferry-eta?"
UNCLEAR = "how come folks cannot launch ferry-eta at long last?"
FOLLOW_UP = "and who signed it?"


@dataclass
class Feverish:
    """The same model as hot as can be, so that it says something else each time; `asked` are the prompts it got.

    Without a seed: vLLM's processor build (0.32) dies of a seeded request whose prompt is taken in in several steps.
    """

    inner: ChatModel
    asked: Counter[str] = field(default_factory=Counter)

    def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        self.asked[request.prompt.partition("@")[0]] += 1
        return self.inner.stream(replace(request, temperature=1.5, seed=None))


@dataclass(frozen=True)
class Fever:
    """The installation with that model behind it."""

    here: Installation
    rooms: Rooms
    model: Feverish

    def ask(self, question: str, thread: str) -> tuple[Told, list[Told]]:
        shown: list[Told] = []
        return answer_question(Ask(question, thread), self.rooms, show=shown.append), shown

    def sober(self, question: str) -> Told:
        return answer_question(Ask(question, "sober"), replace(self.rooms, model=None))

    def ends(self) -> tuple[int, Counter[str]]:
        """How many answers of the model came to their end, and why sentences of them were dropped."""
        with self.here.database.read() as session:
            kept = session.execute(text("SELECT completion_tokens, dropped FROM bot_answers")).all()
        dropped = " ".join(str(dropped) for _, dropped in kept)
        return sum(tokens > 0 for tokens, _ in kept), Counter(re.findall(r'\["([\w ]+)",', dropped))


@pytest.fixture(scope="module")
def fever(tmp_path_factory: pytest.TempPathFactory, models: Path, server: RealServer) -> Iterator[Fever]:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("fever"), models, patched)
        house.write({**HARBOUR, **notes()})
        house.sync()
        here = open_installation(load_settings())
        set_ = {"model_url": server.url, "model": server.model, "model_key": SecretStr(server.key)}
        with open_rooms(here) as rooms:
            assert isinstance(rooms.documents, DocumentsRoom)
            settings = here.settings.model_copy(update=set_)
            room = open_model_room(settings, here.database, rooms.documents, clock=here.clock)
            assert room.leads is not None
            hot = Feverish(room.answers.model)
            hot_room = replace(room, answers=replace(room.answers, model=hot), leads=replace(room.leads, model=hot))
            yield Fever(here, replace(rooms, model=hot_room), hot)
            room.close()


def test_questions_to_the_documents_are_answered_rightly_whatever_it_says(fever: Fever) -> None:
    wrong = []
    for number, asked in enumerate(known_questions(QUESTIONS)):
        told, shown = fever.ask(asked.text, f"works {number}")
        wrong += [said for one in (*shown, told) if (said := wrong_in(one, asked))]
    ended, dropped = fever.ends()
    print(f"\n{QUESTIONS} asked, {ended} ended, {len(wrong)} wrong, dropped: {dict(dropped)}")  # noqa: T201
    assert ended > QUESTIONS / 2, "the model hardly said anything, so the test shows nothing"
    assert wrong == []


def test_a_status_stays_the_one_of_the_records(fever: Fever) -> None:
    sober = fever.sober(STATUS)
    for number in range(20):
        told, _ = fever.ask(STATUS, f"status {number}")
        assert (told.parts, told.text) == (sober.parts, sober.text)
        assert set(re.findall(r"\w+", told.lead.casefold())) <= set(re.findall(r"\w+", sober.text.casefold()))
    assert fever.model.asked["lead"] >= 20


def test_an_unclear_question_and_a_follow_up_are_read_as_what_was_said_or_not_at_all(fever: Fever) -> None:
    read = Counter[str]()
    for number in range(10):
        thread = f"talk {number}"
        unclear, _ = fever.ask(UNCLEAR, thread)
        read[unclear.understood] += 1
        assert unclear.abstained or unclear.parts == fever.sober(unclear.understood).parts
        (asked,) = known_questions(1)
        fever.ask(asked.text, thread)
        told, _ = fever.ask(FOLLOW_UP, thread)
        assert told.understood == ""
        assert not re.search(r"https?:|@", str(reply_of(told)))
    print(f"\nread as: {dict(read)}; asked: {dict(fever.model.asked)}")  # noqa: T201
    assert fever.model.asked["intent"] >= 10
