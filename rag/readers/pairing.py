"""Find questions and their answers in every layout, and make a pair of each.

A pair is a ``TERM`` (the question) and what answers it, all in one group.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.readers.drafting import Draft, Line
from rag.readers.numbering import answer_inside, answer_mark, asks, item_mark, question_mark
from rag.readers.pairing_items import pair_items
from rag.readers.shape import width
from rag.records import BlockKind

_LONGEST_QUESTION = 160
_BODY = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.CODE, BlockKind.QUOTE})


def pair_questions(drafts: Sequence[Draft], group: Callable[[], int]) -> list[Draft]:
    """Return the drafts with every question and its answer as a pair.

    Layouts: "Q:" and "A:" on lines or on one line, a bold question over or before its answer,
    a numbered or plain question over its answer where several follow each other.
    """
    found = _one_line(drafts, group)
    found = _signed(found, group)
    found = _bold(found, group)
    found = _plain(found, group)
    return pair_items(found, group)


def _is_open(draft: Draft) -> bool:
    return (
        draft.kind is BlockKind.PARAGRAPH
        and draft.aside is None
        and not draft.settled
        and not draft.group
        and bool(draft.lines)
    )


def _term(draft: Draft, group: int, marker: str = "") -> Draft:
    return replace(draft, kind=BlockKind.TERM, group=group, marker=marker, settled=True)


def _definition(draft: Draft, group: int, marker: str = "") -> Draft:
    """Return a draft as a part of an answer: a paragraph defines, other kinds keep theirs."""
    if draft.kind is BlockKind.PARAGRAPH:
        return replace(draft, kind=BlockKind.DEFINITION, group=group, marker=marker, settled=True)
    if draft.kind in _BODY:
        return replace(draft, group=group)
    return draft


def _one_line(drafts: Sequence[Draft], group: Callable[[], int]) -> list[Draft]:
    """Take "Q: ... A: ..." on one line apart."""
    found: list[Draft] = []
    for draft in drafts:
        line = draft.lines[0] if _is_open(draft) and draft.lines else None
        mark = question_mark(line.text) if line is not None else None
        at = answer_inside(line.text) if line is not None and mark is not None else 0
        if line is None or mark is None or not at:
            found.append(draft)
            continue
        asked = replace(line, text=line.text[:at].rstrip(), hard=True)
        told = replace(line, text=line.text[at:], strong=0)
        number = group()
        sign = answer_mark(told.text)
        found.append(_term(draft.on((asked,)), number, mark.sign))
        found.append(
            _definition(
                replace(draft, lines=(told, *draft.lines[1:]), notes=(), gap=False),
                number,
                sign.sign if sign else "",
            )
        )
    return found


def _signed(drafts: Sequence[Draft], group: Callable[[], int]) -> list[Draft]:
    """Pair "Q:" with the "A:" that follows, and with what stands before the next question."""
    found = list(drafts)
    asked = [n for n, draft in enumerate(found) if _is_open(draft) and _question_sign(draft)]
    for place, number in enumerate(asked):
        following = number + 1
        if following >= len(found) or not _is_open(found[following]):
            continue
        answer = answer_mark(found[following].lines[0].text)
        question = question_mark(found[number].lines[0].text)
        if answer is None or question is None:
            continue
        pair = group()
        found[number] = _term(found[number], pair, question.sign)
        found[following] = _definition(found[following], pair, answer.sign)
        # What follows the last answer may be anything; between two questions it is the answer's.
        end = asked[place + 1] if place + 1 < len(asked) else following + 1
        _extend(found, following + 1, end, pair)
    return found


def _question_sign(draft: Draft) -> bool:
    return question_mark(draft.lines[0].text) is not None


def _extend(found: list[Draft], start: int, end: int, pair: int) -> None:
    """Give what stands from ``start`` on to an answer, up to a heading or another pair."""
    for number in range(start, end):
        draft = found[number]
        if draft.aside is not None:
            continue
        if draft.kind not in _BODY or (draft.kind is BlockKind.PARAGRAPH and draft.group):
            return
        found[number] = _definition(draft, pair)


def _bold(drafts: Sequence[Draft], group: Callable[[], int]) -> list[Draft]:
    """Pair a bold question with the text after it."""
    found: list[Draft] = []
    for draft in drafts:
        found.extend(_strong_start(draft))
    asked = [
        n
        for n, draft in enumerate(found)
        if _is_open(draft) and all(line.is_strong for line in draft.lines) and asks(draft.text)
    ]
    for place, number in enumerate(asked):
        following = number + 1
        if following >= len(found) or found[following].kind not in _BODY:
            continue
        if following in asked:
            continue
        pair = group()
        found[number] = _term(found[number], pair)
        end = asked[place + 1] if place + 1 < len(asked) else len(found)
        for stop in range(following, end):
            draft = found[stop]
            if draft.lines and all(line.is_strong for line in draft.lines):
                end = stop
                break
        _extend(found, following, end, pair)
    return found


def _strong_start(draft: Draft) -> list[Draft]:
    """Take a bold question at the start of a paragraph apart from its answer."""
    if not _is_open(draft):
        return [draft]
    first = draft.lines[0]
    if first.is_strong:
        if len(draft.lines) == 1 or not asks(first.text) or draft.lines[1].is_strong:
            return [draft]
        rest: tuple[Line, ...] = draft.lines[1:]
        return [draft.on((first,)), replace(draft, lines=rest, notes=(), gap=False)]
    asked, told = first.text[: first.strong].rstrip(), first.text[first.strong :].lstrip()
    if not first.strong or not asks(asked) or not told:
        return [draft]
    return [
        draft.on((replace(first, text=asked, strong=len(asked)),)),
        replace(
            draft,
            lines=(replace(first, text=told, strong=0), *draft.lines[1:]),
            notes=(),
            gap=False,
        ),
    ]


def _plain(drafts: Sequence[Draft], group: Callable[[], int]) -> list[Draft]:
    """Pair lines that ask with the text under them, where two or more do so in the same way."""
    found: list[Draft] = []
    halves: set[int] = set()
    for draft in drafts:
        parts = _question_line(draft)
        if len(parts) == 2:
            halves.add(len(found))
        found.extend(parts)
    asked = [n for n, draft in enumerate(found) if _asks_alone(draft)]
    runs: list[list[int]] = []
    for number in asked:
        answered = number + 1 < len(found) and _answers(found[number + 1])
        if not answered:
            runs.append([])
        elif runs and runs[-1] and _continues(found, runs[-1][-1], number):
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        if len(run) < 2:
            continue
        for place, number in enumerate(run):
            pair = group()
            found[number] = _term(found[number], pair)
            end = run[place + 1] if place + 1 < len(run) else number + 2
            _extend(found, number + 1, end, pair)
    return _rejoined(found, halves)


def _rejoined(found: Sequence[Draft], halves: set[int]) -> list[Draft]:
    """Put paragraphs together again whose first line asks, but is no question of many."""
    result: list[Draft] = []
    for number, draft in enumerate(found):
        if number - 1 in halves and found[number - 1].kind is not BlockKind.TERM:
            first = result[-1]
            result[-1] = first.on(first.lines + draft.lines)
        else:
            result.append(draft)
    return result


def _question_line(draft: Draft) -> list[Draft]:
    """Take a first line that asks apart from the lines under it."""
    if not _is_open(draft) or len(draft.lines) < 2 or not asks(draft.lines[0].text):
        return [draft]
    if asks(draft.lines[1].text):
        return [draft]
    rest = replace(draft, lines=draft.lines[1:], notes=(), gap=False)
    return [draft.on(draft.lines[:1]), rest]


def _asks_alone(draft: Draft) -> bool:
    if not _is_open(draft):
        return False
    text = draft.text
    return len(draft.lines) == 1 and asks(text) and width(text) <= _LONGEST_QUESTION


def _answers(draft: Draft) -> bool:
    if draft.aside is not None or draft.kind not in _BODY:
        return False
    return not asks(draft.text)


def _continues(found: Sequence[Draft], earlier: int, later: int) -> bool:
    """Tell whether a question stands right after the answer of the one before, in one form."""
    first, second = (item_mark(found[n].text) for n in (earlier, later))
    if (first is None) != (second is None):
        return False
    between = found[earlier + 1 : later]
    return bool(between) and all(_answers(draft) and not draft.group for draft in between)
