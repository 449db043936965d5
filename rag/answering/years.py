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
    """Return the one year that a question names; None where it names none or several."""
    years = {date.year for date in question.dates if date.year}
    return next(iter(years)) if len(years) == 1 else None


def year_of_answer(candidate: SentenceCandidate, readings: Sequence[WindowReading]) -> int | None:
    """Return the last year named up to what the reader would answer; None where none is."""
    span = best_span(candidate, readings)
    if span is None:
        return None
    # The reader may take the year into its span.
    until = candidate.hit.passage.text[candidate.start : span.end]
    years = [date.year for date in find_dates(until) if date.year]
    return years[-1] if years else None


def right_year_first(
    question: Question,
    ranked: Sequence[SentenceCandidate],
    likely: Sequence[SentenceCandidate],
    readings: Sequence[WindowReading],
) -> list[SentenceCandidate]:
    """Return the sentences with one of the asked year first, where the first tells another's.

    Only a sentence among the ``likely`` ones can take its place.
    """
    year = year_asked(question)
    found = [*ranked]
    if year is None or not found or question.kind not in _VALUES:
        return found
    told = year_of_answer(found[0], readings)
    if told is not None and told != year:
        right = next((one for one in likely if year_of_answer(one, readings) == year), None)
        if right is not None:
            found.remove(right)
            found.insert(0, right)
    return found
