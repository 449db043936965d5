"""Short answers are slices of the sentence, given only where one number or date stands out."""

from __future__ import annotations

import pytest

from rag.answering.question import read_question
from rag.answering.reading import Reading
from rag.answering.span import only_quantity, short_answer
from rag.answering.span_reader import Span, WindowReading
from rag.evidence import Evidence
from tests.answering.builders import candidates, hit, whole

STATIONS = "2023年底全国工会驿站达到15万个,截至2023年底,已建工会驿站18.42万个,年服务突破10亿人次。"


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("已建工会驿站多少个？", STATIONS, ""),
        ("职工提了多少条建议？", "职工提出建议777.7万条。", "777.7万条"),
        ("广三铁路在哪年建成？", "广三铁路于1903年建成，全长49公里。", "1903年"),
        ("广三铁路全长多少公里？", "广三铁路于1903年建成，全长49公里。", "49公里"),
        ("How many lanes does it have?", "It opened in 1932 and has 8 lanes.", "8"),
        ("谁建了广三铁路？", "广三铁路于1903年建成。", ""),
        ("有多少人？", "甲有3人，乙有4人。", ""),
        ("有多少人？", "没有说人数。", ""),
    ],
)
def test_short_answers(question: str, sentence: str, expected: str) -> None:
    read = read_question(question)
    found = only_quantity(read, sentence)
    assert found == expected
    assert found in sentence


def _short(question: str, text: str, **scores: float) -> str:
    """Return the short answer where the reader gives these stretches of ``text`` these scores."""
    found = hit(text)
    spans = tuple(
        Span(text.index(part), text.index(part) + len(part), score)
        for part, score in sorted(scores.items(), key=lambda pair: -pair[1])
    )
    reading = Reading(
        read_question(question), Evidence(question, (found,)), (), 0.9,
        windows=(WindowReading(whole(found), spans, (), ()),),
    )  # fmt: skip
    return short_answer(reading, candidates(found)[0])


SHORTAGE = "着力解决基层工会“缺人、缺钱、缺阵地”的问题。"


@pytest.mark.parametrize("part", ["缺人、缺钱", "缺钱、缺阵地"])
def test_a_series_is_given_whole(part: str) -> None:
    assert _short("基层工会缺哪些？", SHORTAGE, **{part: 6.0}) == "缺人、缺钱、缺阵地"


def test_one_member_of_a_series_may_be_what_is_asked_for() -> None:
    assert _short("谁是会长？", "甲方、乙方、丙方出席。", 甲方=6.0) == "甲方"


@pytest.mark.parametrize(
    ("question", "text", "part"),
    [
        ("谁说了这话？", "县长称赞快递员“起早贪黑,越忙越快”。", "“起早贪黑,越忙越快”"),
        ("这话在哪里说的？", "县长说“确保外来人口进得来、留得下、住得安”。",
         "“确保外来人口进得来、留得下、住得安”"),
        ("Where is it?", "It is 'there'.", "'"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_person_or_a_place_is_withheld(
    question: str, text: str, part: str
) -> None:
    assert _short(question, text, **{part: 6.0}) == ""


def test_a_number_beside_a_likely_other_one_is_withheld() -> None:
    asked = "已建工会驿站多少个？"
    assert _short(asked, STATIONS, **{"15万个": 10.4, "18.42万个": 10.0}) == ""
    assert _short(asked, STATIONS, **{"15万个": -3.0, "18.42万个": 12.0}) == "18.42万个"


def test_where_the_reader_sees_none_there_is_none() -> None:
    assert _short("基层工会缺什么？", SHORTAGE, 缺人=-5.0) == ""
