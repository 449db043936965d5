"""The question as Gradio's queue runs it: one generator, its events as plain JSON."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterator
from typing import Any

from rag.errors import RagError, UsageError
from rag.records import Answer, Delta, Retrieved, Turn
from rag.web.library import Library
from rag.web.views import answer_view, retrieved_view

_LOG = logging.getLogger(__name__)

_MAXIMUM_TURNS = 12
_MAXIMUM_TURN_TEXT = 4_000
_MAXIMUM_DOCUMENTS = 5_000

_SECONDS_BETWEEN_PIECES = 0.04


def answer_events(
    library: Library,
    question: str,
    *,
    history: list[Any],
    collection: str,
    documents: list[Any],
    options: dict[str, Any],
) -> Iterator[dict[str, Any]]:
    """Yield ``retrieved``, ``text`` pieces and ``answer``, or one ``error``.

    ``history`` holds ``{"question", "answer", "standalone"}``; ``documents`` limits the search
    to these ids where it is not empty; ``options`` may hold ``strictness`` and ``passages``.
    Closing the iterator stops the bot. Nothing is raised: a failure is an event.
    """
    try:
        turns = _turns(history)
        within = _within(documents)
        with library.bot(collection, options) as bot:
            pieces: list[str] = []
            sent = 0.0
            for event in bot.stream(question, turns, within=within):
                if isinstance(event, Delta):
                    pieces.append(event.text)
                    if time.monotonic() - sent < _SECONDS_BETWEEN_PIECES:
                        continue
                if pieces:
                    yield {"kind": "text", "text": "".join(pieces)}
                    pieces.clear()
                    sent = time.monotonic()
                if isinstance(event, Retrieved):
                    yield retrieved_view(event, library.lookup(bot))
                elif isinstance(event, Answer):
                    yield {"kind": "answer", "answer": answer_view(event, library.lookup(bot))}
    except RagError as error:
        yield failure(error)
    except Exception as error:  # noqa: BLE001 - the last line before the network
        yield failure(error)


def failure(error: Exception) -> dict[str, Any]:
    """Return an error as the page shows it; one that nobody meant gets a number in the log."""
    if isinstance(error, RagError):
        return {
            "kind": "error",
            "code": type(error).__name__,
            "message": {"en": str(error), "zh": error.chinese},
        }
    number = secrets.token_hex(3)
    _LOG.error("failure %s", number, exc_info=error)
    return {
        "kind": "error",
        "code": "internal",
        "message": {
            "en": f"Something failed inside (number {number}); the log of the server says what.",
            "zh": f"程序内部出错（编号 {number}），详情见服务器日志。",
        },
    }


def _turns(history: list[Any]) -> list[Turn]:
    turns = []
    for entry in history[-_MAXIMUM_TURNS:]:
        if not isinstance(entry, dict):
            raise _malformed("history")
        texts = [entry.get(key, "") for key in ("question", "answer", "standalone")]
        if not all(isinstance(text, str) for text in texts):
            raise _malformed("history")
        question, answer, standalone = (text[:_MAXIMUM_TURN_TEXT] for text in texts)
        turns.append(Turn(question, answer, standalone))
    return turns


def _within(documents: list[Any]) -> frozenset[str] | None:
    if not all(isinstance(name, str) for name in documents):
        raise _malformed("documents")
    if len(documents) > _MAXIMUM_DOCUMENTS:
        raise UsageError(
            f"Choose at most {_MAXIMUM_DOCUMENTS} documents, or none to search all.",
            f"最多可选 {_MAXIMUM_DOCUMENTS} 篇文档；不选则检索全部。",
        )
    return frozenset(documents) or None


def _malformed(name: str) -> UsageError:
    return UsageError(
        f"The field {name} has the wrong form; reload the page.",
        f"字段 {name} 的格式不对，请刷新页面。",
    )
