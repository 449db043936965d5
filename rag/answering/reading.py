"""Read the evidence once: rank its sentences and estimate whether they answer the question."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answering.confidence import answerable_features, answerable_model
from rag.answering.features import SentenceCandidate, sentence_candidates
from rag.answering.linear import learned
from rag.answering.question import Question, read_question
from rag.evidence import Evidence

READ_HITS = 5
"""Hits whose sentences are compared; the answer lay deeper in fewer than 1 % of questions."""


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A candidate sentence with its probability of holding the answer, in [0, 1]."""

    candidate: SentenceCandidate
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What every answerer starts from: the question, its evidence, the best sentences first.

    ``confidence`` in [0, 1] estimates the chance that the documents answer the question.
    """

    question: Question
    evidence: Evidence
    sentences: tuple[RankedSentence, ...]
    confidence: float


def read(evidence: Evidence) -> Reading:
    """Return the ranked sentences of the first hits and the confidence that they answer."""
    question = read_question(evidence.question)
    candidates = sentence_candidates(question, evidence.first(READ_HITS))
    model = learned()["sentence"]
    scored = sorted(
        ((model.score(candidate.features), candidate) for candidate in candidates),
        key=lambda pair: (-pair[0], pair[1].hit.rank, pair[1].start),
    )
    ranked = [candidate for _, candidate in scored]
    features = answerable_features(question, evidence, ranked, [score for score, _ in scored])
    return Reading(
        question=question,
        evidence=evidence,
        sentences=tuple(
            RankedSentence(candidate, model.probability(candidate.features))
            for _, candidate in scored
        ),
        confidence=learned()[answerable_model(question, ranked)].probability(features),
    )
