"""Documents that contradict each other: the same subject, the same scope, another value.

Two look-alike documents on different subjects are no contradiction, nor are the figures of two
years or the same figure in two spellings.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.reading.alternatives import substituted
from rag.reading.codes import skeleton
from rag.reading.companions import differing_heads
from rag.reading.heads import flattened
from rag.reading.identifiers import Mark, marks, marks_of
from rag.reading.scope import Fit, fit
from rag.reading.sought import Beside, Sought, sought_of
from rag.text.prepared import Prepared, prepared

if TYPE_CHECKING:
    from rag.asking.question import Question


@dataclass(frozen=True, slots=True)
class Claim:
    """A unit that answers, where it stands, and the stretch of it that is the answer if known."""

    unit: str
    document: str
    heading: str = ""
    title: str = ""
    around: str = ""
    answer: tuple[int, int] | None = None


_SCOPES = frozenset({"year", "quarter", "half", "month", "day", "weekday", "version", "ordinal"})
_TIMES = frozenset({"year", "month", "day", "weekday"})
_LEAST_MATCHED = 0.5
_LEAST_SHARE = 0.8
"""What another claim must tell of the question, of what the first one tells."""
_LEAST_ALIKE = 0.5
"""Share of words, their answers taken out, that two claims must have in common."""
_COUNTER = re.compile(
    r"[\W\d一二三四五六七八九十甲乙丙丁a-z新旧老]*|one|two|three|old|new|first|second"
)
_CLAUSES = re.compile(r"[，。；：、！？,.;:!?\n]")
_COMMAS = re.compile(r"[，；。！？\n]|[,;.!?](?=\s)")
_LEAST_TAIL = 2
"""Characters at the end of two titles that show them to be of one pattern."""
_VALUE = re.compile(r"[\d零一二两三四五六七八九十百千万]+")
_ORDER = re.compile(r"第几|几[届次期版级]|哪[一]?[届次期版级]")


def conflicts(
    question: Question,
    first: Claim,
    others: Sequence[Claim],
    *,
    weights: Mapping[str, float],
    beside: Beside | None = None,
) -> tuple[int, ...]:
    """Return the places in ``others`` of the claims that contradict the first one.

    Only claims of other documents can. ``weights`` and ``beside`` are those of ``fit``.
    """
    sought = sought_of(question, beside)
    ours = _fit(question, first, weights, beside)
    if ours.conflicting or ours.matched < _LEAST_MATCHED:
        return ()
    found = []
    for place, other in enumerate(others):
        if other.document == first.document or other.unit == first.unit:
            continue
        if not _contradicts(question, sought, first, other):
            continue
        theirs = _fit(question, other, weights, beside)
        if not theirs.conflicting and theirs.matched >= _LEAST_SHARE * ours.matched:
            found.append(place)
    return tuple(found)


def _fit(
    question: Question, claim: Claim, weights: Mapping[str, float], beside: Beside | None
) -> Fit:
    return fit(
        question,
        claim.unit,
        heading=claim.heading,
        title=claim.title,
        around=claim.around,
        weights=weights,
        beside=beside,
    )


def _contradicts(question: Question, sought: Sought, first: Claim, other: Claim) -> bool:
    ours, theirs = prepared(first.unit), prepared(other.unit)
    if not _values_differ(question, sought, first, other):
        return False
    if not _same_scope(question, first, other):
        return False
    return _alike(ours, theirs) and _same_subject(sought, first, other)


def _values_differ(question: Question, sought: Sought, first: Claim, other: Claim) -> bool:
    """Tell whether two claims hold values of one kind, and none in common."""
    if first.answer and other.answer:
        one, two = (prepared(c.unit[slice(*(c.answer or (0, 0)))]) for c in (first, other))
        if one.normal in two.normal or two.normal in one.normal:
            return False
    else:
        one, two = (_telling_clause(question, sought, c.unit) for c in (first, other))
    ours, theirs = _values(question, sought, one), _values(question, sought, two)
    kinds = ours.keys() & theirs.keys()
    if any(ours[kind] & theirs[kind] for kind in kinds):
        return False
    if kinds:
        return True
    # Words cannot be compared unless it is known that they are the answers.
    return bool(first.answer and other.answer) and not (ours or theirs)


def _telling_clause(question: Question, sought: Sought, unit: str) -> Prepared:
    """Return the clause with a value that holds most of the question, else the whole unit.

    What a sentence counts beside ("每周检查2次") may be equal in two that contradict each other.
    """
    clauses = [prepared(clause) for clause in _COMMAS.split(unit)]
    telling = [clause for clause in clauses if _values(question, sought, clause)]
    return max(
        telling,
        key=lambda clause: sum(token in clause.token_set for token in sought.tokens),
        default=prepared(unit),
    )


def _values(
    question: Question, sought: Sought, text: Prepared
) -> dict[Hashable, frozenset[Hashable]]:
    """Return the values of a text that the question does not name itself, by kind."""
    found: dict[Hashable, set[Hashable]] = {}
    when = str(question.kind) == "when"
    asked = {quantity.value for quantity in question.numbers}
    if when:
        for date in text.normal_dates:
            for part in ("year", "month", "day"):
                value = getattr(date, part)
                if value is not None:
                    found.setdefault(part, set()).add(value)
    if not found:
        for quantity in text.normal_numbers:
            if quantity.value not in asked and not quantity.ordinal:
                kind = ("number", quantity.unit, quantity.percent)
                found.setdefault(kind, set()).add(quantity.value)
    names = {mark.name for group in sought.marks.values() for mark in group}
    for mark in (*marks_of(text, ("code", "")), *marks_of(text, ("version", ""))):
        if mark.name not in names:
            found.setdefault((mark.key[0], skeleton(mark.name)), set()).add(mark.name)
    return {kind: frozenset(values) for kind, values in found.items()}


def _same_scope(question: Question, first: Claim, other: Claim) -> bool:
    """Tell whether nothing that two claims mark out beside their answers differs."""
    answered: frozenset[str] = _TIMES if str(question.kind) == "when" else frozenset()
    if _ORDER.search(question.normal):
        answered |= {"ordinal"}
    ours, theirs = _scopes(first), _scopes(other)
    return all(
        any(one.meets(two) for one in ours[key] for two in theirs[key])
        for key in ours.keys() & theirs.keys()
        if key[0] not in answered
    )


def _scopes(claim: Claim) -> dict[tuple[str, str], list[Mark]]:
    found: dict[tuple[str, str], list[Mark]] = {}
    for text in (claim.unit, claim.heading, claim.title):
        here: dict[tuple[str, str], list[Mark]] = {}
        for mark in marks(prepared(text)):
            if mark.key[0] in _SCOPES and not (
                text == claim.unit and claim.answer and _inside(mark, text, claim.answer)
            ):
                here.setdefault(mark.key, []).append(mark)
        for key, group in here.items():
            found.setdefault(key, group)
    return found


def _inside(mark: Mark, text: str, answer: tuple[int, int]) -> bool:
    offsets = prepared(text).offsets
    return offsets[mark.start] < answer[1] and answer[0] < offsets[mark.end]


def _alike(one: Prepared, other: Prepared) -> bool:
    """Tell whether two units say the same but for their values."""
    ours, theirs = (
        {token for token in text.token_set if not token.startswith(("#", "@"))}
        for text in (one, other)
    )
    fewer = min(len(ours), len(theirs))
    return fewer > 0 and len(ours & theirs) >= _LEAST_ALIKE * fewer


def _same_subject(sought: Sought, first: Claim, other: Claim) -> bool:
    """Tell whether two claims speak of the same: what the question names, or the same head."""
    ours, theirs = (flattened(prepared(claim.unit).normal) for claim in (first, other))
    for clause in _CLAUSES.split(ours):
        if any(
            not _VALUE.match(found.asked)
            for found in substituted(clause, theirs, "", first=True, least=2)
        ):
            return False
    one, two, tail = differing_heads(*(prepared(claim.title).normal for claim in (first, other)))
    named = any(part and part in sought.normal for part in (one, two))
    alone = not (one and two) or bool(_COUNTER.fullmatch(one) and _COUNTER.fullmatch(two))
    return tail < _LEAST_TAIL or alone or named
