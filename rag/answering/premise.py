"""Questions that take for granted what the documents deny ("why was the line closed?").

In a question for a reason the rest of it is a statement, which is checked like a sentence of an
answer. Any question may also name a year or an ordinal that no passage knows while the sentence
that fits it tells another one ("the fifth meeting", where there were three).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from rag.checking.checker import check_sentence
from rag.answering.features import SentenceCandidate, coverage
from rag.answering.question import Question, QuestionKind, read_question
from rag.records import Hit, Passage
from rag.text.dates import find_dates
from rag.text.normal import normal_form
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
_COUNTED = 1
"""Characters behind an ordinal that tell what it counts."""


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

    Its passage must speak of the rest of the question and know nothing of the year; an ordinal
    must be unknown to all hits and count the same thing ("第三次会议" for "第五次会议"). Of 2,031
    open questions that have an answer none was denied so, of 1,629 with a part exchanged 18, of
    243 adversarial ones of SQuAD 2.0 6.
    """
    years, wanted = _years(question.text), _ordinals(question.text)
    if not ranked or not (years or wanted):
        return None
    best = ranked[0]
    rest = read_question(_without_details(question.text)).tokens
    if coverage(rest, best.passage_tokens, weights) < _LEAST_REST:
        return None
    told = _years(best.text)
    if years and told and not years & (told | _years(_all_text(best.hit.passage))):
        return best
    if not wanted:
        return None
    known = {value for h in hits for value, _ in _ordinals(_all_text(h.passage))}
    counted = {what for value, what in wanted if value not in known}
    return best if any(what in counted for _, what in _ordinals(best.text)) else None


def _without_details(text: str) -> str:
    """Return the text with its dates and ordinals blanked out."""
    spans = [(date.start, date.end) for date in find_dates(text)]
    spans += [(number.start, number.end) for number in find_numbers(text) if number.ordinal]
    places = {place for span in spans for place in range(*span)}
    return "".join(" " if place in places else c for place, c in enumerate(text))


def _all_text(passage: Passage) -> str:
    return f"{passage.title}\n{passage.heading}\n{passage.text}"


def _years(text: str) -> set[int]:
    return {date.year for date in find_dates(text) if date.year}


def _ordinals(text: str) -> list[tuple[Decimal, str]]:
    """Return the ordinals of a text, each with the beginning of what it counts."""
    return [
        (quantity.value, normal_form(text[quantity.end : quantity.end + _COUNTED]).strip())
        for quantity in find_numbers(text)
        if quantity.ordinal
    ]


def _overlapping(
    ranked: Sequence[SentenceCandidate], hit: Hit, start: int, end: int
) -> SentenceCandidate | None:
    """Return the best sentence of a hit inside a stretch of its passage."""
    return next((c for c in ranked if c.hit == hit and c.start < end and start < c.end), None)
