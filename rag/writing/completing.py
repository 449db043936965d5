"""Let a model write out a follow-up question; what it writes is believed only within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.asking.question import read_question
from rag.backends.base import Backend, Request
from rag.backends.pacing import Limits, generate
from rag.errors import ModelError
from rag.records import Turn
from rag.text.language import detect_language
from rag.text.tokens import index_tokens
from rag.writing.guarding import clean

if TYPE_CHECKING:
    from rag.prompts import Prompt

_TURNS = 3
_LONGEST_TURN = 200
_LONGEST = 300
_TOKENS = 100
_LEAST_KEPT = 0.5
"""Share of the follow-up's own content tokens that the complete question must keep."""

_NOT_IN_QUESTION = ("[", "]", "<", ">", "http", "|", "`")


def complete_with(
    backend: Backend,
    question: str,
    history: Sequence[Turn],
    *,
    prompt: Prompt,
    limits: Limits,
) -> str | None:
    """Return the complete question, or None where the model failed or wrote something else.

    Every token of it must come from the conversation, and it must keep the follow-up's own
    words: a model shall fill in what was left out, not ask something new.
    """
    asked, said = ("问：", "答：") if detect_language(question).startswith("zh") else ("Q: ", "A: ")
    lines: list[str] = []
    for turn in history[-_TURNS:]:
        lines.append(asked + _flat(turn.standalone_question or turn.question))
        if turn.answer:
            lines.append(said + _flat(turn.answer))
    conversation = "\n".join(lines)
    messages = prompt.messages(conversation=clean(conversation), question=clean(question))
    # No line end, bracket or pipe: nothing that could be a turn or a mark.
    request = Request(messages, grammar=r"root ::= [^\n\[\]<>|`]{2,200}", maximum=_TOKENS)
    try:
        written = "".join(piece.text for piece in generate(backend, request, limits))
    except ModelError:
        return None
    return written.strip() if _believable(written.strip(), question, conversation) else None


def _believable(written: str, question: str, conversation: str) -> bool:
    if not written or len(written) > _LONGEST or "\n" in written:
        return False
    if any(mark in written.lower() for mark in _NOT_IN_QUESTION):
        return False
    tokens = frozenset(index_tokens(written))
    own = frozenset(read_question(question).tokens)
    known = frozenset(index_tokens(f"{conversation} {question}"))
    kept = len(own & tokens) >= _LEAST_KEPT * len(own)
    new = [token for token in read_question(written).tokens if token not in known]
    return kept and len(new) <= len(tokens) / 4


def _flat(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_TURN]
