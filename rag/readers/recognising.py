"""Recognise what a format does not say: items, questions and answers, records, articles, headings.

All readers share these rules; they see drafts in order and look at the signs in front of lines,
never at a file's format. Drafts that are ``settled`` keep what their format says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.readers.drafting import BULLET, Draft, Line
from rag.readers.numbering import (
    Mark,
    answer_mark,
    article_mark,
    decimal_mark,
    item_mark,
    labelled,
    question_mark,
)
from rag.readers.pairing import pair_questions
from rag.readers.patterns import CAPTION
from rag.readers.shape import ends_sentence, is_heading_like, is_prose, numbered_level, width
from rag.records import BlockKind

_LONGEST_HEADING = 64
_LONGEST_BOLD_HEADING = 80
_LONGEST_LABELLED = 160
_ANNEX = re.compile(r"附|annex|appendix", re.IGNORECASE)
_LOOSE = frozenset({"letter", "roman"})
"""Signs that words may look like."""
_SENTENCE_END = re.compile(r"[。！？!?.…]['\"”’」』）)】]*$")


def recognise(drafts: Sequence[Draft], group: Callable[[], int]) -> list[Draft]:
    """Return the drafts with what their signs show; ``group`` gives the number of a new group."""
    found: list[Draft] = []
    for draft in drafts:
        found.extend(split_lines(draft, group) if _is_open(draft) else [draft])
    found = pair_questions(found, group)
    found = _headings(found)
    return _items(found, group)


def _is_open(draft: Draft) -> bool:
    return draft.kind is BlockKind.PARAGRAPH and draft.aside is None and not draft.settled


def split_lines(draft: Draft, group: Callable[[], int]) -> list[Draft]:
    """Return the parts of a paragraph whose lines begin with signs of their own.

    Lines that each end a sentence are the author's, and are kept apart as lines.
    """
    lines = draft.lines
    record = _record(draft, group)
    if record:
        return record
    if len(lines) > 1:
        begins = _beginnings(lines)
        if len(begins) > 1:
            ends = [*begins[1:], len(lines)]
            parts = [draft.on(lines[a:b]) for a, b in zip(begins, ends, strict=True)]
            rest = [replace(part, notes=(), gap=False) for part in parts[1:]]
            return [parts[0], *rest]
        if all(_SENTENCE_END.search(line.text) for line in lines):
            return [draft.on(tuple(replace(line, hard=True) for line in lines))]
    return [draft]


def _beginnings(lines: Sequence[Line]) -> list[int]:
    """Return the lines of a paragraph that begin something of their own, the first always.

    A sign counts where it comes more than once, or where the line before it has ended: a number
    in running text may come to stand at the start of a wrapped line.
    """
    signs = [_sign(line.text) for line in lines]
    common = Counter(signs)
    begins = [0]
    for number in range(1, len(lines)):
        sign, before = signs[number], lines[number - 1]
        ended = before.hard or ends_sentence(before.text)
        if sign and (ended or (common[sign] > 1 and sign not in _LOOSE)):
            begins.append(number)
    return begins


def _sign(text: str) -> str:
    """Return what kind of sign a line starts with, empty where it has none."""
    if question_mark(text) or answer_mark(text):
        return "question"
    if article_mark(text):
        return "article"
    mark = item_mark(text)
    return mark.style if mark is not None else ""


def _record(draft: Draft, group: Callable[[], int]) -> list[Draft]:
    """Return rows where all lines are ``label: value``; a label that comes again begins a new one.

    A first line without label is a lead and stays what it is.
    """
    lines = draft.lines
    if len(lines) < 2:
        return []
    pairs = [labelled(line.text) if width(line.text) <= _LONGEST_LABELLED else None
             for line in lines]  # fmt: skip
    first = 0 if pairs[0] is not None else 1
    if len(lines) - first < 2 or any(pair is None for pair in pairs[first:]):
        return []
    records: list[list[int]] = []
    seen: set[str] = set()
    for number in range(first, len(lines)):
        pair = pairs[number]
        assert pair is not None
        if not records or pair[0] in seen:
            records.append([])
            seen = set()
        seen.add(pair[0])
        records[-1].append(number)
    if all(len(record) < 2 for record in records):
        return []
    found = [draft.on(lines[:first])] if first else []
    for record in records:
        part = tuple(replace(lines[n], hard=True) for n in record)
        known = [pair for n in record if (pair := pairs[n]) is not None]
        found.append(
            replace(
                draft,
                kind=BlockKind.ROW,
                lines=part,
                group=group(),
                names=tuple(label for label, _ in known),
                notes=() if found else draft.notes,
                settled=True,
            )
        )
    return found


def _headings(drafts: Sequence[Draft]) -> list[Draft]:
    """Make headings of numbered and of bold lines that stand over text."""
    found = list(drafts)
    level = 1
    for number, draft in enumerate(drafts):
        if draft.kind is BlockKind.HEADING:
            level = draft.level
            continue
        if not _is_open(draft) or draft.group:
            continue
        later = (drafts[n] for n in range(number + 1, len(drafts)))
        following = next((one for one in later if one.aside is None), None)
        if following is None:
            continue
        new = _heading_level(draft, following, level)
        if new:
            found[number] = replace(draft, kind=BlockKind.HEADING, level=new)
    return found


def _heading_level(draft: Draft, following: Draft, level: int) -> int:
    """Return the level of a draft that is a heading by its number or its bold type, else 0."""
    text = draft.text
    if len(draft.lines) != 1 or not is_heading_like(text) or width(text) > _LONGEST_BOLD_HEADING:
        return 0
    if text.rstrip().endswith(("!", "！")):
        return 0
    article, decimal = article_mark(text), decimal_mark(text)
    titled = width(text) <= _LONGEST_HEADING and not _ends_open(text) and "，" not in text
    if article is not None and titled:
        return 2 if _ANNEX.match(text) else min(level + 1, 6)
    if decimal is not None and width(text) <= _LONGEST_HEADING:
        later = decimal_mark(following.text)
        if later is None or later.sign.startswith(decimal.sign + "."):
            return min(decimal.sign.count(".") + 2, 6)
        return 0
    plain = following.kind is not BlockKind.HEADING and following.lines != ()
    if draft.lines[0].is_strong and (plain or following.cells):
        strong = bool(following.lines) and all(line.is_strong for line in following.lines)
        return 0 if strong else min(level + 1, 6)
    return 0


def _ends_open(text: str) -> bool:
    return text.rstrip().endswith(("：", ":", "，", ",", "；", ";"))


def _items(drafts: Sequence[Draft], group: Callable[[], int]) -> list[Draft]:
    """Make items of neighbouring paragraphs with marks, and articles of numbered ones."""
    found: list[Draft] = []
    number = 0
    decimals = sum(_is_open(d) and decimal_mark(d.text) is not None for d in drafts)
    while number < len(drafts):
        run = _run(drafts, number)
        if run:
            found.extend(_listed(run, group()))
            number += len(run)
            continue
        draft = drafts[number]
        if _is_open(draft) and not draft.group:
            mark = article_mark(draft.text) or decimal_mark(draft.text)
            # A number of two parts is one of many, or a figure at the start of a sentence.
            figure = mark is not None and mark.style == "decimal" and mark.sign.count(".") == 1
            if mark is not None and not (figure and decimals < 2):
                draft = replace(draft, marker=mark.sign)
        found.append(draft)
        number += 1
    return found


def _mark(draft: Draft) -> Mark | None:
    if not _is_open(draft) or draft.group or not draft.lines:
        return None
    if decimal_mark(draft.lines[0].text) or article_mark(draft.lines[0].text):
        return None
    return item_mark(draft.lines[0].text)


def _run(drafts: Sequence[Draft], start: int) -> list[tuple[Draft, Mark]]:
    """Return the items that begin at ``start``: two or more, or one after a lead."""
    run: list[tuple[Draft, Mark]] = []
    for number in range(start, len(drafts)):
        draft = drafts[number]
        mark = _mark(draft)
        if mark is None:
            break
        run.append((draft, mark))
    led = start > 0 and _ends_open(drafts[start - 1].text)
    if len(run) == 1 and not (led or run[0][1].style == "bullet"):
        return []
    styles = [mark.style for _, mark in run]
    if not led and set(styles) == {"letter"} and run[0][1].sign.strip("().、．").lower() != "a":
        return []
    return run


def _listed(run: Sequence[tuple[Draft, Mark]], group: int) -> list[Draft]:
    """Return the items of a run; a style inside another one, or a deeper indent, is nested."""
    stack: list[tuple[str, int]] = []
    found = []
    for draft, mark in run:
        key = (mark.style, draft.indent)
        if key in stack:
            del stack[stack.index(key) + 1 :]
        else:
            while stack and stack[-1][1] > draft.indent:
                stack.pop()
            if stack and stack[-1][0] == mark.style and stack[-1][1] == draft.indent:
                stack.pop()
            stack.append(key)
        first = draft.lines[0]
        marker = mark.sign
        if mark.style == "bullet":
            marker = BULLET
            first = replace(first, text=first.text[mark.length :], strong=0)
        found.append(
            replace(
                draft,
                kind=BlockKind.ITEM,
                lines=(first, *draft.lines[1:]),
                level=max(1, min(len(stack), 9)),
                group=group,
                marker=marker,
            )
        )
    return found


def find_headings(drafts: Sequence[Draft]) -> list[Draft]:
    """Mark the headings of a text without any marks: short lines over a longer paragraph.

    Where numbered lines (一、 （一）) turn out to be headings, the other short lines numbered in
    the same way are headings too.
    """
    result = list(drafts)
    open_drafts = [n for n, draft in enumerate(drafts) if draft.aside is None]
    numbered: list[tuple[int, int]] = []
    levels: set[int] = set()
    for number, following in pairwise(open_drafts):
        draft = drafts[number]
        text, after = draft.text, drafts[following].text
        if not _is_open(draft) or not may_be_heading(text):
            continue
        level = numbered_level(text)
        if drafts[following].kind is BlockKind.PARAGRAPH and (
            is_prose(after) and width(after) >= 2 * width(text)
        ):
            result[number] = replace(draft, kind=BlockKind.HEADING, level=level or 2)
            levels.add(level)
        elif level:
            numbered.append((number, level))
    if levels - {0}:
        for number, level in numbered:
            result[number] = replace(drafts[number], kind=BlockKind.HEADING, level=level)
    return result


def join_short_lines(drafts: Sequence[Draft]) -> list[Draft]:
    """Put neighbouring short lines of a text without marks into one stretch, a line each.

    Verse, an address, a record, a log: what stands on lines of its own without a blank between.
    """
    found: list[Draft] = []
    run: list[Draft] = []
    for draft in drafts:
        last = run[-1] if run else None
        joins = (
            last is not None
            and not draft.gap
            and _is_open(draft)
            and _is_open(last)
            and not (is_prose(draft.text) or is_prose(last.lines[-1].text))
            and not (_is_numbered(draft) or _is_numbered(last))
        )
        if run and not joins:
            found.append(_one_of(run))
            run = []
        run.append(draft)
    return [*found, _one_of(run)] if run else found


def _one_of(run: Sequence[Draft]) -> Draft:
    """Return lines that stand together as one stretch; their breaks are the author's."""
    if len(run) == 1:
        return run[0]
    lines = [replace(line, hard=True) if line is draft.lines[-1] else line
             for draft in run for line in draft.lines]  # fmt: skip
    notes = tuple(note for draft in run for note in draft.notes)
    return replace(run[0], lines=tuple(lines), notes=notes)


def _is_numbered(draft: Draft) -> bool:
    text = draft.lines[0].text
    return decimal_mark(text) is not None or article_mark(text) is not None


def may_be_heading(text: str) -> bool:
    """Tell a line that could be a heading by its length, its end and what it says."""
    if width(text) > _LONGEST_HEADING or not is_heading_like(text) or CAPTION.search(text):
        return False
    if question_mark(text) or answer_mark(text) or labelled(text):
        return False
    mark = item_mark(text)
    return mark is None or mark.style in {"han", "bracketed-han"} or numbered_level(text) > 0
