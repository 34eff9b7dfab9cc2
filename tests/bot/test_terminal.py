"""The terminal: what is drawn, what is asked, how progress is told."""

from __future__ import annotations

import io
import logging
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from bot.chat import (
    Ask,
    Button,
    Buttons,
    Choice,
    Details,
    Form,
    Heading,
    Item,
    Items,
    Line,
    Part,
    Picture,
    Quote,
    Reply,
    Status,
    Suggestion,
    Table,
    TextInput,
)
from bot.conversation.views import reply_of
from bot.platforms.terminal.chat import chat
from bot.platforms.terminal.forms import Filled, fill_form
from bot.platforms.terminal.progress import progress
from bot.platforms.terminal.render import console_on, render
from bot.platforms.visible import visible
from tests.bot.saying import told

ASK = Ask("status?", "t")


def drawn(*parts: Part, width: int = 80, colours: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colours, color_system="standard" if colours else None)
    console.print(render(Reply(parts)))
    return out.getvalue()


BLOCKERS = Items(
    (Item("p95 latency 164 ms", "Tomas Weber · 3 days"), Item("Model risk owner has not signed", "Aiko Sato"))
)

# --- drawing ------------------------------------------------------------------------


def test_an_answer_is_drawn_in_reading_order_with_its_source_and_its_small_print() -> None:
    text = drawn(*reply_of(told(ASK)).parts)
    order = [
        "churn-uplift · at risk",
        "8 of 9",
        "1  p95 latency",
        "Met: 8 of 9",
        "[1] loadtest.json",
        "as of Thu 19 Nov",
    ]
    places = [text.index(piece) for piece in order]
    assert places == sorted(places)
    assert text.rstrip().endswith("ask:  and who owns it?")


def test_the_detail_of_a_blocker_stands_beside_it_on_a_wide_screen_and_below_it_on_a_narrow_one() -> None:
    wide, narrow = drawn(BLOCKERS, width=110).splitlines(), drawn(BLOCKERS, width=60).splitlines()
    assert "p95 latency 164 ms" in wide[0]
    assert wide[0].endswith("Tomas Weber · 3 days")
    assert narrow[:2] == ["  1  p95 latency 164 ms", "     Tomas Weber · 3 days"]


@pytest.mark.parametrize("width", [20, 33, 60, 80, 100, 119, 200])
def test_no_line_is_wider_than_the_screen_and_none_ends_in_spaces(width: int) -> None:
    long = Items((Item("latency " * 30, "Tomas Weber " * 20), Item("日本語" * 40, "y" * 150)), title="Open " * 30)
    lines = drawn(Heading("h " * 90), long, Quote(12, "a/b.md > " + "c" * 90, "q " * 300), width=width).splitlines()
    assert all(Console().render_str(line).cell_len <= width for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_nothing_but_plain_text_is_written_where_there_are_no_colours() -> None:
    assert "\x1b" not in drawn(*reply_of(told(ASK)).parts)
    assert "\x1b[1m" in drawn(*reply_of(told(ASK)).parts, colours=True)


def test_words_in_square_brackets_are_shown_and_not_taken_for_styling() -> None:
    assert "[bold]not bold[/bold] :warning:" in drawn(Line("[bold]not bold[/bold] :warning:"))


def test_a_long_quote_is_cut_and_says_so() -> None:
    lines = drawn(Quote(1, "notes.md", "\n".join(f"line {n}" for n in range(9)))).splitlines()
    assert [line.strip() for line in lines] == ["[1] notes.md", "line 0", "line 1", "line 2", "line 3", "…"]


def test_a_folded_list_is_still_complete() -> None:
    text = drawn(Items(tuple(Item(f"criterion {n}") for n in range(12)), title="Met", folded=True))
    assert all(f"criterion {n}" in " ".join(text.split()) for n in range(12))
    assert text.count("\n") < 12


ATTACK = "a\x1b]0;owned\x07b\x9b31mc\u202edcba\u2066e\x00\r\u2028\U000e0041f"


HOSTILE: tuple[Part, ...] = (
    Heading(ATTACK),
    Line(ATTACK),
    Items((Item(ATTACK, ATTACK),), title=ATTACK),
    Quote(1, ATTACK, ATTACK, ATTACK),
    Suggestion(ATTACK),
)


@pytest.mark.parametrize("part", HOSTILE)
@pytest.mark.parametrize("width", [60, 110])
def test_control_characters_and_direction_overrides_of_a_document_never_reach_the_terminal(
    part: Part, width: int
) -> None:
    text = drawn(part, width=width)
    assert {unicodedata.category(char) for char in text.replace("\n", "")}.isdisjoint({"Cc", "Cf", "Zl", "Zp"})
    assert "\\x1b" in text.replace("\n", "")


@given(st.text())
def test_made_visible_twice_is_the_same_as_once_and_readable_text_stays_as_it_is(text: str) -> None:
    once = visible(text)
    assert visible(once) == once
    if text.isprintable():
        assert once == text


def test_a_stream_that_lacks_a_character_gets_an_escape_instead_of_an_error() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    console_on(stream).print(render(Reply((Line("at risk · due"),))))
    stream.flush()
    assert raw.getvalue() == b"at risk \\xb7 due\n"


# --- the talk -------------------------------------------------------------------------


class Talk:
    """A person at a terminal: types these lines, then Ctrl-D; keeps what was asked and shown."""

    def __init__(self, *lines: str) -> None:
        self._lines: Iterator[str] = iter(lines)
        self.asked: list[Ask] = []
        self.shown = io.StringIO()
        self._console = Console(file=self.shown, width=100)

    def read(self, _: str) -> str:
        try:
            return next(self._lines)
        except StopIteration:
            raise EOFError from None

    def write(self, drawable: RenderableType) -> None:
        self._console.print(drawable)

    def answer(self, ask: Ask) -> Reply:
        self.asked.append(ask)
        if "fail" in ask.text:
            raise RuntimeError("canary " + ask.text)
        if "stop" in ask.text:
            raise KeyboardInterrupt
        return Reply((Line(f"You asked {ask.text!r}"),))

    def held(self) -> Talk:
        chat(self.answer, read=self.read, write=self.write, new_thread=counter("thread"))
        return self


def counter(name: str) -> Callable[[], str]:
    numbers: Iterable[int] = iter(range(1, 1000))
    return lambda: f"{name}-{next(iter(numbers))}"


def test_questions_of_one_talk_share_a_thread_until_a_new_one_is_begun() -> None:
    talk = Talk("status?", "and who owns it?", "/new", "status?").held()
    assert [ask.thread for ask in talk.asked] == ["thread-1", "thread-1", "thread-2"]


def test_another_person_or_place_begins_a_new_thread_so_that_no_subject_is_carried_over() -> None:
    talk = Talk("a", "/as ines", "b", "/in #ai-gates", "c", "/as", "d").held()
    assert talk.asked == [
        Ask("a", "thread-1"),
        Ask("b", "thread-2", "ines"),
        Ask("c", "thread-3", "ines", "#ai-gates"),
        Ask("d", "thread-4", None, "#ai-gates"),
    ]
    assert "Asking as ines in #ai-gates. New thread." in talk.shown.getvalue()


def test_an_empty_line_asks_nothing() -> None:
    assert Talk("", "   ", "\t").held().asked == []


def test_the_talk_ends_on_quit_and_what_follows_is_not_asked() -> None:
    assert [ask.text for ask in Talk("a", "/quit", "b").held().asked] == ["a"]


def test_an_unknown_command_is_named_and_is_not_asked_as_a_question() -> None:
    talk = Talk("/sign everything\x1b[2J").held()
    assert talk.asked == []
    assert "/sign is not a command here" in talk.shown.getvalue()


def test_help_lists_every_command() -> None:
    shown = Talk("/help").held().shown.getvalue()
    assert all(name in shown for name in ("/as", "/in", "/new", "/help", "/quit"))


def test_a_failed_question_is_said_to_have_failed_and_the_talk_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        talk = Talk("fail here", "status?").held()
    assert [ask.text for ask in talk.asked] == ["fail here", "status?"]
    event = vars(caplog.records[-1])["event"]
    assert event in talk.shown.getvalue()
    assert "canary" not in caplog.text


def test_ctrl_c_stops_the_answer_and_not_the_talk() -> None:
    assert [ask.text for ask in Talk("stop now", "status?").held().asked] == ["stop now", "status?"]


# --- progress -----------------------------------------------------------------------------


JUDGED = Form(
    "Review",
    "judge beam launch runbook",
    inputs=(
        Choice("verdict", "Your judgement", (("confirm", "Yes, confirm"), ("flag", "Flag")), required=True),
        TextInput("remark", "What is wrong", only_if=("verdict", ("flag",))),
    ),
    submit="Next",
    others=(Button("Save and leave", "show beam launch"),),
)


def typed(form: Form, *lines: str) -> tuple[Filled | None, list[str]]:
    asked: list[str] = []
    left = iter(lines)

    def read(prompt: str) -> str:
        asked.append(prompt)
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    return fill_form(form, read=read, write=lambda _: None), asked


def test_enter_alone_never_judges() -> None:
    filled, asked = typed(JUDGED, "", "", "")
    assert filled is None
    assert asked == ["Your judgement: "] * 4


@pytest.mark.parametrize(
    ("said", "verdict"), [("y", "confirm"), ("confirm", "confirm"), ("1", "confirm"), ("F", "flag"), ("flag", "flag")]
)
def test_a_choice_is_made_by_its_number_its_name_or_how_it_begins(said: str, verdict: str) -> None:
    filled, _ = typed(JUDGED, said, *(["wrong lamp"] if verdict == "flag" else []), "")
    assert filled is not None
    assert (filled.command, filled.fields["verdict"]) == ("judge beam launch runbook", verdict)


def test_what_begins_two_choices_is_asked_again() -> None:
    form = replace(JUDGED, inputs=(Choice("way", "Way", (("a", "Same start"), ("b", "Same end")), required=True),))
    filled, asked = typed(form, "same", "same e", "")
    assert filled is not None
    assert filled.fields == {"way": "b"}
    assert asked[:2] == ["Way: "] * 2


def test_a_form_that_asks_nothing_is_sent_by_a_number_and_not_by_enter() -> None:
    filled, asked = typed(replace(JUDGED, inputs=()), "", "1")
    assert filled is not None
    assert asked == ["Which: "] * 2


def test_progress_off_a_terminal_is_one_line_a_phase_at_the_end() -> None:
    out, seconds = io.StringIO(), iter([0.0, 2.0, 10.0, 14.0])
    with progress(Console(file=out), clock=lambda: next(seconds)) as report:
        report("reading", 1, 2)
        report("reading", 2, 2)
        report("embedding", 0, 0)
        report("embedding", 1200, 0)
        assert out.getvalue() == ""
    assert out.getvalue() == "reading: 2 of 2 in 2.0 s\nembedding: 1,200 in 4.0 s\n"


def test_progress_says_how_far_it_came_when_the_work_fails() -> None:
    out = io.StringIO()

    def read_all() -> None:
        with progress(Console(file=out), clock=lambda: 0.0) as report:
            report("reading", 3, 9)
            raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        read_all()
    assert "reading: 3 of 9" in out.getvalue()


def test_progress_on_a_terminal_shows_count_rate_and_remaining_time_for_each_phase() -> None:
    out, now = io.StringIO(), [0.0]
    console = Console(file=out, width=110, force_terminal=True, color_system=None)
    with progress(console, clock=lambda: now[0]) as report:
        for done in range(0, 1001, 100):
            now[0] += 1.0
            report("reading", done, 2000)
        report("[bold]embedding", 5, 0)
    last = out.getvalue()
    assert "1,000 of 2,000" in last
    assert "100/s" in last
    assert "00:10" in last
    assert "[bold]embedding" in last


def test_a_status_its_details_a_table_and_what_can_be_pressed_are_drawn_as_words() -> None:
    table = Table(("project", "state"), (("churn", "held"),), title="Board")
    buttons = Buttons((Button("Review and sign", "sign churn production", "primary"),))
    parts = (Status("at risk", "bad"), Details((("Owner", "Ines"),)), table, Picture(b"", "two gates"), buttons)
    assert drawn(*parts).split("\n\n") == [
        "at risk",
        "Owner   Ines",
        "Board\nproject  state\nchurn    held",
        "picture:  two gates",
        "  > Review and sign: gatehouse gate sign churn production\n",
    ]
