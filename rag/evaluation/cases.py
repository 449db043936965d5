"""The cases to look at first: what went worst, with everything a person needs to judge it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from rag.evaluation.observation import Observation, Row
from rag.evaluation.ranking import distinct
from rag.evaluation.scoring import Texts, evidence_spans, locate
from rag.evaluation.sets import Question
from rag.records import Outcome

CASES = 50
"""Cases a report shows."""

_SHOWN_HITS = 5


class Fault(StrEnum):
    """What went wrong."""

    WRONG = "wrong"
    MADE_UP = "made_up"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage found. ``rank`` counts passages from 1, 0 stands for one that was not found.

    ``marks`` are spans of the text that hold the answer: evidence sentences where the set
    gives them, else the answer itself in a gold document. ``quotes`` are the cited spans.
    """

    rank: int
    document: str
    text: str
    gold: bool
    cited: bool
    marks: tuple[tuple[int, int], ...] = ()
    quotes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One question that went wrong, whole."""

    key: str
    fault: Fault
    kind: str
    where: str
    question: str
    standalone: str
    wanted: tuple[str, ...]
    note: str
    answer: str
    short: str
    outcome: str
    confidence: float
    verdicts: tuple[str, ...]
    passages: tuple[ShownPassage, ...]
    missing_gold: tuple[ShownPassage, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def worst_cases(
    asked: Sequence[Question],
    rows: Sequence[Row],
    observed: Mapping[str, Observation],
    *,
    aliases: Mapping[str, str],
    text_of: Texts,
    limit: int = CASES,
) -> list[Case]:
    """Return the worst cases, worst first.

    Worst is a wrong or made-up answer given with much confidence, then an answerable question
    declined with little.
    """
    by_key = {row.key: row for row in rows}
    judged = [(severity(by_key[question.key]), question) for question in asked]
    bad = sorted(
        ((worth, fault, question) for (worth, fault), question in judged if fault),
        key=lambda item: (-item[0], item[2].key),
    )
    return [
        _case(question, fault, observed[question.key], aliases, text_of)
        for _, fault, question in bad[:limit]
        if fault
    ]


def severity(row: Row) -> tuple[float, Fault | None]:
    """Return how bad a row is, 0 to 2, and what is wrong with it; ``(0, None)`` for nothing."""
    if row.outcome == Outcome.DECLINED:
        return (1 - row.confidence, Fault.DECLINED) if row.answerable else (0.0, None)
    if not row.answerable:
        return 1 + row.confidence, Fault.MADE_UP
    return (0.0, None) if row.right else (1 + row.confidence, Fault.WRONG)


def _case(
    question: Question,
    fault: Fault,
    seen: Observation,
    aliases: Mapping[str, str],
    text_of: Texts,
) -> Case:
    gold = set(distinct(question.gold, aliases))
    cited = {aliases.get(c.document, c.document) for c in seen.citations}
    spans = list(evidence_spans(question, text_of)) or list(_answer_spans(question, text_of))
    quoted = [(c.document, c.start, c.end) for c in seen.citations]
    passages = []
    for rank, hit in enumerate(seen.hits[:_SHOWN_HITS], start=1):
        name = aliases.get(hit.document, hit.document)
        passages.append(
            ShownPassage(
                rank=rank,
                document=hit.document,
                text=text_of(hit.document)[hit.start : hit.end],
                gold=name in gold,
                cited=name in cited,
                marks=_inside(spans, name, aliases, hit.start, hit.end),
                quotes=_inside(quoted, name, aliases, hit.start, hit.end),
            )
        )
    order = distinct(seen.documents, aliases)
    missing = [
        ShownPassage(
            rank=order.index(name) + 1 if name in order else 0,
            document=name,
            text=text_of(name),
            gold=True,
            cited=name in cited,
            marks=_inside(spans, name, aliases, 0, len(text_of(name))),
        )
        for name in sorted(gold)
        if not any(aliases.get(p.document, p.document) == name for p in passages)
    ]
    return Case(
        key=question.key,
        fault=fault,
        kind=question.kind,
        where=question.where,
        question=question.text,
        standalone=seen.standalone if seen.standalone != question.text else "",
        wanted=tuple(" / ".join(part) for part in question.answers_all) or question.forms,
        note=question.correction or " / ".join(question.foreign_answers),
        answer=seen.text,
        short=seen.short,
        outcome=seen.outcome,
        confidence=seen.confidence,
        verdicts=tuple(sentence.verdict for sentence in seen.sentences),
        passages=tuple(passages),
        missing_gold=tuple(missing),
    )


def _answer_spans(question: Question, text_of: Texts) -> Iterator[tuple[str, int, int]]:
    """Yield ``(document, start, end)`` of the gold answer, or its parts, in the gold documents."""
    wanted = question.answers_all or (question.forms,)
    for document in question.gold:
        text = text_of(document)
        for forms in wanted:
            place = next(filter(None, (locate(form, text) for form in forms)), None)
            if place:
                yield document, *place


def _inside(
    spans: Sequence[tuple[str, int, int]],
    document: str,
    aliases: Mapping[str, str],
    start: int,
    end: int,
) -> tuple[tuple[int, int], ...]:
    """Return the evidence spans of the document that meet a passage, relative to it."""
    return tuple(
        (max(a, start) - start, min(b, end) - start)
        for name, a, b in sorted(spans)
        if aliases.get(name, name) == document and a < end and start < b
    )
