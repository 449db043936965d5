"""What every backend can do, and how it hands its pieces to whoever reads them."""

from __future__ import annotations

import math
import queue
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rag.records import Usage

_WIDE = re.compile(r"[^\x00-\x7f]")

Messages = Sequence[tuple[str, str]]
"""Pairs of a role (``system``, ``human``, ``ai``) and a text, in order."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked. ``grammar`` (GBNF) holds for backends that know grammars alone.

    ``maximum`` is the number of tokens a local model may write.
    """

    messages: Messages
    grammar: str = ""
    maximum: int = 512


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, and the tokens that were counted for it.

    ``cut`` tells that the model stopped here because it may write no more, not because it had
    finished.
    """

    text: str = ""
    usage: Usage = field(default_factory=Usage)
    cut: bool = False


def estimated_tokens(text: str) -> int:
    """Return a token for each character beyond ASCII and one for three of ASCII."""
    wide = len(_WIDE.findall(text))
    return wide + math.ceil((len(text) - wide) / 3)


class Feed:
    """One generation on its way from the thread that makes it to the one that reads it."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self._items: queue.SimpleQueue[Piece | BaseException | None] = queue.SimpleQueue()

    def put(self, piece: Piece) -> None:
        """Hand over a piece."""
        self._items.put(piece)

    def end(self, error: BaseException | None = None) -> None:
        """Say that nothing follows, or what went wrong."""
        self._items.put(error)

    def take(self, seconds: float) -> Piece | None:
        """Return the next piece, None at the end.

        Raises what the generation failed with, and ``queue.Empty`` after ``seconds``.
        """
        item = self._items.get(timeout=max(0.0, seconds))
        if isinstance(item, BaseException):
            raise item
        return item


class Backend(Protocol):
    """A model that writes. Safe to share between threads.

    ``small`` models get few sentences and a grammar instead of whole passages;
    ``context_tokens`` is what prompt and answer may have together.
    """

    name: str
    small: bool
    context_tokens: int

    def start(self, request: Request, feed: Feed) -> Callable[[], None]:
        """Begin to generate into the feed at once and return what stops it."""
        ...

    def count(self, text: str) -> int:
        """Return the tokens of a text, or an estimate that is rather too high."""
        ...

    def close(self) -> None:
        """Give back memory and connections."""
        ...
