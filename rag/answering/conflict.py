"""Passages that answer the same question differently."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.features import SentenceCandidate
from rag.answering.span_reader import Span, WindowReading
from rag.text.normal import normal_form
from rag.text.tokens import index_tokens

NOTE = "conflict"
"""The note of an answer whose documents disagree."""

_LEAST_SCORE = 0.0
"""Log-odds a span needs: the reader must rather answer than not."""
_LEAST_ALIKE = 0.6
"""Share of words the two sentences must have in common beside their answers."""


def conflicting(
    first: SentenceCandidate,
    others: Sequence[SentenceCandidate],
    readings: Sequence[WindowReading],
) -> SentenceCandidate | None:
    """Return the first of ``others`` that says the same as ``first`` but for the answer.

    Both must hold an answer in the reader's eyes, stand in different documents, and be alike
    once their answers are taken out. None where nothing contradicts, or without a reader.
    """
    answer = best_span(first, readings)
    if answer is None or answer.score < _LEAST_SCORE:
        return None
    for other in others:
        if other.hit.passage.document_id == first.hit.passage.document_id:
            continue
        found = best_span(other, readings)
        if (
            found is not None
            and found.score >= _LEAST_SCORE
            and _differ(first, answer, other, found)
        ):
            return other
    return None


def best_span(candidate: SentenceCandidate, readings: Sequence[WindowReading]) -> Span | None:
    """Return the span in a sentence that the reader likes best, None where it found none."""
    spans = spans_of(candidate, readings)
    return max(spans, key=lambda span: span.score, default=None)


def spans_of(candidate: SentenceCandidate, readings: Sequence[WindowReading]) -> list[Span]:
    """Return the spans inside a sentence, each once with its best score."""
    scores: dict[tuple[int, int], float] = {}
    for reading in readings:
        if reading.window.hit != candidate.hit:
            continue
        for span in reading.spans:
            if candidate.start <= span.start and span.end <= candidate.end:
                place = (span.start, span.end)
                scores[place] = max(span.score, scores.get(place, span.score))
    return [Span(start, end, score) for (start, end), score in scores.items()]


def _differ(first: SentenceCandidate, one: Span, second: SentenceCandidate, other: Span) -> bool:
    here, there = (normal_form(_text(c, s)) for c, s in ((first, one), (second, other)))
    if here in there or there in here:
        return False
    rests = [
        frozenset(index_tokens(_without(candidate, span)))
        for candidate, span in ((first, one), (second, other))
    ]
    shared, smaller = len(rests[0] & rests[1]), min(map(len, rests))
    return smaller > 0 and shared / smaller >= _LEAST_ALIKE


def _text(candidate: SentenceCandidate, span: Span) -> str:
    return candidate.hit.passage.text[span.start : span.end]


def _without(candidate: SentenceCandidate, span: Span) -> str:
    text = candidate.hit.passage.text
    return f"{text[candidate.start : span.start]} {text[span.end : candidate.end]}"
