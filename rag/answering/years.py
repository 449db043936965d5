"""The year a value belongs to: the last one named before it in its sentence.

"统计局2023年1月公布，2022年产值为甲" names two years, and a question about 2023 is not answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.conflict import best_span
from rag.answering.features import SentenceCandidate
from rag.answering.question import Question, QuestionKind
from rag.answering.span_reader import WindowReading
from rag.text.dates import find_dates

_VALUES = (QuestionKind.NUMBER, QuestionKind.WHO, QuestionKind.WHERE)
"""Kinds whose answer belongs to one year; a cause or a course of things may name several."""


def year_asked(question: Question) -> int | None:
    """Return the one year that a question wants a value of; None for none, or several."""
    years = {date.year for date in question.dates if date.year}
    return next(iter(years)) if len(years) == 1 and question.kind in _VALUES else None


def year_of_answer(candidate: SentenceCandidate, readings: Sequence[WindowReading]) -> int | None:
    """Return the last year named up to what the reader would answer; None where none is."""
    span = best_span(candidate, readings)
    if span is None:
        return None
    # The reader may take the year into its span.
    until = candidate.hit.passage.text[candidate.start : span.end]
    years = [date.year for date in find_dates(until) if date.year]
    return years[-1] if years else None
