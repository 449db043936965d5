"""Features of a span as the shortest answer, for a learned linear model."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from rag.asking.question import Question, QuestionKind
from rag.reading.span_reader import Span
from rag.text.dates import find_dates
from rag.text.normal import normal_form
from rag.text.numbers import find_numbers
from rag.text.tokens import index_tokens

_CLAUSE = '，。、；：,.;:!?！？（）()“”"《》「」\n '
_BREAKS = re.compile(r"[，。；;！？!?\n]")
_LEADS = re.compile(
    r"为|是|在|于|由|因|以|被|即|叫|称|有|约|位于|属于|分布|包括|(?:in|on|at|by|for|the|a|an|of|to)\b",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 24, 12
"""Characters around a span that tell what it is the answer to."""
_JOINS = "、及和与至跟或"
_CLAUSE_MARK = re.compile(r"[，。；;！？!?\n（）()]|,(?!\d)|\.(?!\d)")
_UNITS = re.compile(r"[年月日个個名人位条條项項次种種岁歲%米元]$")


def span_features(
    question: Question, spans: Sequence[Span], text: str
) -> list[Mapping[str, float]]:
    """Return the features of each span ``text[start:end]``; the spans share a sentence."""
    best = max((span.score for span in spans), default=0.0)
    asked = frozenset(token for token in question.all_tokens if len(token) > 1)
    return [_features(question, span, text, best, asked) for span in spans]


def _features(
    question: Question, span: Span, text: str, best: float, asked: frozenset[str]
) -> Mapping[str, float]:
    answer = text[span.start : span.end]
    before, after = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    pairs = [token for token in index_tokens(answer) if len(token) > 1]
    numbers, dates = find_numbers(answer), find_dates(answer)
    kind = question.kind
    length = math.log(len(answer))
    return {
        "gap": min(best - span.score, 12.0) / 4,
        "best": float(span.score == best),
        "length": length,
        "length_squared": length * length / 4,
        "begins": float(not before or before in _CLAUSE),
        "ends": float(not after or after in _CLAUSE),
        "clause": _held(asked, text[slice(*_clause(text, span))]),
        "around": _held(asked, text[max(0, span.start - _BEFORE) : span.end + _AFTER]),
        "before": _held(asked, text[max(0, span.start - _BEFORE) : span.start]),
        "leads": float(_LEADS.match(answer) is not None),
        "cut_list": float(bool(before) and before in _JOINS)
        + float(bool(after) and after in _JOINS),
        "possessive": float(answer.endswith(("的", "地", "之"))),
        "qualified": float(after in ("的", "之")),
        "breaks": float(len(_BREAKS.findall(answer))),
        "lists": float(any(mark in answer for mark in "、,")),
        "asked": sum(pair in asked for pair in pairs) / max(1, len(pairs)),
        "in_question": float(normal_form(answer) in question.normal),
        "number_kind": float(kind is QuestionKind.NUMBER and bool(numbers)),
        "number_missing": float(kind is QuestionKind.NUMBER and not numbers),
        "number_unit": float(kind is QuestionKind.NUMBER and bool(_UNITS.search(answer))),
        "date_kind": float(kind is QuestionKind.WHEN and bool(dates)),
        "date_missing": float(kind is QuestionKind.WHEN and not dates),
        "list_kind": float(kind is QuestionKind.LIST) * length,
        "why_kind": float(kind in (QuestionKind.WHY, QuestionKind.HOW)) * length,
        "who_kind": float(kind is QuestionKind.WHO) * length,
        "where_kind": float(kind is QuestionKind.WHERE) * length,
        "when_kind": float(kind is QuestionKind.WHEN) * length,
        "count_kind": float(kind is QuestionKind.NUMBER) * length,
        "what_kind": float(kind is QuestionKind.WHAT) * length,
    }


def _held(asked: frozenset[str], text: str) -> float:
    """Return the share of the question's pairs and words that a stretch of text holds."""
    return len(asked & frozenset(index_tokens(text))) / max(1, len(asked))


def _clause(text: str, span: Span) -> tuple[int, int]:
    """Return the clause around a span."""
    before = [match.end() for match in _CLAUSE_MARK.finditer(text, 0, span.start)]
    after = _CLAUSE_MARK.search(text, span.end)
    return (before[-1] if before else 0), (after.start() if after else len(text))
