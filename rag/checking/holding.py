"""Hold a sentence against a hit: its passage, what stands over it, and without orders in it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.checking.checker import Check, blanked, check_sentence
from rag.records import BlockKind, Hit, Passage, Span, Verdict

SUSPICIOUS = "suspicious"
"""Reason of a sentence that rests on text which speaks to a model alone."""


def held_against(text: str, hit: Hit, tainted: Sequence[Span]) -> Check:
    """Check against the passage without what speaks to a model.

    A sentence that only that text supports is told apart from one that nothing supports.
    """
    passage = hit.passage.text
    at = hit.passage.start
    context = _context(hit.passage)
    rows = [(b.start - at, b.end - at) for b in hit.passage.blocks if b.kind is BlockKind.ROW]
    if not tainted:
        return check_sentence(text, passage, context=context, rows=rows)
    check = check_sentence(text, blanked(passage, tainted), context=context, rows=rows)
    if check.verdict is Verdict.UNSUPPORTED:
        whole = check_sentence(text, passage, context=context, rows=rows)
        if whole.verdict is not Verdict.UNSUPPORTED:
            return Check(Verdict.UNSUPPORTED, (SUSPICIOUS,), whole.start, whole.end, whole.coverage)
    return check


def _context(passage: Passage) -> str:
    """Return what stands over a passage: title, headings, and the names of columns."""
    names = dict.fromkeys(name for block in passage.blocks for name in block.names)
    return "\n".join([passage.title, passage.heading, *names])
