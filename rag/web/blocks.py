"""Blocks of documents as plain JSON, their text cut into runs where marks begin or end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from rag.records import Block, BlockKind, Citation, Sentence

KEY = -1
"""The mark of the short answer inside a quote; quotes are marked from 0."""

MarkedSpan = tuple[int, int, int]
"""Start and end in the document, and the mark."""


def marked_runs(text: str, base: int, spans: Sequence[MarkedSpan]) -> list[dict[str, Any]]:
    """Cut ``text``, which starts at offset ``base`` of its document, where marks begin or end.

    ``spans`` have document offsets and may overlap or lie outside. Return ``{"text", "marks"}``
    runs whose texts join to ``text``; none is empty.
    """
    end = base + len(text)
    inside = [(max(base, s), min(end, e), mark) for s, e, mark in spans if s < end and e > base]
    cuts = sorted({base, end, *(s for s, _, _ in inside), *(e for _, e, _ in inside)})
    return [
        {
            "text": text[low - base : high - base],
            "marks": [mark for s, e, mark in inside if s <= low and e >= high],
        }
        for low, high in pairwise(cuts)
        if low < high
    ]


def with_keys(runs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Tell the mark of the short answer, as ``key``, from those of quotes."""
    return [
        {
            "text": run["text"],
            "marks": [mark for mark in run["marks"] if mark != KEY],
            "key": KEY in run["marks"],
        }
        for run in runs
    ]


def blocks_view(
    text: str, base: int, blocks: Sequence[Block], spans: Sequence[MarkedSpan]
) -> list[dict[str, Any]]:
    """Return the blocks of ``text``, which starts at ``base``; they are cut to it."""

    def runs(start: int, end: int) -> list[dict[str, Any]]:
        return with_keys(marked_runs(text[start - base : end - base], start, spans))

    end = base + len(text)
    found: list[dict[str, Any]] = []
    for block in blocks:
        low, high = max(base, block.start), min(end, block.end)
        if low >= high:
            continue
        bullet = block.kind is BlockKind.ITEM and not text[low - base :].startswith(block.marker)
        found.append(
            {
                "kind": str(block.kind),
                "level": block.level,
                "group": block.group,
                "start": low,
                "bullet": bullet,
                "runs": runs(low, high),
                "cells": [runs(max(low, a), min(high, b)) for a, b in block.cells],
            }
        )
    return found


def quoted_blocks(
    sentence: Sentence, quotes: Sequence[Citation], keys: Sequence[MarkedSpan]
) -> list[dict[str, Any]]:
    """Return the blocks of a unit that was quoted; none where a model wrote it."""
    own = [quotes[place] for place in sentence.quotes]
    if not own or "\n".join(quote.quote for quote in own) != sentence.text:
        return []
    found = []
    for quote in own:
        blocks = quote.blocks or (Block(BlockKind.PARAGRAPH, quote.start, quote.end),)
        found += blocks_view(quote.quote, quote.start, blocks, keys)
    return found
