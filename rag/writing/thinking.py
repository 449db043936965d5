"""Take a model's thinking aloud out of what it writes, however it is marked.

Servers should keep it apart and often do not: the opening mark may stand in the prompt and only
the closing one be written, either may be spaced, capitalised, of another name or of another
family of models, and an answer that reached its limit may hold an opening mark alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = (
    r"(?:[a-z]{2,8}:)?(?:ant)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflect(?:ion|ing)?|analysis"
    r"|scratch[ _-]?pad|rationale|inner[ _-]?(?:monologue|thoughts?)|chain[ _-]of[ _-]thoughts?|cot"
    r"|思考|推理|分析)(?:[ _-]?(?:process|content|block|steps?)|过程)?"
)
_LEFT, _RIGHT = r"(?:<|＜|&lt;|◁|⟨)\s*[|｜]?\s*", r"\s*[|｜]?\s*(?:>|＞|&gt;|▷|⟩)"
_BEGIN, _END = r"(?:begin|start)[ _-](?:of[ _-])?", r"end[ _-](?:of[ _-])?"
_CHANNEL = r"<[|｜]?channel[|｜]?>\s*"
_MESSAGE = r"(?:[^<\n]{0,60}<[|｜]message[|｜]>|\s)"
_REPLY = r"(?:final[ _-]?)?(?:answer|response|output|solution)"
_MARKS = re.compile(
    rf"(?P<close>{_LEFT}(?:[/\\]\s*(?:{_BEGIN})?|{_END}){_NAME}{_RIGHT}"
    rf"|\[\s*/\s*{_NAME}\s*\]|【\s*/\s*{_NAME}\s*】|<channel\|>|\.\.\.\s*done thinking\.)"
    rf"|(?P<empty>{_LEFT}{_NAME}\s*/{_RIGHT})"
    rf"|(?P<open>{_LEFT}(?:{_BEGIN})?{_NAME}(?:\s[^<>\n]{{0,80}})?{_RIGHT}|\[\s*{_NAME}\s*\]"
    rf"|【\s*{_NAME}\s*】|{_CHANNEL}(?:analysis|commentary|thoughts?|thinking){_MESSAGE}"
    r"|\A\s*Thinking\.\.\.(?=\n)|\A\s*analysis(?=[A-Z㐀-鿿]))"
    rf"|(?P<reply>{_CHANNEL}final{_MESSAGE}|{_LEFT}(?:{_BEGIN})?{_REPLY}{_RIGHT}|assistantfinal)",
    re.IGNORECASE,
)
_CONTROL = re.compile(
    rf"{_LEFT}(?:/\s*|{_END}){_REPLY}{_RIGHT}|<[|｜](?:start)[|｜]>\s*(?:assistant)?"
    r"|<[|｜][\w▁ ]{1,30}[|｜]>|</?(?:s|bos|eos)>|\[/INST\]",
    re.IGNORECASE,
)
"""Signs that frame an answer and are no part of it."""

_LINE_START = re.compile(r"(?:\A|\n)\s*\Z")
_UNFINISHED = re.compile(
    r"(?:[＜◁⟨【][^＞▷⟩】]{0,60}|&(?:l(?:t;?[^&]{0,60})?)?|\.\.\.\s*[a-z ]{0,14})\Z|\Aanalysis.*\Z",
    re.DOTALL,
)
_SIGNS = re.compile(r"[<＜&◁⟨\[【]|\A\s*(?:analysis|Thinking\.)|done thinking")


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str
    start: int
    end: int


def spoken(text: str, *, ended: bool) -> str:
    """Return what a model says to the reader, without what it says to itself.

    What comes before a closing mark that nothing opened is thinking, and so is all behind an
    opening one that nothing closes. While the text has not ``ended`` everything that may still
    turn out to be thinking is held back, but for the case that only its closing mark will come.
    """
    if not _SIGNS.search(text):
        return text
    marks = [
        _Mark(str(match.lastgroup), match.start(), match.end()) for match in _MARKS.finditer(text)
    ]
    pieces: list[str] = []
    depth, at, answered = 0, 0, False
    nested = not ended or _count(marks, "close") >= _count(marks, "open")
    for place, mark in enumerate(marks):
        if depth == 0:
            pieces.append(text[at : mark.start])
        if mark.kind == "open":
            if ended and _is_text(text, marks, place):
                pieces.append(text[mark.start : mark.end])
            else:
                depth += 1
        elif mark.kind == "reply":
            pieces.clear()
            depth, answered = 0, True
        elif mark.kind == "close" and depth:
            depth, answered = (depth - 1 if nested else 0), True
        elif mark.kind == "close" and (not answered or text[mark.end :].strip()):
            pieces.clear()
        at = mark.end
    if depth == 0:
        rest = text[at:]
        held = None if ended else _UNFINISHED.search(rest)
        pieces.append(rest[: held.start()] if held else rest)
    return _CONTROL.sub("", "".join(pieces))


def _count(marks: list[_Mark], kind: str) -> int:
    return sum(mark.kind == kind for mark in marks)


def _is_text(text: str, marks: list[_Mark], place: int) -> bool:
    """Tell whether an opening mark inside a line, which nothing closes, is just written about."""
    closed = any(mark.kind in ("close", "reply") for mark in marks[place + 1 :])
    return not closed and not _LINE_START.search(text[: marks[place].start])
