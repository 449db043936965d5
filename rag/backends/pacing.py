"""Time limits, another attempt where it helps, and an end that really ends the generation."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass

from rag.backends.base import Backend, Feed, Piece, Request
from rag.backends.failure import Failure, failure_of, model_error
from rag.errors import RagError

_FIRST_WAIT = 0.5
_LONGEST_WAIT = 8.0

_HEARTBEAT = 0.25
"""Seconds after which an empty piece is yielded, so that whoever reads may close the iterator
while the model still thinks."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to the first token and to the last one, and attempts after the first failed.

    The seconds count from the first attempt on.
    """

    first_token: float
    whole: float
    retries: int


def generate(backend: Backend, request: Request, limits: Limits) -> Iterator[Piece]:
    """Yield the pieces of one generation; closing the iterator stops it.

    A failure before the first piece is tried again, after twice as long a wait each time (or
    what the server asks for), where another attempt can help and time is left. Raises
    ModelError, with the code of what happened, for everything else.
    """
    began = time.monotonic()
    attempt = 0
    while True:
        feed = Feed()
        stop = backend.start(request, feed)
        try:
            yield from _pieces(feed, began, limits)
        except RagError:
            raise
        except _Again as again:
            failure, error = again.failure, again.error
        except _Ended as ended:
            raise model_error(backend.name, ended.failure, ended.error) from ended.error
        else:
            return
        finally:
            stop()
        attempt += 1
        wait = failure.wait
        if wait is None:
            wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (attempt - 1))
        left = began + limits.first_token - time.monotonic()
        if attempt > limits.retries or wait >= left:
            raise model_error(backend.name, failure, error) from error
        time.sleep(wait)


class _Ended(Exception):
    def __init__(self, failure: Failure, error: BaseException | None) -> None:
        super().__init__(failure.code)
        self.failure = failure
        self.error = error


class _Again(_Ended):
    pass


def _pieces(feed: Feed, began: float, limits: Limits) -> Iterator[Piece]:
    written = False
    while True:
        limit = limits.whole if written else min(limits.first_token, limits.whole)
        left = began + limit - time.monotonic()
        try:
            piece = feed.take(min(left, _HEARTBEAT))
        except queue.Empty:
            if left <= _HEARTBEAT:
                raise _Ended(Failure("timeout" if written else "first-token"), None) from None
            yield Piece()
            continue
        except RagError:
            raise
        except Exception as error:
            failure = failure_of(error)
            if failure.again and not written:
                raise _Again(failure, error) from error
            raise _Ended(Failure("cut") if failure.again else failure, error) from error
        if piece is None:
            if not written:
                raise _Ended(Failure("empty"), None)
            return
        written = written or bool(piece.text.strip())
        yield piece
