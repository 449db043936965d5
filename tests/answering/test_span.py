"""Short answers are slices of the sentence, given only where one number or date stands out."""

from __future__ import annotations

import pytest

from rag.answering.question import read_question
from rag.answering.span import only_quantity

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
