"""The shortest exact answer inside a sentence, where the question asks for a number or a date.

Only these two kinds are told apart well enough by rules; other questions get no short answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from os.path import commonprefix

from rag.answering.features import coverage
from rag.answering.question import Question, QuestionKind
from rag.text.dates import find_dates
from rag.text.normal import normal_form
from rag.text.numbers import find_numbers
from rag.text.tokens import index_tokens

_WINDOW = 14
"""Characters on either side, within the clause, that say what a number counts."""

_CLAUSE_MARK = re.compile(r"[,，、;；。!！?？(（)）]")
_MEASURE = re.compile(r"(?:多少|几)([^\W\d_])")
_COUNTED = re.compile(r"(?:多少|几)([^\W\d_]{1,4})")
_UNIT = re.compile(
    r"\s?(?:[个個名人位条條项項次种種家座天岁歲年月日届倍层層场場分部集首支所米吨噸元艘辆輛间間户戶头頭只隻枚台臺篇]"
    r"|公里|千米|平方公里|平方米|公斤|人次|小时|小時|分钟|分鐘|percent|%|metres|meters|miles|km)"
)


def short_answer(question: Question, sentence: str, weights: Mapping[str, float]) -> str:
    """Return a slice of ``sentence``, or nothing where no number or date stands out.

    Of several candidates the one whose surroundings share most with the question wins; where
    two share equally much the answer would be a guess, and none is given.
    """
    if question.kind is QuestionKind.NUMBER:
        spans = _numbers(question, sentence)
    elif question.kind is QuestionKind.WHEN:
        spans = _dates(question, sentence)
    else:
        return ""
    ranked = sorted(
        ((_fit(question, sentence, span, weights), span) for span in spans), reverse=True
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < 0.02):
        return ""
    start, end = ranked[0][1]
    return sentence[start:end]


def _numbers(question: Question, sentence: str) -> list[tuple[int, int]]:
    asked = {quantity.value for quantity in question.numbers}
    return [
        (quantity.start, _unit_end(question, sentence, quantity.end))
        for quantity in find_numbers(sentence)
        if quantity.value not in asked and not quantity.ordinal
    ]


def _unit_end(question: Question, sentence: str, end: int) -> int:
    """Return where the unit behind a number ends: the question's own, else a common one."""
    noun = _COUNTED.search(question.normal)
    if noun:
        after = normal_form(sentence[end : end + len(noun[1])])
        # Character by character is what is meant here.
        if same := len(commonprefix([noun[1], after])):  # noqa: RUF071
            return end + same
    unit = _UNIT.match(sentence, end)
    return unit.end() if unit else end


def _dates(question: Question, sentence: str) -> list[tuple[int, int]]:
    asked = {(date.year, date.month, date.day) for date in question.dates}
    return [
        (date.start, date.end)
        for date in find_dates(sentence)
        if (date.year, date.month, date.day) not in asked
    ]


def _fit(
    question: Question, sentence: str, span: tuple[int, int], weights: Mapping[str, float]
) -> float:
    start, end = span
    before = _CLAUSE_MARK.split(sentence[max(0, start - _WINDOW) : start])[-1]
    after = _CLAUSE_MARK.split(sentence[end : end + _WINDOW])[0]
    shared = coverage(question.tokens, frozenset(index_tokens(f"{before} {after}")), weights)
    measure = _MEASURE.search(question.normal)
    counted = normal_form(sentence[start:end] + after[:1])
    return shared + 0.5 * bool(measure and measure.group(1) in counted)
