"""Choose what a model reads: whole passages for a large one, few sentences for a small one.

The room is counted in the model's tokens; what does not fit is left out from the end, and
what was left out is on record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.answering.features import SentenceCandidate
from rag.answering.guarding import Guard, Marks, clean, signed
from rag.answering.reading import RankedSentence, Reading
from rag.records import Hit

Spans = Mapping[int, Sequence[tuple[int, int]]]
"""By the number of a hit: spans of its text."""

SENTENCES = 2
"""Sentences a small model reads. With four it wrote the wrong one, or declined, in a third of
forty learning questions most of whose answers stood in the first two."""

_LEAST_TOKENS = 24
"""Less room than this is not worth a passage."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The material of a request and the numbers of the hits in it, in their order.

    ``sentences`` are those a small model reads.
    """

    text: str
    numbers: tuple[int, ...]
    left_out: tuple[int, ...] = ()
    shortened: tuple[int, ...] = ()
    sentences: tuple[SentenceCandidate, ...] = ()


def whole_passages(
    hits: Sequence[Hit],
    shown: Sequence[Hit],
    *,
    room: int,
    count: Callable[[str], int],
    guard: Guard,
    marks: Marks,
) -> Brief:
    """Return the passages as far as ``room`` tokens reach; the last one may be shortened.

    ``hits`` are what the model may read of what is ``shown``.
    """
    blocks: list[str] = []
    numbers: list[int] = []
    shortened: list[int] = []
    for hit in hits:
        block = _block(hit, hit.passage.text, guard, marks)
        needed = count(block)
        if needed > room:
            if room < _LEAST_TOKENS:
                break
            text = _fitting(hit, room, count, guard, marks)
            if not text:
                break
            block, needed = text, room
            shortened.append(hit.rank)
        blocks.append(block)
        numbers.append(hit.rank)
        room -= needed
    return Brief(
        "\n\n".join(blocks),
        tuple(numbers),
        tuple(hit.rank for hit in shown if hit.rank not in numbers),
        tuple(shortened),
    )


def best_sentences(
    reading: Reading,
    shown: Sequence[Hit],
    *,
    room: int,
    count: Callable[[str], int],
    guard: Guard,
    marks: Marks,
    orders: Spans,
) -> Brief:
    """Return the most probable sentences, grouped by passage in reading order.

    Sentences that overlap ``orders`` are left out. Passages stand in the order of their best
    sentence.
    """
    chosen: list[RankedSentence] = []
    for ranked in reading.sentences:
        if len(chosen) == SENTENCES:
            break
        candidate = ranked.candidate
        spans = orders.get(candidate.hit.rank, ())
        if any(start < candidate.end and candidate.start < end for start, end in spans):
            continue
        needed = count(candidate.text) + 8
        if needed > room and chosen:
            continue
        room -= needed
        chosen.append(ranked)
    groups: dict[int, list[RankedSentence]] = {}
    for ranked in chosen:
        groups.setdefault(ranked.candidate.hit.rank, []).append(ranked)
    lines = []
    for number, group in groups.items():
        hit = group[0].candidate.hit
        ordered = sorted(group, key=lambda ranked: ranked.candidate.start)
        text = " ".join(_flat(ranked.candidate.text, guard, marks) for ranked in ordered)
        title = _flat(hit.passage.title, guard, marks, sign=False)
        lines.append(f"[{number}] {title}：{text}" if title else f"[{number}] {text}")
    body = "\n".join(lines)
    if guard.delimiting:
        body = f"«{marks.delimiter}»\n{body}\n«{marks.delimiter}»"
    return Brief(
        body,
        tuple(groups),
        tuple(hit.rank for hit in shown if hit.rank not in groups),
        tuple(groups),
        tuple(ranked.candidate for ranked in chosen),
    )


def _block(hit: Hit, text: str, guard: Guard, marks: Marks) -> str:
    title = _flat(hit.passage.title, guard, marks, sign=False)
    if guard.cleaning:
        text = clean(text)
    if guard.marking:
        text = signed(text, marks.sign)
    if not guard.delimiting:
        return f"[{hit.rank}] {title}\n{text}"
    return f"«{marks.delimiter} [{hit.rank}] {title}»\n{text}\n«/{marks.delimiter}»"


def _fitting(hit: Hit, room: int, count: Callable[[str], int], guard: Guard, marks: Marks) -> str:
    """Return the block with the longest beginning of the passage that fits, or nothing."""
    low, high = 0, len(hit.passage.text)
    while low < high:
        middle = (low + high + 1) // 2
        if count(_block(hit, hit.passage.text[:middle] + "…", guard, marks)) <= room:
            low = middle
        else:
            high = middle - 1
    return _block(hit, hit.passage.text[:low] + "…", guard, marks) if low else ""


def _flat(text: str, guard: Guard, marks: Marks, *, sign: bool = True) -> str:
    """Return a text on one line, so that nothing in it can look like a line of ours."""
    text = " ".join((clean(text) if guard.cleaning else text).split())
    return signed(text, marks.sign) if guard.marking and sign else text
