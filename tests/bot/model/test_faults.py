"""Whatever the model server does, from the question to the reply: the right answer, in time, and nothing invented."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from bot.chat import Ask
from bot.conversation.asking import Rooms, answer_question
from bot.conversation.told import Told
from bot.model.room import GuardedModel
from bot.rooms import DocumentsRoom
from bot.settings import load_settings
from bot.wiring import Installation, open_installation, open_rooms
from bot.wiring_model import open_model_room
from inference.breaker import BreakerPolicy
from inference.deadline import Deadlines
from inference.endpoint import Endpoint
from inference.gateway import Door, Gateway, GuardPolicies
from inference.observe import Measures
from inference.shed import AdmissionPolicy
from rag.model import Answer, Citation
from tests.bot.front_door import House
from tests.bot.model.works import Known, invented_in, known_questions, notes, wrong_in
from tests.bot.programmes import PROGRAMME
from tests.inference.roads import a_rung
from tests.stand_ins.model_server import INVENTED, PLAIN
from tests.stand_ins.model_thread import model_on_a_thread

FAULTS = tuple("hang keepalive stall-3 cut-3 garbage odd html 500 429 401 404 slowclose down".split())
SLOW = ("gap-300",)  # lasts as long as the whole deadline
LIES = ("numbers", "links", "citations", "distorted")
AT_ONCE = 4
SHORT = Deadlines(first_token=0.5, silence=0.5, whole=2.0)
PATIENT = Deadlines(first_token=60, silence=60, whole=60)


@dataclass(frozen=True)
class Works:
    """The installation with the notes, open for questions."""

    here: Installation
    rooms: Rooms

    @contextmanager
    def with_model(self, behaviour: str, deadlines: Deadlines) -> Iterator[Rooms]:
        """Behind them a model server that behaves so. Every question meets it: nothing is cached, no breaker opens."""
        with model_on_a_thread(say=_say) as server:
            url = "http://127.0.0.1:9/v1" if behaviour == "down" else server.url
            room = self._room(Endpoint(url, behaviour), deadlines)
            try:
                yield replace(self.rooms, model=room)
            finally:
                room.close()

    def _room(self, endpoint: Endpoint, deadlines: Deadlines) -> GuardedModel:
        gateway = Gateway(
            (a_rung(endpoint),),
            GuardPolicies(deadlines, AdmissionPolicy(places=64), breaker=BreakerPolicy(failures=10**9), cache=None),
            meter=None,
            measures=Measures(CollectorRegistry()),
            door=Door(time.monotonic, asyncio.sleep, random.Random(7).random),
        )
        settings = self.here.settings.model_copy(
            update={"model_url": endpoint.url, "model": endpoint.model, "model_whole_s": deadlines.whole}
        )
        assert isinstance(self.rooms.documents, DocumentsRoom)
        room = open_model_room(settings, self.here.database, self.rooms.documents, clock=self.here.clock)
        return replace(room, answers=replace(room.answers, model=gateway), close_model=gateway.close)


@dataclass
class Tally:
    """What became of the questions of one run."""

    tiers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, asked: Known, told: Told, shown: list[Told], seconds: float) -> None:
        self.tiers[told.tier] += 1
        self.seconds.append(seconds)
        self.wrong += [said] if (said := wrong_in(told, asked)) else []
        self.invented += [token for one in (*shown, told) for token in invented_in(one, asked)]

    def line(self) -> str:
        late = sum(seconds > SHORT.whole + 0.2 for seconds in self.seconds)
        counts = f"{len(self.seconds)} asked, {len(self.wrong)} wrong, {len(self.invented)} invented, {late} late"
        return f"{counts}, longest {max(self.seconds) * 1000:.0f} ms, {dict(self.tiers)}"


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Works]:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("works"), models, patched)
        house.write({"programme.yaml": PROGRAMME, **notes()})
        house.sync()
        here = open_installation(load_settings())
        with open_rooms(here) as rooms:
            yield Works(here, rooms)


def ask_all(rooms: Rooms, questions: int) -> Tally:
    """Ask so many questions, AT_ONCE at a time, and check every word that was shown on the way."""
    tally = Tally()

    def ask(number: int, asked: Known) -> tuple[Known, Told, list[Told], float]:
        shown: list[Told] = []
        began = time.monotonic()
        told = answer_question(Ask(asked.text, f"thread {number}"), rooms, show=shown.append)
        return asked, told, shown, time.monotonic() - began

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for ended in [threads.submit(ask, n, asked) for n, asked in enumerate(known_questions(questions))]:
            tally.add(*ended.result())
    return tally


def _say(body: dict[str, Any]) -> str:
    """By the model's name: the stand-in's inventions, or the sources' own sentences with one thing changed in each."""
    words = body["model"].split("+")
    if "distorted" in words:
        return " ".join(_distorted(body))
    return next((INVENTED[word] for word in words if word in INVENTED), PLAIN)


def _distorted(body: dict[str, Any]) -> Iterator[str]:
    sources = re.findall(
        r"<source (\d+) \w+>.*?(The [^.]+\.)[^.]+\.\s*</source", body["messages"][-1]["content"], re.DOTALL
    )
    n, true = sources[0]
    for said in (
        re.sub(r"\d+", lambda found: str(int(found[0]) + 1), true),
        true.replace("March", "April"),
        true.replace(" was ", " was not "),
        f"Zelda Quist {true[4:]}",
        true.replace(".", ", see https://evil.example/x."),
        true.replace("The ", "The Zephyrine "),
        true,
    ):
        yield f"{said.rstrip('.')} [{n}]."


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_server_does_the_right_answer_comes(works: Works, fault: str) -> None:
    with works.with_model(fault, SHORT) as rooms:
        tally = ask_all(rooms, 4)
    assert (tally.wrong, tally.invented) == ([], [])


@pytest.mark.parametrize("lie", LIES)
def test_whatever_the_model_invents_only_what_is_true_is_shown(works: Works, lie: str) -> None:
    with works.with_model(lie, PATIENT) as rooms:
        tally = ask_all(rooms, 4)
    assert (tally.wrong, tally.invented) == ([], [])
    assert tally.tiers == {"model" if lie == "distorted" else "extractive": 4}, "one true sentence is among these"


@pytest.mark.parametrize(
    "questions", [pytest.param(24, marks=pytest.mark.slow), pytest.param(1_000, marks=pytest.mark.proof)]
)
@pytest.mark.parametrize("fault", [*FAULTS, *SLOW, *LIES])
def test_every_question_of_many_is_answered_rightly_whatever_the_fault(
    works: Works, fault: str, questions: int
) -> None:
    """The figures of the run; `late` is how many were answered later than the deadline and 200 ms."""
    with works.with_model(fault, SHORT) as rooms:
        tally = ask_all(rooms, questions)
    print(f"\n{fault}: {tally.line()}")  # noqa: T201
    assert (len(tally.seconds), tally.wrong, tally.invented) == (questions, [], [])


def test_the_checker_finds_what_nobody_wrote() -> None:
    (asked,) = known_questions(1)

    def told(text: str) -> Told:
        citation = Citation(1, asked.doc, "Pump", "", "its seal leaked 14 litres a day", "")
        return Told("id", asked.text, Answer(text, (), (citation,)), "public", datetime.now(UTC))

    good = f"The pump was replaced because {asked.must_say} [1]."
    assert wrong_in(told(good), asked) == ""
    for bad in ("15 litres", "April", "Zelda", "https://evil.example", "3,000"):
        assert invented_in(told(f"{good} {bad}"), asked)
    assert wrong_in(told("Nothing [1]."), asked)
