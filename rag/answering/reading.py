"""Read the evidence once: rank its sentences and estimate whether they answer the question.

Two stages: features alone rank all sentences; the trained reader, where there is one, reads
windows around the best of them, and a second model ranks them again with what it found. Both
stages have their say in the confidence: the first knows less and fails less on unlike texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from rag.answering.confidence import answerable_features, kind_of_models
from rag.answering.conflict import best_span
from rag.answering.features import SentenceCandidate, sentence_candidates
from rag.answering.kinship import relation_asked, relation_told
from rag.answering.linear import LinearModel, learned, sigmoid
from rag.answering.mentions import mentions
from rag.answering.premise import refuting
from rag.answering.provisions import named_provision
from rag.answering.question import Question, read_question
from rag.answering.reader_features import add_reader_features, reader_signals
from rag.answering.span_reader import SpanReader, WindowReading
from rag.answering.windows import windows
from rag.answering.years import year_asked, year_of_answer
from rag.evidence import Evidence

READ_HITS = 5
"""Hits whose sentences are compared; the answer lay deeper in fewer than 1 % of questions."""

READ_WINDOWS = 4
WINDOW_SIZE = 160
"""Windows read for a question, and their size (see ``windows``): on the questions the reader
learned from, four held the answer of 97 %, six of 98 %."""

_FOUND_BY_NUMBER = 0.9
"""Confidence of a provision that was asked for by its number: it is there, perhaps of another
document than the one that was meant."""
_FOUND_BY_NAME = 0.6
"""The least confidence where sentences hold the very name that is to be listed: others may too."""

_LIKELY = 0.05
"""Probability of a sentence that may take the first place for its relation or its year."""

_UNTOLD = 0.3
"""What is left of the confidence where no sentence speaks of the relation that is asked for."""


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A candidate sentence with its probability of holding the answer, in [0, 1]."""

    candidate: SentenceCandidate
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What every answerer starts from: the question, its evidence, the best sentences first.

    ``confidence`` in [0, 1] estimates the chance that the documents answer the question.
    ``windows`` is what the trained reader found, empty without one. Where the question asks
    several things, ``parts`` are the readings of those that are answered and ``unanswered``
    the questions that are not. ``refuted_by`` is the sentence that denies what the question
    takes for granted, ``together`` are sentences that answer only together: the provision it asks
    for by number, or all that name what it wants listed.
    """

    question: Question
    evidence: Evidence
    sentences: tuple[RankedSentence, ...]
    confidence: float
    windows: tuple[WindowReading, ...] = ()
    parts: tuple[Reading, ...] = ()
    unanswered: tuple[str, ...] = ()
    refuted_by: SentenceCandidate | None = None
    together: tuple[SentenceCandidate, ...] = ()


def read(evidence: Evidence, reader: SpanReader | None = None) -> Reading:
    """Return the ranked sentences of the first hits and the confidence that they answer."""
    question = read_question(evidence.question)
    candidates = sentence_candidates(question, evidence.first(READ_HITS))
    kind = kind_of_models(question, evidence)
    model = learned()[f"sentence{kind}"]
    relation = relation_asked(question)
    ranked = _telling(relation, rank(candidates, model), model)
    decided = _decided(question, evidence, ranked, model, f"answerable{kind}")
    found: list[WindowReading] = []
    if reader is not None:
        found = read_windows(question, ranked, reader)
        model = learned()[f"sentence{kind}_read"]
        ranked = _telling(relation, rank(ranked, model), model)
        ranked = _of_year(year_asked(question), ranked, model, found)
        signals = reader_signals(question, ranked, found)
        again = _decided(question, evidence, ranked, model, f"answerable{kind}_read", signals)
        decided = learned()[f"confidence{kind}"].score({"plain": decided, "read": again})
    provision = named_provision(question, candidates)
    together = provision or mentions(question, candidates)
    told = not ranked or relation_told(relation, ranked[0].text)
    confidence = sigmoid(decided) * (1 if told else _UNTOLD)
    if together:
        confidence = _FOUND_BY_NUMBER if provision else max(confidence, _FOUND_BY_NAME)
    return Reading(
        question=question,
        evidence=evidence,
        sentences=tuple(
            RankedSentence(candidate, model.probability(candidate.features)) for candidate in ranked
        ),
        confidence=confidence,
        together=tuple(together),
        windows=tuple(found),
        refuted_by=refuting(question, evidence.hits, ranked, evidence.token_weights),
    )


def _telling(
    relation: re.Pattern[str] | None, ranked: Sequence[SentenceCandidate], model: LinearModel
) -> list[SentenceCandidate]:
    """Return the sentences, one first that may tell the relation that is asked for."""
    if not ranked or relation_told(relation, ranked[0].text):
        return [*ranked]
    return _first(ranked, model, lambda one: relation_told(relation, one.text))


def _of_year(
    year: int | None,
    ranked: Sequence[SentenceCandidate],
    model: LinearModel,
    readings: Sequence[WindowReading],
) -> list[SentenceCandidate]:
    """Return the sentences, one of the asked year first where the first tells another's."""
    if year is None or not ranked or year_of_answer(ranked[0], readings) in (None, year):
        return [*ranked]
    return _first(ranked, model, lambda one: year_of_answer(one, readings) == year)


def _first(
    ranked: Sequence[SentenceCandidate],
    model: LinearModel,
    fits: Callable[[SentenceCandidate], bool],
) -> list[SentenceCandidate]:
    """Return the sentences with the best that fits first, if it is likely at all."""
    likely = (one for one in ranked if model.probability(one.features) >= _LIKELY)
    best = next((one for one in likely if fits(one)), None)
    return [*ranked] if best is None else [best, *(one for one in ranked if one is not best)]


def _decided(
    question: Question,
    evidence: Evidence,
    ranked: Sequence[SentenceCandidate],
    sentence: LinearModel,
    decision: str,
    signals: Mapping[str, float] | None = None,
) -> float:
    """Return the log-odds that the documents answer, given the ranked sentences."""
    scores = [sentence.score(candidate.features) for candidate in ranked]
    features = answerable_features(question, evidence, ranked, scores)
    return learned()[decision].score({**features, **(signals or {})})


def read_several(
    evidence: Sequence[Evidence], reader: SpanReader | None, *, least: float, surely: bool
) -> Reading:
    """Return the reading of a question, the first evidence, and of the parts it falls into.

    Parts whose confidence is below ``least`` count as unanswered; where all are, the question
    is read as a whole. So it is where it does not ``surely`` ask several things and one of them
    is unanswered, or two are answered by the same words.
    """
    whole = read(evidence[0], reader)
    parts = [read(one, reader) for one in evidence[1:]]
    answered = tuple(part for part in parts if part.confidence >= least)
    if not answered or not (surely or (len(answered) == len(parts) and _differ(answered))):
        return whole
    return replace(
        whole,
        confidence=max(part.confidence for part in answered),
        parts=answered,
        unanswered=tuple(p.evidence.question for p in parts if p.confidence < least),
    )


def _differ(readings: Sequence[Reading]) -> bool:
    """Tell whether each reading has an answer of its own: another sentence or another span."""
    places: list[tuple[str, int, int]] = []
    for reading in readings:
        best = reading.sentences[0].candidate
        span = best_span(best, reading.windows) or best
        places.append((best.hit.passage.id, span.start, span.end))
    return all(
        one[0] != other[0] or one[2] <= other[1] or other[2] <= one[1]
        for one, other in combinations(places, 2)
    )


def read_windows(
    question: Question, ranked: Sequence[SentenceCandidate], reader: SpanReader
) -> list[WindowReading]:
    """Let the reader read around the best candidates and add what it found to their features."""
    chosen = windows(ranked, count=READ_WINDOWS, size=WINDOW_SIZE)
    found = reader.read(question.text, chosen)
    add_reader_features(ranked, found)
    return found


def rank(candidates: Sequence[SentenceCandidate], model: LinearModel) -> list[SentenceCandidate]:
    """Return the candidates, the one that most probably holds the answer first."""
    return sorted(candidates, key=lambda c: (-model.score(c.features), c.hit.rank, c.start))
