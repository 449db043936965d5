"""Tabs: one title each, of which a page shows the stretch of one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.readers.drafting import Draft
from rag.records import BlockKind

_DEEPEST = 6


def raise_tabs(drafts: list[Draft], tabs: Sequence[tuple[int, int]]) -> None:
    """Make sections of tabs after which their section ends, so that their titles are headings.

    ``tabs`` are the ranges of the drafts of each, its title first. Other tabs stay pairs: the
    text after them is not part of the last one. Changes ``drafts`` in place.
    """
    starts = dict(tabs)
    level = 1
    place = 0
    while place < len(drafts):
        if drafts[place].kind is BlockKind.HEADING:
            level = drafts[place].level
        end = place
        while end in starts and starts[end] > end:
            end = starts[end]
        if end == place:
            place += 1
            continue
        following = next(
            (drafts[n] for n in range(end, len(drafts)) if drafts[n].aside is None), None
        )
        if following is None or following.kind is BlockKind.HEADING:
            for number in range(place, end):
                drafts[number] = _raised(drafts[number], level, starts, number)
        place = end


def _raised(draft: Draft, level: int, starts: Mapping[int, int], number: int) -> Draft:
    """Return a draft of a tab as part of a section one level below ``level``."""
    if number in starts and draft.kind is BlockKind.TERM:
        return replace(draft, kind=BlockKind.HEADING, level=min(level + 1, _DEEPEST), group=0)
    if draft.kind is BlockKind.HEADING:
        return replace(draft, level=min(draft.level + 1, _DEEPEST))
    if draft.kind is BlockKind.DEFINITION:
        return replace(draft, kind=BlockKind.PARAGRAPH, group=0, settled=False)
    return draft
