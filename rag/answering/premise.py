"""Questions that take for granted what the documents deny ("why was the line closed?").

In a question for a reason the rest of it is a statement, which is checked like a sentence of an
answer. Any question may also name a year or an ordinal that no passage knows while the sentence
that fits it tells another one ("the fifth meeting", where there were three).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from rag.answering.checker import check_sentence
from rag.answering.features import SentenceCandidate, coverage
from rag.answering.question import Question, QuestionKind
from rag.records import Hit
from rag.text.dates import find_dates
from rag.text.numbers import find_numbers

NOTE = "premise"
"""The note of an answer that only says what denies the question's premise."""

_WHY = re.compile(
    r"(?<!因)(?:为什么|为何|为啥|為什麼|為何|緣何|缘何)"
    r"|^(?:so )?why (?=(?:did|does|do|is|are|was|were|has|have)\b)",
    re.IGNORECASE,
)
_DENYING = ("negation", "number", "date")
_LEAST_COVERAGE = 0.5
"""Below this the passage speaks of something else and denies nothing."""
_HITS = 3
_LEAST_REST = 0.6
"""Share of the question's other words, by weight, that the passage must hold."""


def refuting(
    question: Question,
    hits: Sequence[Hit],
    ranked: Sequence[SentenceCandidate],
    weights: Mapping[str, float],
) -> SentenceCandidate | None:
    """Return the sentence that denies what the question takes for granted, None without one.

    ``weights`` are those of the question's tokens (see ``Evidence``).
    """
    return _denying_reason(question, hits, ranked) or _telling_another(
        question, hits, ranked, weights
    )


def _denying_reason(
    question: Question, hits: Sequence[Hit], ranked: Sequence[SentenceCandidate]
) -> SentenceCandidate | None:
    """Return what denies the statement in a question for a reason.

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


def _telling_another(
    question: Question,
    hits: Sequence[Hit],
    ranked: Sequence[SentenceCandidate],
    weights: Mapping[str, float],
) -> SentenceCandidate | None:
    """Return the best sentence where it tells another year or ordinal than the question names.

    No hit may know the question's own, and the passage must speak of the rest of the question.
    Of 2,031 open questions that have an answer this was so for one, of those with a part
    exchanged for 15 of 1,629, which is most of those whose year or ordinal was exchanged.
    """
    if not ranked:
        return None
    details = [_years, _ordinals]
    wanted = [(find, find(question.text)) for find in details if find(question.text)]
    known = "\n".join(f"{h.passage.title}\n{h.passage.heading}\n{h.passage.text}" for h in hits)
    known_values = _years(known) | {quantity.value for quantity in find_numbers(known)}
    best = ranked[0]
    rest = [t for t in question.tokens if not t.startswith(("#", "@")) and not t.isdigit()]
    speaks_of_it = coverage(rest, best.passage_tokens, weights) >= _LEAST_REST
    for find, values in wanted:
        if not values & known_values and find(best.text) and speaks_of_it:
            return best
    return None


def _years(text: str) -> set[Decimal]:
    return {Decimal(date.year) for date in find_dates(text) if date.year}


def _ordinals(text: str) -> set[Decimal]:
    return {quantity.value for quantity in find_numbers(text) if quantity.ordinal}


def _overlapping(
    ranked: Sequence[SentenceCandidate], hit: Hit, start: int, end: int
) -> SentenceCandidate | None:
    """Return the best sentence of a hit inside a stretch of its passage."""
    return next((c for c in ranked if c.hit == hit and c.start < end and start < c.end), None)
