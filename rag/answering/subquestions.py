"""Take a question that asks several things apart, by rules, so that each is searched and read."""

from __future__ import annotations

import re

from rag.answering.followup import complete
from rag.answering.question import topic_of
from rag.records import Turn
from rag.text.language import dominant_script
from rag.text.normal import normal_form

_MOST = 4
_SHORTEST = 4
"""Characters of a part; a bare "How" is none."""
_ENDS = "？?。.!！，,；; "
_BREAK = re.compile(
    r"[？?]+(?=.)|(?<=[㐀-鿿”」》])[；;，,](?:以及|并且|并|同时|还有|而且)?"
    r"|,?\s+and\s+(?=(?:who|whom|whose|when|where|what|which|why|how)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"什么|多少|哪(?!怕)|谁|如何|怎么|怎样|为何|何时|何地|何处|几(?:点|月|号|岁)|多(?:大|高|长|远|重)"
    r"|\b(?:what|which|who|whom|whose|when|where|why|how)\b"
)
"""What surely asks: 几 alone may just mean "a few"."""
_EACH = re.compile(
    r"^(?P<head>.*?)(?P<first>[“「『《\"]?[^，,和与、及的]{2,16})(?:和|与|及|以及)"
    r"(?P<second>[“「『《\"]?[^，,和与、及的]{2,16})(?P<middle>的[^，,]{1,14}?)?"
    r"(?:各自|各|分别)(?P<tail>[^，,]*)$"
)


def subquestions(question: str) -> list[str]:
    """Return the questions that ``question`` asks at once, each complete in itself.

    One question, or more than four, comes back as it is. Known are questions in a row ("谁建的，
    什么时候建成？", "Who built it and when did it open?") and one thing asked of two ("甲和乙的
    面积各是多少？").
    """
    text = question.strip()
    each = _EACH.match(text.rstrip(_ENDS))
    if each and _ASKS.search(normal_form(each["tail"])):
        head, middle, tail = each["head"], each["middle"] or "", each["tail"]
        return [f"{head}{each[name]}{middle}{tail}？" for name in ("first", "second")]
    pieces = _joined([piece for piece in _BREAK.split(text) if piece and piece.strip(_ENDS)])
    if not 1 < len(pieces) <= _MOST or min(map(len, pieces)) < _SHORTEST:
        return [question]
    first = pieces[0].strip(_ENDS)
    return [_complete(piece, first) if place else piece for place, piece in enumerate(pieces)]


def _joined(pieces: list[str]) -> list[str]:
    """Join what asks nothing to the question behind it, and a last remark to the one before."""
    questions: list[str] = []
    waiting = ""
    for piece in pieces:
        waiting = f"{waiting}，{piece.strip(_ENDS)}" if waiting else piece.strip(_ENDS)
        if _ASKS.search(normal_form(piece)):
            questions.append(waiting)
            waiting = ""
    if waiting and questions:
        questions[-1] += f"，{waiting}"
    return questions


def _complete(piece: str, first: str) -> str:
    """Write a later question out as if it followed the first one."""
    completed = complete(piece, [Turn(first)])
    # Of "the university's motto" only the university is what a later part is about as well.
    topic = topic_of(first).rpartition("的")[0] or topic_of(first)
    if topic == first:  # it names nothing before it asks
        return piece
    if completed != piece or topic in piece or dominant_script(piece) != "han":
        return completed
    return f"{topic}{piece}"
