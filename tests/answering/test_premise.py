"""A question for a reason is held against the passages: what they deny is noticed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from rag.answering.features import SentenceCandidate
from rag.answering.premise import refuting
from rag.answering.question import read_question
from rag.text.tokens import index_tokens
from tests.answering.builders import candidates, hit

PASSAGE = (
    "青石桥始建于1932年。2019年起，临江县全面开通了夜间观光巴士，每晚共有12班。"
    "由于桥面狭窄，货车不能通过青石桥。"
)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("临江县为什么没有开通夜间观光巴士？", "观光巴士"),
        ("夜间观光巴士每晚为什么共有20班？", "12班"),
        ("为什么货车能通过青石桥？", "货车不能"),
    ],
)
def test_a_false_premise_is_answered_with_what_denies_it(question: str, sentence: str) -> None:
    found = hit(PASSAGE)
    denial = refuting(read_question(question), [found], candidates(found), {})
    assert denial is not None
    assert sentence in denial.text


@pytest.mark.parametrize(
    "question",
    [
        "为什么货车不能通过青石桥？",
        "夜间观光巴士每晚有几班？",
        "光速为什么没有上限？",
        "青石桥因为什么没有拆除？",
        "Why is the bridge closed?",
    ],
)
def test_other_questions_are_left_alone(question: str) -> None:
    found = hit(PASSAGE)
    assert refuting(read_question(question), [found], candidates(found), {}) is None


def test_a_passage_that_confirms_outweighs_one_that_denies() -> None:
    denying = hit(PASSAGE)
    confirming = hit("临江县没有开通夜间观光巴士，因为乘客太少。", rank=2, document="e")
    ranked = [*candidates(denying), *candidates(confirming)]
    asked = read_question("临江县为什么没有开通夜间观光巴士？")
    assert refuting(asked, [denying, confirming], ranked, {}) is None


MEETINGS = "2023年10月，县长第三次接见了消防员代表。代表们带来了新的水枪。"


def _refuting(question: str, text: str) -> SentenceCandidate | None:
    found = hit(text)
    bag = frozenset(index_tokens(text))
    ranked = [replace(one, passage_tokens=bag) for one in candidates(found)]
    return refuting(read_question(question), [found], ranked, Counter(index_tokens(question)))


@pytest.mark.parametrize(
    "question", ["县长第五次接见消防员代表说了什么？", "2024年县长接见了哪些消防员代表？"]
)
def test_another_year_or_ordinal_than_the_documents_tell_is_noticed(question: str) -> None:
    denial = _refuting(question, MEETINGS)
    assert denial is not None
    assert "第三次" in denial.text


@pytest.mark.parametrize(
    "question",
    [
        "县长第三次接见消防员代表说了什么？",
        "2023年县长接见了哪些消防员代表？",
        "县长接见了哪些消防员代表？",
        "2024年的世界杯由哪国举办？",
    ],
)
def test_a_detail_that_fits_or_belongs_to_something_else_denies_nothing(question: str) -> None:
    assert _refuting(question, MEETINGS) is None
