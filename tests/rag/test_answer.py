"""Answers from passages, through the front door: what is quoted, which value, when nothing is said."""

import re
from collections.abc import Sequence

import pytest

from rag.answer import answer_from_passages
from rag.ground.support import supports
from rag.model import Answer, Entity, NoAnswer, Passage

PEOPLE = (
    Entity("person:ines.duarte", "person", ("ines.duarte", "Ines Duarte")),
    Entity("person:omar.haddad", "person", ("omar.haddad", "Omar Haddad")),
    Entity("person:rita.fonseca", "person", ("rita.fonseca", "Rita Fonseca")),
)
LOG = """## D-007 Aggregate AUC is dropped

14 Oct 2026, Ines Duarte. AUC was dropped as a criterion because it is not tied to the budget for calls.
AUC is still computed for the record.

## D-009 CPU serving

28 Oct 2026, Omar Haddad. Trees on CPU cost EUR 0.31 per 1,000 predictions; the GPU variant EUR 0.94 and it saved 9 ms.
"""
REVIEW = """## Result

**Passed** on Thursday 19 November 2026. Valid until 19 May 2027.

| attribute | largest gap, points | limit |
|---|---|---|
| age band | 1.4 | 2.0 |
| region | 0.9 | 2.0 |

## Stop rules

When the test is stopped:

- complaints above 1.2 % of the calls
- retention 5 % below the held-back group
- a breached contract for more than 48 hours
"""


def passage(text: str, doc: str, **more: str) -> Passage:
    title, updated = more.get("title", doc), more.get("updated", "2026-11-01")
    return Passage(1, 1, doc, title, more.get("section", ""), text, 1, updated, more.get("superseded_by"), 1.0)


SHELF = (passage(LOG, "decision-log.md", title="Decision log"), passage(REVIEW, "bias-review.md", title="Bias review"))


def answered(question: str, passages: Sequence[Passage] = SHELF) -> Answer:
    found = answer_from_passages(question, passages, known_entities=PEOPLE)
    assert isinstance(found, Answer), found
    return found


def refused(question: str, passages: Sequence[Passage] = SHELF) -> NoAnswer:
    found = answer_from_passages(question, passages, known_entities=PEOPLE)
    assert isinstance(found, NoAnswer), found
    return found


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("how much does the GPU variant cost per 1,000 predictions?", ("EUR 0.94",)),
        ("what is the largest gap for the region?", ("0.9",)),
        ("when was the bias review passed?", ("Thursday 19 November 2026",)),
        ("has the bias review passed?", ("yes",)),
    ],
)
def test_the_short_value_asked_for_is_copied_from_the_source(question: str, values: tuple[str, ...]) -> None:
    assert answered(question).values == values


def test_a_why_question_is_answered_by_the_sentence_and_has_no_value() -> None:
    found = answered("why was AUC dropped as a criterion?")
    assert "because it is not tied to the budget for calls" in found.text
    assert found.values == ()


def test_every_sentence_is_cited_and_every_quote_is_verbatim_and_supports_it() -> None:
    texts = {one.doc: one.text for one in SHELF}
    for question in ("why was AUC dropped as a criterion?", "what are the stop rules?", "has the bias review passed?"):
        found = answered(question)
        quotes = {citation.n: citation.quote for citation in found.citations}
        assert all(citation.quote in texts[citation.doc] for citation in found.citations)
        for sentence, n in re.findall(r"(\S[^\n]*?) \[(\d+)\]", found.text):
            assert supports(sentence.removeprefix("- "), quotes[int(n)])


def test_a_list_question_gets_the_whole_list_with_its_lead_in() -> None:
    found = answered("what are the stop rules?")
    assert len(found.values) == 3
    assert found.citations[0].quote.startswith("When the test is stopped:")
    assert "48 hours" in found.citations[0].quote


def test_people_are_named_in_full_even_where_the_source_has_an_id() -> None:
    sheet = passage("contract,owner\nclickstream,rita.fonseca\n", "contracts.csv", title="Contracts")
    assert answered("who owns the clickstream contract?", [sheet]).values == ("Rita Fonseca",)


@pytest.mark.parametrize(
    "question",
    [
        "why was Kubernetes dropped as a criterion?",
        "how much does the TPU variant cost per 1,000 predictions?",
        "who chairs the works council?",
        "how many overtime hours did the callers work?",
        "",
    ],
)
def test_what_no_source_says_is_not_answered(question: str) -> None:
    found = refused(question)
    assert found.why
    assert found.confidence < 0.7


def test_a_refusal_is_made_when_there_are_no_passages() -> None:
    assert "Nothing was found" in refused("why was AUC dropped?", []).why


def test_two_current_sources_that_differ_are_shown_side_by_side_with_their_dates() -> None:
    plan = passage("The A/B test starts on 30 November 2026.", "plan.md", title="Plan", updated="2026-11-12")
    mail = passage("The A/B test starts on 7 December 2026.", "mail.eml", title="Mail", updated="2026-11-19")
    found = answered("when does the A/B test start?", [plan, mail])
    assert set(found.values) == {"30 November 2026", "7 December 2026"}
    assert {citation.doc for citation in found.citations} == {"plan.md", "mail.eml"}
    assert "2026-11-12" in found.text
    assert "2026-11-19" in found.text


def test_two_sources_that_agree_in_other_words_are_no_conflict() -> None:
    plan = passage("The A/B test starts on 7 December 2026.", "plan.md")
    mail = passage("The A/B test starts on Mon 7 December.", "mail.eml")
    assert len(answered("when does the A/B test start?", [plan, mail]).values) == 1


def test_a_superseded_source_loses_even_when_it_was_found_first() -> None:
    old = passage("The envelope of the project is EUR 150,000.", "brief-v1.md", superseded_by="brief.md")
    new = passage("The envelope of the project is EUR 180,000.", "brief.md")
    assert answered("what is the envelope of the project?", [old, new]).values == ("EUR 180,000",)


def test_a_follow_up_is_read_with_the_subject_of_its_thread() -> None:
    texts = (
        passage("The churn scorer is owned by Ines Duarte.", "churn.md"),
        passage("The claims assistant is owned by Omar Haddad.", "claims.md"),
    )
    found = answer_from_passages("and who owns it?", texts, known_entities=PEOPLE, subject="claims assistant")
    assert isinstance(found, Answer)
    assert found.values == ("Omar Haddad",)


def test_similarity_decides_between_sentences_that_words_cannot_tell_apart() -> None:
    texts = (
        passage("Callers reach the customer by phone.", "a.md"),
        passage("Callers reach a decision in May.", "b.md"),
    )

    def similarity(question: str, sentences: Sequence[str]) -> list[float]:
        return [0.9 if "decision" in one else 0.1 for one in sentences]

    found = answer_from_passages("what do the callers reach?", texts, similarity=similarity)
    assert isinstance(found, Answer)
    assert found.citations[0].doc == "b.md"
