"""Read the evidence once: rank its spots, let the reader read, decide whether they answer.

Features alone rank all spots; the trained reader, where there is one, reads windows around the
best of them, and a second model ranks them again with what it found. Both have their say in the
one confidence: the first knows less and fails less on unlike texts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.asking.question import Question, read_question
from rag.evidence import Evidence
from rag.reading.alternatives import Pair
from rag.reading.candidates import Candidate, candidates_of
from rag.reading.confidence import answerable_features, kind_of_models
from rag.reading.fitting import add_fit_features
from rag.reading.linear import LinearModel, learned, sigmoid
from rag.reading.signals import add_reader_features, reader_signals
from rag.reading.span_reader import SpanReader, WindowReading
from rag.reading.windows import windows

READ_HITS = 8
"""Hits whose spots are compared."""

FITTED = 24
"""The best spots whose units are held against what the question names."""

READ_WINDOWS = 5
WINDOW_SIZE = 160
"""Windows read for a question, and their size (see ``windows``)."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The spots of a question's evidence, best first, each with its share of the chances.

    ``windows`` is what the trained reader found, empty without one. ``confidence`` in [0, 1] is
    the chance that the documents answer the question and the first spot is a part of the answer.
    ``another`` are pairs (asked, told instead) where the likeliest spot was passed over for them.
    """

    question: Question
    evidence: Evidence
    candidates: tuple[Candidate, ...]
    probabilities: tuple[float, ...]
    windows: tuple[WindowReading, ...]
    confidence: float
    another: tuple[Pair, ...] = ()


def ranked(
    evidence: Evidence, reader: SpanReader | None, question: Question | None = None
) -> Ranked:
    """Return the spots of the first hits in order, and the confidence that they answer.

    ``question`` is what is asked, where its words alone do not tell.
    """
    question = question or read_question(evidence.question)
    kind = kind_of_models(question, evidence)
    model = learned()[f"spot{kind}"]
    order, another = first_order(question, evidence, model)
    decided = decide(question, evidence, order, model, f"answerable{kind}")
    found: list[WindowReading] = []
    if reader is not None:
        found = read_windows(question, order, reader)
        model = learned()[f"spot{kind}_read"]
        order = rank(order, model)
        signals = reader_signals(question, order, found)
        again = decide(question, evidence, order, model, f"answerable{kind}_read", signals)
        decided = learned()[f"confidence{kind}"].score({"plain": decided, "read": again})
    return Ranked(
        question=question,
        evidence=evidence,
        candidates=tuple(order),
        probabilities=shares([model.score(candidate.features) for candidate in order]),
        windows=tuple(found),
        confidence=sigmoid(decided) * another.left,
        another=another.pairs,
    )


@dataclass(frozen=True, slots=True)
class Another:
    """What was passed over because it speaks of another thing than the one asked.

    ``pairs`` are (asked, told instead) where that was the likeliest spot; ``left`` in [0, 1] is
    what is then left of the chance to answer: how likely the best spot that was kept is, as a
    share of the one passed over.
    """

    pairs: tuple[Pair, ...] = ()
    left: float = 1.0


def first_order(
    question: Question, evidence: Evidence, model: LinearModel
) -> tuple[list[Candidate], Another]:
    """Return the spots of the first hits in the order of ``model``, which knows no reader.

    What speaks of another thing than the one asked (another year, version, region, person) is
    passed over.
    """
    order = rank(candidates_of(question, evidence.first(READ_HITS)), model)
    pairs = add_fit_features(question, evidence, order[:FITTED])
    fitted = list(zip(order, pairs, strict=False))
    kept = rank([c for c, found in fitted if not found] + order[FITTED:], model)
    over = max(((model.score(c.features), found) for c, found in fitted if found), default=None)
    best = model.score(kept[0].features) if kept else -math.inf
    if over is None or over[0] <= best:
        return kept, Another()
    return kept, Another(over[1], math.exp(best - over[0]))


def shares(scores: Sequence[float]) -> tuple[float, ...]:
    """Return the chance of each of several spots that it is the one that answers.

    ``scores`` are those of a conditional logit; the shares add up to 1.
    """
    best = max(scores, default=0.0)
    odds = [math.exp(score - best) for score in scores]
    return tuple(value / sum(odds) for value in odds)


def rank(candidates: Sequence[Candidate], model: LinearModel) -> list[Candidate]:
    """Return the candidates, the one that most probably answers first."""
    return sorted(candidates, key=lambda c: (-model.score(c.features), c.hit.rank, c.start))


def read_windows(
    question: Question, order: Sequence[Candidate], reader: SpanReader
) -> list[WindowReading]:
    """Let the reader read around the best candidates and add what it found to their features."""
    chosen = windows(order, count=READ_WINDOWS, size=WINDOW_SIZE)
    found = reader.read(question.text, chosen)
    add_reader_features(order, found)
    return found


def decide(
    question: Question,
    evidence: Evidence,
    order: Sequence[Candidate],
    spot: LinearModel,
    decision: str,
    signals: Mapping[str, float] | None = None,
) -> float:
    """Return the log-odds that the documents answer, given the ranked candidates."""
    scores = [spot.score(candidate.features) for candidate in order]
    features = answerable_features(question, evidence, order, scores)
    return learned()[decision].score({**features, **(signals or {})})
