"""What is read out of prose: parts of wholes, dates in digits, notes line by line, boxes still open, typos."""

from __future__ import annotations

from rag.answer import answer_from_passages
from rag.ground.sentences import units
from rag.ground.words import stem, words
from rag.model import Answer, Passage


def passage(text: str, *, doc: str = "notes.md", title: str = "Notes") -> Passage:
    return Passage(1, 1, doc, title, "", text, 1, "2026-11-01", None, 1.0)


def values(question: str, text: str) -> tuple[str, ...]:
    found = answer_from_passages(question, [passage(text)], answer_at=0.2)
    assert isinstance(found, Answer), found
    return found.values


def test_of_a_part_and_its_whole_the_part_is_counted() -> None:
    text = "After five months of trial the optimiser filled 41 of 388 free slots, about one in ten."
    assert values("how many free slots did the optimiser fill?", text) == ("41",)


def test_a_date_in_digits_is_spoken_of_by_month_and_day() -> None:
    assert [word.stem for word in words("2025-10-09 and 2026-10")] == ["2025", "oct", "9", "and", "2026", "oct"]


def test_an_identifier_with_one_digit_is_one_word() -> None:
    assert [word.folded for word in words("STS-4 of K-3")] == ["sts-4", "of", "k-3"]


def test_singular_and_plural_have_one_stem() -> None:
    assert stem("trials") == stem("trial")
    assert stem("batteries") == stem("battery")


def test_notes_broken_by_hand_are_read_line_by_line_and_wrapped_prose_is_not() -> None:
    notes = (
        "present: Lea, Tobias\nGPU delivery slips to week 2 of January\n"
        "budget: CHF 1 million asked for the year to come, decision in May\nOlten: test moved\n"
    )
    wrapped = "The pilot was extended by two weeks since the fog\ntrials could not be held in the calm of September.\n"
    assert len(units(notes, ".txt")) == 4
    assert len(units(wrapped, ".txt")) == 1


def test_of_a_list_of_boxes_the_open_ones_are_what_is_left() -> None:
    text = "## What still has to be shown\n\n- [x] Detection in daylight\n- [ ] Detection in fog\n- [ ] Fail-safe\n"
    assert values("what still has to be shown?", text) == ("Detection in fog", "Fail-safe")


def test_letters_that_changed_places_are_forgiven() -> None:
    assert values("how many false alarms in snwo?", "In snow there were 19 false alarms.") == ("19",)
