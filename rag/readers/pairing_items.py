"""Find questions and their answers among the items of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.readers.drafting import BULLET, Draft
from rag.readers.numbering import asks
from rag.records import BlockKind


def pair_items(drafts: Sequence[Draft], group: Callable[[], int]) -> list[Draft]:
    """Return the drafts with a list of questions and answers as pairs.

    Such a list has two items or more, and each asks in its first line and answers in what
    follows, inside the item.
    """
    found: list[Draft] = []
    number = 0
    while number < len(drafts):
        end = _end_of_list(drafts, number)
        members = drafts[number:end]
        if end - number > 1 and _is_faq(members):
            found.extend(_paired(members, group))
        else:
            end = max(end, number + 1)
            found.extend(drafts[number:end])
        number = end
    return found


def _end_of_list(drafts: Sequence[Draft], start: int) -> int:
    first = drafts[start]
    if first.kind is not BlockKind.ITEM or not first.group:
        return start
    end = start
    while end < len(drafts) and drafts[end].group == first.group:
        end += 1
    return end


def _heads(members: Sequence[Draft]) -> list[int]:
    return [n for n, d in enumerate(members) if d.kind is BlockKind.ITEM and d.level == 1]


def _is_faq(members: Sequence[Draft]) -> bool:
    heads = _heads(members)
    if len(heads) < 2 or heads[0] != 0:
        return False
    for place, head in enumerate(heads):
        end = heads[place + 1] if place + 1 < len(heads) else len(members)
        lines = members[head].lines
        answered = end - head > 1 or (len(lines) > 1 and not asks(lines[1].text))
        if not (asks(lines[0].text) and answered):
            return False
    return True


def _paired(members: Sequence[Draft], group: Callable[[], int]) -> list[Draft]:
    found: list[Draft] = []
    pair = 0
    for draft in members:
        if draft.kind is BlockKind.ITEM and draft.level == 1:
            pair = group()
            marker = "" if draft.marker == BULLET else draft.marker
            asked = draft.on(draft.lines[:1])
            found.append(
                replace(
                    asked, kind=BlockKind.TERM, level=0, group=pair, marker=marker, settled=True
                )
            )
            if len(draft.lines) > 1:
                told = replace(draft, lines=draft.lines[1:], notes=())
                found.append(_told(told, pair))
        elif draft.kind is BlockKind.PARAGRAPH:
            found.append(_told(draft, pair))
        else:
            level = max(draft.level - 1, 1) if draft.kind is BlockKind.ITEM else draft.level
            found.append(replace(draft, group=pair, level=level))
    return found


def _told(draft: Draft, pair: int) -> Draft:
    return replace(draft, kind=BlockKind.DEFINITION, level=0, group=pair, marker="", settled=True)
