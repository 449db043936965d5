"""Measure the project's citation checker on claims whose truth is known by construction."""

from __future__ import annotations

from collections import Counter

from rag.checking.checker import check_sentence
from rag.evaluation.observation import Row
from rag.evaluation.perturbation import Claim, claims
from rag.evaluation.sets import CHECKER, MAIN, QuestionSet, sample
from rag.progress import Progress, silent
from rag.records import Verdict

CHECKED_QUESTIONS = 200
"""Questions whose gold sentences are told again, at most (drawn by the seed)."""


def checker_rows(
    chosen: QuestionSet, *, seed: int = 0, progress: Progress | None = None
) -> list[Row]:
    """Return a row for each claim; empty for a set without its own corpus.

    A claim passes when the verdict is ``SUPPORTED``; a partly supported one does not pass.
    """
    tell = progress or silent
    if not chosen.corpus:
        return []
    drawn = sample(chosen, limit=CHECKED_QUESTIONS, seed=seed)
    questions = [q for q in drawn.questions if q.answerable and q.gold and q.part == MAIN]
    places = {question.key: place for place, question in enumerate(questions, start=1)}
    numbers: Counter[tuple[str, str]] = Counter()
    rows: list[Row] = []
    for claim in claims(questions, chosen.corpus):
        tell("check", places[claim.key], len(questions))
        numbers[claim.key, claim.kind] += 1
        rows.append(_row(claim, numbers[claim.key, claim.kind]))
    if questions:
        tell("check", len(questions), len(questions))
    return rows


def _row(claim: Claim, number: int) -> Row:
    verdict = check_sentence(claim.sentence, claim.passage).verdict
    passed = float(verdict is Verdict.SUPPORTED)
    values: dict[str, tuple[float, float]] = {}
    values["check_recall" if claim.supported else "check_caught"] = (
        passed if claim.supported else 1 - passed,
        1.0,
    )
    if passed:
        values["check_precision"] = (float(claim.supported), 1.0)
    return Row(
        key=f"{claim.key}/{claim.kind}/{number}",
        part=CHECKER,
        kind=claim.kind,
        qtype="supported" if claim.supported else "falsified",
        cluster=claim.document,
        question=claim.sentence,
        values=values,
    )
