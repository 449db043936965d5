"""Take a question that asks several things apart, where its own form says so.

Known are questions in a row ("谁建的，什么时候建成？", "Who built it and when did it open?") and
one thing asked of two ("甲和乙的面积各是多少？").
"""

from __future__ import annotations

import re

from rag.asking import words_en, words_zh
from rag.asking.question import topic_of
from rag.asking.writing_out import written_out
from rag.text.language import dominant_script
from rag.text.normal import normal_form

_MOST = 4
_SHORTEST = 4
"""Characters of a part; a bare "How" is none."""
_ENDS = "？?。.!！，,；;、 "
_BREAK = re.compile(
    rf"[？?]+(?=[^》”」』\s])|(?<=[㐀-鿿”」》])[；;，,](?:{words_zh.AND_ALSO})?"
    rf"|(?<=[㐀-鿿”」》])(?:以及|并且)(?=[^，,；;？?]{{2,}}[？?]?$)"
    rf"|,?\s+and\s+(?=(?:{words_en.ASKS})\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"{words_zh.ASKS}|\b(?:{words_en.ASKS})\b")
_EACH = re.compile(
    r"^(?P<head>.*?)(?P<first>[“「『《\"]?[^，,和与、及的]{2,16})"
    rf"(?:{words_zh.AND}|[、])(?P<second>[“「『《\"]?[^，,和与、及的]{{2,16}}?)"
    rf"(?P<middle>的[^，,]{{1,14}}?)?(?:{words_zh.EACH})(?P<tail>[^，,]*)$"
)


def taken_apart(question: str) -> tuple[str, ...]:
    """Return the questions that ``question`` asks at once, each complete in itself.

    Empty for one question, and for more than four.
    """
    text = question.strip()
    each = _EACH.match(text.rstrip(_ENDS))
    if each and _ASKS.search(normal_form(each["tail"])):
        return tuple(
            f"{each['head']}{each[name]}{each['middle'] or ''}{each['tail']}？"
            for name in ("first", "second")
        )
    pieces = _asking([piece for piece in _BREAK.split(text) if piece and piece.strip(_ENDS)])
    if not 1 < len(pieces) <= _MOST or min(map(len, pieces)) < _SHORTEST:
        return ()
    first = pieces[0]
    return (first, *(_complete(piece, first) for piece in pieces[1:]))


def _asking(pieces: list[str]) -> list[str]:
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
    """Write a later question out as one about what the first names before it asks."""
    written = written_out(piece, first)
    if written or dominant_script(piece) != "han":
        return written or piece
    topic, own = topic_of(first).partition("的")[0], topic_of(piece)
    if not topic:
        return piece if own else f"{first}，{piece}"
    if topic in piece:
        return piece
    return f"{topic}，{piece}" if own else f"{topic}{piece}"
