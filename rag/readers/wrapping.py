"""Join the lines of plain text that were broken at the width of a page, and no others.

A broken line is one that its successor's first word would not have fitted. In wrapped text most
lines are of that kind, most of them stop within a sentence, and those that are shorter end one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.readers.drafting import Draft, is_wide
from rag.readers.numbering import (
    answer_mark,
    article_mark,
    decimal_mark,
    item_mark,
    labelled,
    question_mark,
)
from rag.readers.shape import ends_sentence, width

_FIRST_WORD = re.compile(r"[\u2e80-\uffdc\U00020000-\U0003ffff]|\S+?(?=[\s\u2e80-\uffdc]|$)")
_SENTENCE_END = re.compile(r"[。！？!?.…][\"'”’」』）)】]*$")
_NUMBER = re.compile(r"\d+")
_NEVER_FIRST = tuple("。，、；：！？）”’》】」』")
_NARROWEST, _WIDEST, _WIDEST_RUN = 30, 132, 100
"""Columns of the widest line: verse is narrower, a paragraph on one line is wider; few lines show
a width less surely, so they are believed up to the usual ones."""
_LONE_WIDE, _LONE_LATIN = 56, 40
"""Columns from which a single broken line is believed, where nothing else shows a width."""
_FULL, _INSIDE = 0.6, 0.4

Measure = Callable[[str], int]
Pair = tuple[Draft, Draft]


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How lines were broken: what was counted (columns or characters), and how many fit."""

    measure: Measure
    limit: int


def join_wrapped(lines: Sequence[Draft]) -> list[Draft]:
    """Return the lines of a text, those broken at a page width put together.

    ``lines`` are drafts of one line each; ``gap`` says that a blank line stands before one.
    """
    runs = _runs(lines)
    pairs = [pair for run in runs for pair in _pairs(run)]
    everywhere = _wrapping(pairs)
    own = [everywhere or _wrapping_of_run(run) for run in runs]
    # A run of two lines shows no width of its own: that of the others holds for it.
    known = [found for found in own if found is not None]
    usual = max(known, key=lambda found: found.limit) if known else None
    joined: list[Draft] = []
    for run, found in zip(runs, own, strict=True):
        wrapping = found or usual or _lone(run)
        begins = _beginnings(run) if wrapping else {0}
        for number, line in enumerate(run):
            goes_on = number not in begins or line.text.startswith(_NEVER_FIRST)
            if number and wrapping and goes_on and _continues(run[number - 1], line, wrapping):
                joined[-1] = replace(joined[-1], lines=joined[-1].lines + line.lines)
            else:
                joined.append(line)
    return joined


def _runs(lines: Sequence[Draft]) -> list[list[Draft]]:
    runs: list[list[Draft]] = []
    for line in lines:
        if line.gap or not runs:
            runs.append([])
        runs[-1].append(line)
    return runs


def _pairs(run: Sequence[Draft]) -> list[Pair]:
    """Return the lines of a run with those after them that begin nothing of their own."""
    begins = _beginnings(run)
    return [pair for number, pair in enumerate(pairwise(run), start=1) if number not in begins]


def _wrapping_of_run(run: Sequence[Draft]) -> Wrapping | None:
    """Return how one run was broken; a heading may stand over it."""
    pairs = _pairs(run)
    if len(pairs) < 2:
        return None
    return _wrapping(pairs, least=1) or _wrapping(pairs[1:], least=1)


def _wrapping(pairs: Sequence[Pair], *, least: int = 3) -> Wrapping | None:
    """Return how lines were broken; None where lines are paragraphs.

    ``least`` lines have to stop within a sentence.
    """
    if len(pairs) < max(least, 2):
        return None
    best: tuple[float, Wrapping] | None = None
    for measure in (width, len):
        sizes = sorted(measure(_with_indent(first)) for first, _ in pairs)
        limit = sizes[int(len(sizes) * 0.95)]
        columns = max(width(_with_indent(first)) for first, _ in pairs)
        if not (_NARROWEST <= columns <= (_WIDEST if least > 1 else _WIDEST_RUN)):
            continue
        full = [(a, b) for a, b in pairs if _is_full(a, b, Wrapping(measure, limit))]
        short = [a for a, b in pairs if (a, b) not in full]
        open_short = sum(_SENTENCE_END.search(line.text) is None for line in short)
        inside = sum(_stops_inside(a, b) for a, b in full)
        share = len(full) / len(pairs)
        if (
            share >= _FULL
            and inside >= max(least, _INSIDE * len(full))
            and open_short <= max(0.2 * len(pairs), least - 1)
            and (best is None or share > best[0])
        ):
            best = (share, Wrapping(measure, limit))
    return best[1] if best is not None else None


def _lone(run: Sequence[Draft]) -> Wrapping | None:
    """Return how a run of two lines was broken, where the break itself shows it."""
    pairs = _pairs(run)
    if len(run) != 2 or len(pairs) != 1:
        return None
    first, second = pairs[0]
    columns = width(_with_indent(first))
    wide = is_wide(second.text[:1])
    ended = _SENTENCE_END.search(second.text) is not None
    believed = columns >= (_LONE_WIDE if wide else _LONE_LATIN) and columns <= _WIDEST
    if believed and ended and _stops_inside(first, second) and columns >= width(second.text):
        return Wrapping(width, columns)
    return None


def _stops_inside(first: Draft, second: Draft) -> bool:
    """Tell whether a line stops within a sentence that the next one goes on with."""
    start = second.text[:1]
    if start.islower():
        return _SENTENCE_END.search(first.text) is None
    # A line of Chinese verse ends in a comma as well.
    return not ends_sentence(first.text) and not start.isupper()


def _with_indent(line: Draft) -> str:
    # An ideographic space takes two columns, a plain one would count as one character as well.
    return "\u3000" * (line.indent // 2) + " " * (line.indent % 2) + line.text


def _is_full(first: Draft, second: Draft, wrapping: Wrapping) -> bool:
    """Tell a line that had no room for the next one's first word, and is not itself too long."""
    measure, limit = wrapping.measure, wrapping.limit
    play = measure("，")
    word = _FIRST_WORD.match(second.text)
    space = " " if second.text[:1].isascii() and not is_wide(first.text[-1:]) else ""
    added = space + (word.group() if word else "")
    size = measure(_with_indent(first))
    # Punctuation may hang over or be pulled to the next line: one character of play.
    return size <= limit + 2 * play and measure(_with_indent(first) + added) > limit - play


def _beginnings(run: Sequence[Draft]) -> set[int]:
    """Return the lines of a run that begin something: an item, an article, a question, a field.

    A number that stands at the start of a line only by chance is neither the first nor the next
    of those before it.
    """
    found = {0}
    counted: dict[str, int] = {}
    for number, line in enumerate(run):
        mark = item_mark(line.text)
        value = _NUMBER.search(mark.sign) if mark is not None and mark.style == "number" else None
        if mark is not None and value is not None:
            expected = int(value.group()) in {1, counted.get(mark.sign[-1:], -1) + 1}
            if number == 0 or expected:
                counted[mark.sign[-1:]] = int(value.group())
                found.add(number)
            continue
        signs = (question_mark, answer_mark, article_mark, decimal_mark, item_mark)
        field = number and labelled(line.text) and labelled(run[number - 1].text)
        if field or any(sign(line.text) is not None for sign in signs):
            found.add(number)
    return found


def _continues(first: Draft, second: Draft, wrapping: Wrapping) -> bool:
    if second.text.startswith(_NEVER_FIRST) and not ends_sentence(first.text):
        return True
    in_item = item_mark(first.text) is not None
    deeper = second.indent > first.indent + 1 and not in_item
    return not deeper and _is_full(first, second, wrapping)
