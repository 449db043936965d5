"""Lists over several sentences: all of them or nothing."""

from __future__ import annotations

import pytest

from rag.answering.enumeration import asks_for_several, short_of, whole_list
from rag.answering.features import SentenceCandidate
from rag.answering.question import read_question
from tests.answering.builders import candidates, hit


def _sentences(text: str) -> list[SentenceCandidate]:
    return candidates(hit(text))


def _list(text: str, beginning: str) -> list[str]:
    sentences = _sentences(text)
    best = next(s for s in sentences if s.text.startswith(beginning))
    return [s.text for s in whole_list(best, sentences)]


CHINESE = (
    "入会很简单。要求有三条：\n一是年满十六岁。\n二是有工作。农民工也算。\n三是自愿。会费另说。"
)


@pytest.mark.parametrize("beginning", ["要求", "一是", "二是", "农民工", "三是"])
def test_any_item_leads_to_the_whole_list(beginning: str) -> None:
    assert _list(CHINESE, beginning) == [
        "要求有三条：", "一是年满十六岁。", "二是有工作。", "农民工也算。", "三是自愿。",
    ]  # fmt: skip


@pytest.mark.parametrize("beginning", ["入会", "会费"])
def test_what_stands_around_a_list_does_not_belong_to_it(beginning: str) -> None:
    assert _list(CHINESE, beginning) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("第一，查。第二，改。第三，报。", 3),
        ("首先要查。其次要改。最后要报。", 3),
        ("（一）查；\n（二）改；\n（三）报。", 3),
        ("1. 查。\n2. 改。\n3. 报。", 3),
        ("①查。②改。③报。", 3),
        ("- 查\n- 改\n- 报", 3),
        ("First, look. Second, mend. Finally, tell.", 3),
        ("第一，查。第二，改。第五，报。", 2),
        ("2. 改。\n3. 报。", 0),
        ("一是查。后来不查。", 0),
        ("3.5 亿元用于此。4.5 亿元用于彼。", 0),
    ],
)
def test_marks_that_count(text: str, count: int) -> None:
    sentences = _sentences(text)
    assert len(whole_list(sentences[0], sentences)) == count


@pytest.mark.parametrize(
    "announcing", ["办理分三步。", "条件如下。", "There are three steps.", "要求如下："]
)
def test_what_announces_a_list_leads_to_it(announcing: str) -> None:
    text = f"{announcing}\n首先要查。\n其次要改。"
    assert _list(text, announcing) == [announcing, "首先要查。", "其次要改。"]


def test_short_of_a_list_are_its_items() -> None:
    assert short_of(_sentences("一是查问题，要细；\n二是改问题。")) == "查问题，要细；改问题"
    long = f"查{'问' * 20}，改{'题' * 20}"
    assert short_of(_sentences(f"一是{long}。\n二是报。")) == f"查{'问' * 20}；报"
    assert short_of(_sentences(f"一是查问题。\n二是{'长' * 31}。")) == ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("有哪些要求？", True),
        ("如何入会？", True),
        ("入会的条件是什么？", True),
        ("What are the requirements?", True),
        ("会费是多少？", False),
        ("会长是谁？", False),
        ("会址是什么？", False),
    ],
)
def test_when_a_list_is_asked_for(question: str, expected: bool) -> None:
    assert asks_for_several(read_question(question)) is expected
