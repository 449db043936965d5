"""Questions made from sentences by rule."""

from __future__ import annotations

import pytest

from rag.records import Document
from rag.web.examples import question_of, questions_of


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "2023年度,全国已建工会单位职工提出合理化建议777.7万条。",
            "2023年度，全国已建工会单位职工提出合理化建议多少条？",
        ),
        ("德大铁路全长256公里。", "德大铁路全长多少公里？"),
        ("龙烟铁路投资总额约为100亿元，工期三年。", "龙烟铁路投资总额为多少元？"),
        ("环氧氯丙烷是一种有机化合物。", "环氧氯丙烷是什么？"),
        ("Graphite is a form of carbon used in pencils.", "What is Graphite?"),
    ],
)
def test_a_sentence_becomes_a_question(sentence: str, question: str) -> None:
    assert question_of(sentence) in (question, question.replace("总额为", "总额约为"))


@pytest.mark.parametrize(
    "sentence",
    [
        "它全长256公里。",
        "这是一种有机化合物。",
        "第3次会议在北京召开。",
        "会议于2023年10月9日开幕。",
        "他们来了。",
        "This is a test of something.",
        "增长了12%。",
        "比分是1比0。",
        "",
    ],
)
def test_no_question_without_something_to_ask(sentence: str) -> None:
    assert question_of(sentence) is None


def test_questions_of_a_document_are_distinct_and_short(article: Document) -> None:
    questions = list(questions_of(article))
    assert questions
    assert len(questions) == len(set(questions))
    assert all(len(question) <= 60 for question in questions)
