"""One calibrated confidence that the documents answer the question, and when to decline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

from rag.asking.question import Question, QuestionKind
from rag.evidence import Evidence
from rag.reading.candidates import Candidate, coverage
from rag.reading.linear import thresholds
from rag.text.language import dominant_script


class Strictness(StrEnum):
    """How sure the bot must be before it answers.

    The thresholds are the confidences below which 1, 3 and 10 % of the answerable learning
    questions in the documents' own language lie: ``LOW`` declines least.
    """

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


LEAST_JOINED = 0.5
"""The least confidence of a follow-up that is read with words of the question before it: those
words alone make passages fit. Of 11 right answers to real follow-ups none lay below; of five
questions on other things, asked in a conversation, three did."""


def threshold(strictness: Strictness, *, read: bool, joined: bool = False) -> float:
    """Return the least confidence that is answered, in [0, 1], with or without a reader.

    ``joined`` tells of a follow-up that could not be written out.
    """
    least = thresholds(read=read)[strictness.value]
    return max(least, LEAST_JOINED) if joined else least


def kind_of_models(question: Question, evidence: Evidence) -> str:
    """Return what the names of the learned models for a question end in: "" or ``_foreign``.

    A question in another script than what was found shares no words with it, so its vectors
    alone must tell; the same signals mean something else there.
    """
    if not evidence.hits:
        return ""
    found = dominant_script(evidence.hits[0].passage.text)
    return "" if dominant_script(question.text) == found else "_foreign"


def answerable_features(
    question: Question,
    evidence: Evidence,
    ranked: Sequence[Candidate],
    scores: Sequence[float],
) -> dict[str, float]:
    """Return the features of "the documents answer this".

    ``ranked`` are the candidates best first and ``scores`` their log-odds. Nothing here grows
    with the number of documents alone, so a threshold holds for small and large indexes.
    """
    if not ranked:
        return {"nothing": 1.0}
    best = ranked[0].features
    weights = evidence.token_weights
    bag = ranked[0].passage_tokens
    heaviest = sorted(question.tokens, key=lambda token: -weights.get(token, 0.0))
    missing = [token for token in heaviest[:6] if token not in bag]
    dense = evidence.dense_pool
    lexical = evidence.lexical_pool
    total = sum(weights.get(token, 0.0) for token in question.all_tokens)
    chosen = ranked[:2]
    return {
        "nothing": 0.0,
        "spot": scores[0],
        "spot_lead": min(scores[0] - scores[1], 4.0) if len(scores) > 1 else 4.0,
        "dense_top": (dense[0] - 0.85) * 20 if dense else 0.0,
        "dense_lead": (dense[0] - _mean(dense[1:10])) * 20 if len(dense) > 1 else 0.0,
        "lexical_top": lexical[0] / total if lexical and total > 0 else 0.0,
        "lexical_lead": (lexical[0] - _mean(lexical[1:10])) / total
        if len(lexical) > 1 and total > 0
        else 0.0,
        "coverage": max(c.features["coverage"] for c in chosen),
        "coverage_near": max(c.features["coverage_near"] for c in chosen),
        "coverage_all": coverage(question.tokens, bag, weights),
        "passage_coverage": best["passage_coverage"],
        "passage_rarest": best["passage_rarest"],
        "missing_heavy": len(missing) / max(1, min(6, len(heaviest))),
        "common_run": best["common_run"],
        "cosine": max(c.features["cosine"] for c in chosen),
        "number_missing": min(c.features["number_missing"] for c in chosen),
        "year_conflict": min(c.features["year_conflict"] for c in chosen),
        "number_no_cue": min(c.features["number_no_cue"] for c in chosen),
        "date_no_cue": min(c.features["date_no_cue"] for c in chosen),
        "translated": max(c.features["translated_near"] for c in chosen),
        "passage_translated": best["passage_translated"],
        "rank": best["rank"],
        "heading_coverage": best["heading_coverage"],
        "fit_matched": best.get("fit_matched", 0.0),
        "fit_missing": best.get("fit_missing", 0.0),
        "fit_exact": best.get("fit_exact", 0.0),
        "is_row": best["is_row"],
        "is_item": best["is_item"],
        "is_code": best["is_code"],
        "is_pair": best["is_pair"],
        "tokens": math.log1p(len(question.tokens)),
        "why_or_how": float(question.kind in (QuestionKind.WHY, QuestionKind.HOW)),
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
