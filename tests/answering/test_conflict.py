"""Documents that answer alike but for the answer are in conflict; others are not."""

from __future__ import annotations

import pytest

from rag.answering.conflict import conflicting
from rag.answering.features import SentenceCandidate
from rag.answering.span_reader import Span, WindowReading
from rag.answering.windows import Window
from tests.answering.builders import candidates, hit


def sentence(
    text: str, answer: str, document: str, score: float = 3.0
) -> tuple[SentenceCandidate, WindowReading]:
    found = hit(text, rank=ord(document), document=document)
    start = text.index(answer)
    span = Span(start, start + len(answer), score)
    return candidates(found)[0], WindowReading(Window(found, 0, len(text), (0,)), (span,), (), ())


@pytest.mark.parametrize(
    ("first", "second", "in_conflict"),
    [
        (("大桥全长1149米。", "1149米"), ("大桥全长1200米。", "1200米"), True),
        (("公司总经理是张三。", "张三"), ("公司的总经理是李四。", "李四"), True),
        (("大桥全长1149米。", "1149米"), ("大桥全长约1149米。", "1149米"), False),
        (("大桥全长1149米。", "1149米"), ("隧道由三家单位在去年动工挖掘。", "三家"), False),
    ],
)
def test_conflicts(first: tuple[str, str], second: tuple[str, str], in_conflict: bool) -> None:
    (one, reads), (other, others) = sentence(*first, "a"), sentence(*second, "b")
    found = conflicting(one, [other], [reads, others])
    assert (found is other) is in_conflict


def test_one_document_does_not_contradict_itself() -> None:
    one, reads = sentence("大桥全长1149米。", "1149米", "a")
    other, others = sentence("大桥全长1200米。", "1200米", "a")
    assert conflicting(one, [other], [reads, others]) is None


def test_what_the_reader_doubts_contradicts_nothing() -> None:
    one, reads = sentence("大桥全长1149米。", "1149米", "a")
    other, others = sentence("大桥全长1200米。", "1200米", "b", score=-1.0)
    assert conflicting(one, [other], [reads, others]) is None
