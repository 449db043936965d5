"""What goes to a model is data: cleaned, marked, and looked through for orders.

The text of documents may have been written by anyone. Nothing here changes what is shown or
cited: characters are replaced one by one or taken out of the model's copy alone.
"""

from __future__ import annotations

import re
import secrets
from bisect import bisect_right
from dataclasses import dataclass

from rag.text.normal import normal_form
from rag.text.sentences import split_sentences
from rag.writing.orders import ENCODED, ORDERS, TEMPLATE, TURN

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
"""Control characters, marks of direction, blanks of no width, tags and private use."""

_HIDDEN_WORDS = re.compile("[\U000e0020-\U000e007f]")
"""Tag characters spell ASCII that nobody sees."""

_TEMPLATE = re.compile(
    r"<(?=[|｜/]|(?:s|bos|eos|unk|pad|sys|start_of_turn|end_of_turn|tool_call|think)\b)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS)\])"
    r"|<(?=<\/?SYS>>)|(?<=<)<(?=\/?SYS>>)",
    re.IGNORECASE,
)
"""What opens a control token of any chat template in use: Qwen, Llama, Mistral, Gemma, GLM."""

_HARMLESS = {"<": "‹", "[": "⁅"}

_LOOSE_MARK = re.compile(r"\[(?=\s*\d{1,3}\s*\])")


@dataclass(frozen=True, slots=True)
class Guard:
    """Which defences are on. All are, but for measurements."""

    cleaning: bool = True
    delimiting: bool = True
    flagging: bool = True
    gating: bool = True

    @classmethod
    def none(cls) -> Guard:
        """Return the guard that does nothing."""
        return cls(False, False, False, False)


@dataclass(frozen=True, slots=True)
class Marks:
    """The secret marks of one request: a delimiter and a canary."""

    delimiter: str
    canary: str


def fresh_marks() -> Marks:
    """Return marks that nobody who wrote a document can have known."""
    return Marks(delimiter=secrets.token_hex(4), canary=secrets.token_hex(6))


def clean(text: str) -> str:
    """Return the text as a model may read it: no hidden characters, no control tokens.

    Numbers in square brackets, which would look like marks of ours, get other brackets.
    """
    text = _INVISIBLE.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n"))
    text = _TEMPLATE.sub(lambda match: _HARMLESS[match.group()], text)
    return _LOOSE_MARK.sub("⁅", text)


def suspicious(text: str, *, neighbours: bool = False) -> tuple[tuple[int, int], ...]:
    """Return the spans of the sentences that speak to a model, in order.

    With ``neighbours`` the sentences beside them too: what an order wants said mostly stands
    there.
    """
    spans = split_sentences(text)
    flagged = {place for place, (start, end) in enumerate(spans) if _orders(text[start:end])}
    starts = [start for start, _ in spans]
    for pattern in (TURN, ENCODED, TEMPLATE, _HIDDEN_WORDS):
        for match in pattern.finditer(text):
            flagged.add(max(0, bisect_right(starts, match.start()) - 1))
    if neighbours:
        flagged |= {place + step for place in flagged for step in (-1, 1)}
    return tuple(span for place, span in enumerate(spans) if place in flagged)


def _orders(sentence: str) -> bool:
    normal = normal_form(_INVISIBLE.sub("", sentence))
    return any(pattern.search(normal) for pattern in ORDERS)
