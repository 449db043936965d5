"""Mend characters of a question that were mistyped for others of the same sound.

Typists of Chinese choose characters by their sound, so the usual slip is a homophone. The
documents tell which one was meant: a character between two others is exchanged only where
neither of its pairs with them stands in the documents and where both new pairs do. One pair was
too little to go by: it changed 6 % of sound questions, two change 1 %.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

from rag.text.normal import normal_form
from rag.text.tokens import Known

_HAN = re.compile(r"[㐀-鿿]")
_ASKING = re.compile(
    r"什么|多少|多(?=[大高长远重宽深久快厚])|哪.?|谁|几.?|如何|怎么|怎|为何|何|吗|呢|吧|呀|啊|啥|么|请|是|的|了"
)
_ROUNDS = 2
"""A mended character may be what its mistyped neighbour needs to be mended too."""
_LONGEST = 200


def mend(question: str, known: Known) -> str:
    """Return the question with mistyped characters exchanged for homophones.

    Words that ask are left alone and tell nothing about their neighbours: documents need not
    hold them. A question longer than 200 characters has enough else to be found by.
    """
    if len(question) > _LONGEST:
        return question
    normal = normal_form(question)
    if len(normal) != len(question):
        return question
    fixed = {place for match in _ASKING.finditer(normal) for place in range(*match.span())}
    mended = normal
    for _ in range(_ROUNDS):
        changes = _changes(mended, fixed, known)
        if not changes:
            break
        mended = "".join(changes.get(place, c) for place, c in enumerate(mended))
    return "".join(
        new if new != old else shown
        for shown, old, new in zip(question, normal, mended, strict=True)
    )


def _changes(text: str, fixed: Collection[int], known: Known) -> dict[int, str]:
    """Return the better characters by their places."""
    han = [_HAN.match(character) is not None for character in text]
    changes: dict[int, str] = {}
    for place, character in enumerate(text):
        sides = [
            side
            for side in (place - 1, place + 1)
            if 0 <= side < len(text) and han[side] and side not in fixed
        ]
        if not han[place] or place in fixed or len(sides) < 2:
            continue
        if any(known([_pair(text, place, side, character) for side in sides]).values()):
            continue
        best = _best(text, place, sides, known)
        if best:
            changes[place] = best
    return changes


def _best(text: str, place: int, sides: Sequence[int], known: Known) -> str:
    """Return the homophone all of whose pairs are known, the one known best; "" for none."""
    options = {
        other: [_pair(text, place, side, other) for side in sides]
        for other in homophones().get(text[place], "")
        if other != text[place]
    }
    found = known([pair for pairs in options.values() for pair in pairs])
    scores = {other: min(found[pair] for pair in pairs) for other, pairs in options.items()}
    best = max(scores, key=lambda other: scores[other], default="")
    return best if best and scores[best] > 0 else ""


def _pair(text: str, place: int, side: int, character: str) -> str:
    return text[side] + character if side < place else character + text[side]


@cache
def homophones() -> Mapping[str, str]:
    """Return the common characters that sound like each one."""
    table: dict[str, str] = {}
    text = Path(__file__).with_name("homophones.txt").read_text(encoding="utf-8")
    for line in text.split():
        for character in line:
            table[character] = table.get(character, "") + line
    return table
