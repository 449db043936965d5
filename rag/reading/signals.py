"""What the trained reader says of each sentence and of the question, as features."""

from __future__ import annotations

from collections.abc import Sequence

from rag.asking.question import Question, QuestionKind
from rag.reading.candidates import Candidate
from rag.reading.span_reader import WindowReading
from rag.text.dates import find_dates
from rag.text.numbers import find_numbers

PREFIX = "reader_"
"""Names of the features below begin so; a model without a reader has none of them."""

_LIMIT = 12.0
"""Log-odds beyond this say no more."""


def _clipped(score: float) -> float:
    return max(-_LIMIT, min(_LIMIT, score)) / 4


def add_reader_features(candidates: Sequence[Candidate], readings: Sequence[WindowReading]) -> None:
    """Add the reader's features to each candidate: whether and how surely it holds the answer.

    ``readings`` belong to windows over these very candidates (see ``windows``).
    """
    spans = [-_LIMIT] * len(candidates)
    masses = [0.0] * len(candidates)
    seen = [0.0] * len(candidates)
    for reading in readings:
        for place in reading.window.sentences:
            candidate = candidates[place]
            inside = [s.score for s in reading.spans if candidate.start <= s.start < candidate.end]
            spans[place] = max(inside, default=-_LIMIT)
            masses[place] = sum(
                mass
                for at, mass in zip(reading.places, reading.mass, strict=True)
                if candidate.start <= at < candidate.end
            )
            seen[place] = 1.0
    best = max(spans, default=0.0)
    for place, candidate in enumerate(candidates):
        candidate.features.update(
            reader_seen=seen[place],
            reader_span=_clipped(spans[place]),
            reader_mass=masses[place],
            reader_gap=_clipped(best - spans[place]),
            reader_best=float(bool(seen[place]) and spans[place] == best),
        )


def reader_signals(
    question: Question, ranked: Sequence[Candidate], readings: Sequence[WindowReading]
) -> dict[str, float]:
    """Return what the reader adds to the decision whether the documents answer.

    ``ranked`` are the candidates best first, with the features of ``add_reader_features``.
    """
    tops = sorted(
        ((reading.spans[0].score, reading) for reading in readings if reading.spans),
        key=lambda pair: -pair[0],
    )
    if not tops or not ranked:
        return {"reader_nothing": 1.0}
    score, best = tops[0]
    text = best.window.hit.passage.text[best.spans[0].start : best.spans[0].end]
    others = [top for top, reading in tops[1:] if reading.window.hit is not best.window.hit]
    return {
        "reader_nothing": 0.0,
        "reader_top": _clipped(score),
        "reader_top_positive": max(0.0, _clipped(score)),
        "reader_answers": max(sum(reading.mass) for reading in readings),
        "reader_certain": max(best.mass),
        "reader_elsewhere": _clipped(max(others, default=-_LIMIT)),
        "reader_agrees": ranked[0].features["reader_best"],
        "reader_first": float(best.window.hit.rank == 1),
        "reader_no_number": float(question.kind is QuestionKind.NUMBER and not find_numbers(text)),
        "reader_no_date": float(
            question.kind is QuestionKind.WHEN and not find_dates(text) and not find_numbers(text)
        ),
    }
