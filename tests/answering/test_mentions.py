"""All places that hold a quoted name which a question wants listed."""

from __future__ import annotations

import pytest

from rag.answering.mentions import mentions
from rag.answering.question import read_question
from tests.answering.builders import candidates, hit

TEXTS = (
    "我们实施维权服务三年行动。此外还有别的。",
    "持续开展非公企业建设三年行动。部署小三级工会建设三年行动。",
)


def _found(question: str) -> list[str]:
    sentences = [
        sentence
        for rank, text in enumerate(TEXTS, start=1)
        for sentence in candidates(hit(text, rank=rank))
    ]
    return [one.text for one in mentions(read_question(question), sentences[::-1])]


@pytest.mark.parametrize(
    "question",
    [
        "文章一共提到哪几个“三年行动”？",
        "“三年行动”有哪些？",
        "提到了几个「三年行动」？",
        "列出所有“三年行動”",
    ],
)
def test_every_place_is_given_in_order(question: str) -> None:
    assert _found(question) == [
        "我们实施维权服务三年行动。", "持续开展非公企业建设三年行动。",
        "部署小三级工会建设三年行动。",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "question",
    [
        "“三年行动”是什么？",
        "哪些单位参加了“三年行动”？",
        "提到哪几个“五年行动”？",
        "提到哪几个“维权服务”？",
        "有哪些三年行动？",
    ],
)
def test_other_questions_are_read(question: str) -> None:
    assert _found(question) == []
