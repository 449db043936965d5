"""Questions that take for granted what the documents deny ("why was the line closed?").

Only questions for a reason are looked at: there the rest of the question is a statement, which
is checked like a sentence of an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.checker import check_sentence
from rag.answering.features import SentenceCandidate
from rag.answering.question import Question, QuestionKind
from rag.records import Hit

_WHY = re.compile(
    r"(?<!因)(?:为什么|为何|为啥|為什麼|為何|緣何|缘何)"
    r"|^(?:so )?why (?=(?:did|does|do|is|are|was|were|has|have)\b)",
    re.IGNORECASE,
)
_DENYING = ("negation", "number", "date")
_LEAST_COVERAGE = 0.5
"""Below this the passage speaks of something else and denies nothing."""
_HITS = 3


def refuting(
    question: Question, hits: Sequence[Hit], ranked: Sequence[SentenceCandidate]
) -> SentenceCandidate | None:
    """Return the sentence that denies what the question takes for granted, None without one.

    A number, a date or a negation must differ in an otherwise alike stretch of one of the first
    hits, and none of them may say what the question says. On the open sets this was so for 4 %
    of the questions for a reason that have an answer.
    """
    asked = _WHY.search(question.text)
    if question.kind is not QuestionKind.WHY or asked is None:
        return None
    claim = (question.text[: asked.start()] + question.text[asked.end() :]).strip("？? ")
    found: SentenceCandidate | None = None
    for hit in hits[:_HITS]:
        check = check_sentence(claim, hit.passage.text)
        if check.coverage < _LEAST_COVERAGE:
            continue
        if not any(reason.partition(":")[0] in _DENYING for reason in check.reasons):
            return None
        if found is None:
            found = _overlapping(ranked, hit, check.start, check.end)
    return found


def _overlapping(
    ranked: Sequence[SentenceCandidate], hit: Hit, start: int, end: int
) -> SentenceCandidate | None:
    """Return the best sentence of a hit inside a stretch of its passage."""
    return next((c for c in ranked if c.hit == hit and c.start < end and start < c.end), None)
