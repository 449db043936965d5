"""The shortest exact answer inside a spot, put in front only where it is very likely right."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from rag.asking.question import Question, QuestionKind
from rag.reading.candidates import Candidate
from rag.reading.linear import learned, thresholds
from rag.reading.span_features import span_features
from rag.reading.span_reader import Span, WindowReading
from rag.text.prepared import prepared

_AROUND = " \n|：:"
"""What separates cells and lines is no part of an answer."""
_CLAUSE = re.compile(r"[，。；！？\n|]|[,;] ?(?=[㐀-鿿])")
_NUMBER_OR_WORD = re.compile(r"[¥$€£]?[A-Za-z0-9](?:[A-Za-z0-9]|[,.:/_-](?=[A-Za-z0-9]))*")
_LIST_NUMBER = re.compile(r"[\s（(]*(?:\d{1,3}|[一二三四五六七八九十]{1,3})[\s.、)）]*")
_LONGEST = 48


def spans_of(candidate: Candidate, readings: Sequence[WindowReading]) -> list[Span]:
    """Return the reader's spans inside a candidate, each once with its best score."""
    scores: dict[tuple[int, int], float] = {}
    for reading in readings:
        if reading.window.hit != candidate.hit:
            continue
        for span in reading.spans:
            if candidate.start <= span.start and span.end <= candidate.end:
                place = (span.start, span.end)
                scores[place] = max(span.score, scores.get(place, span.score))
    return [Span(start, end, score) for (start, end), score in scores.items()]


def spans_that_fit(candidate: Candidate, readings: Sequence[WindowReading]) -> list[Span]:
    """Return the spans of a candidate that could stand alone."""
    text = candidate.hit.passage.text
    return [span for span in spans_of(candidate, readings) if _sound(text, candidate, span)]


def rated_spans(
    question: Question, candidate: Candidate, readings: Sequence[WindowReading]
) -> list[tuple[float, Span]]:
    """Return the spans that could be shown with their scores, best first."""
    text = candidate.hit.passage.text
    spans = spans_that_fit(candidate, readings)
    model = learned()["span"]
    scores = [model.score(row) for row in span_features(question, spans, text)]
    return sorted(zip(scores, spans, strict=True), key=lambda pair: -pair[0])


def headline_features(
    question: Question,
    candidate: Candidate,
    rated: Sequence[tuple[float, Span]],
    confidence: float,
) -> Mapping[str, float]:
    """Return what tells whether the first of the rated spans is the answer.

    ``confidence`` in (0, 1) is that of the reading.
    """
    score, best = rated[0]
    text = candidate.hit.passage.text[best.start : best.end]
    rivals = [s for s, span in rated if span.end <= best.start or best.end <= span.start]
    kind = question.kind
    bounded = min(max(confidence, 0.005), 0.995)
    return {
        "lead": min(score - rivals[0], 5.0) if rivals else 5.0,
        "span_score": max(-12.0, min(12.0, best.score)) / 4,
        "confidence": math.log(bounded / (1 - bounded)),
        "length": math.log(len(text)),
        "counted": float(kind in (QuestionKind.NUMBER, QuestionKind.WHEN)),
        "named": float(kind in (QuestionKind.WHO, QuestionKind.WHERE)),
        "explained": float(kind in (QuestionKind.WHY, QuestionKind.HOW)),
        "listed": float(kind is QuestionKind.LIST),
        "clause": float(_CLAUSE.search(text) is not None),
        "digits": float(any(map(str.isdigit, text))),
        "is_code": candidate.features["is_code"],
        "is_row": candidate.features["is_row"],
        "is_item": candidate.features["is_item"],
        "tokens": math.log1p(len(question.tokens)),
    }


def headline(
    question: Question,
    candidate: Candidate,
    readings: Sequence[WindowReading],
    confidence: float,
) -> Span | None:
    """Return the short answer as a span of the passage, None where none is likely enough."""
    rated = rated_spans(question, candidate, readings)
    if not rated:
        return None
    features = headline_features(question, candidate, rated, confidence)
    if learned()["headline"].probability(features) < thresholds(read=True)["headline"]:
        return None
    best = rated[0][1]
    return None if _of_another_year(question, candidate, best) else best


def _of_another_year(question: Question, candidate: Candidate, span: Span) -> bool:
    """Tell whether the last year named before a span is not the one that is asked about."""
    asked = {date.year for date in question.dates if date.year}
    before = candidate.hit.passage.text[candidate.start : span.start]
    told = [date.year for date in prepared(before).dates if date.year]
    return bool(asked and told) and told[-1] not in asked


def _sound(text: str, candidate: Candidate, span: Span) -> bool:
    """Tell whether a span could stand alone: whole words and numbers, no list number."""
    answer = text[span.start : span.end]
    if not 0 < len(answer) <= _LONGEST or not answer.strip(_AROUND):
        return False
    if _LIST_NUMBER.fullmatch(answer) and span.start == candidate.start:
        return False
    for match in _NUMBER_OR_WORD.finditer(text, max(0, span.start - 32), span.end + 32):
        if match.start() < span.start < match.end() or match.start() < span.end < match.end():
            return False
    return True
