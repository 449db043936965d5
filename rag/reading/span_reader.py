"""The trained reader: points at the stretch of a window that answers the question, if one does.

A small network of our own on top of the bundled word vectors; how it was trained and what it
reaches stands in ``reader.md`` beside its file. It reads
``<s> question </s></s> title </s> window </s>`` in simplified characters and gives two numbers
for each token: how well an answer begins and ends there. Those of ``<s>`` stand for "no answer".
A reader of the present training gives a third, which at ``<s>`` says whether the window answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rag.embedding.preparation import prepare
from rag.reading.snapping import snapped, trimmed, wholes
from rag.reading.windows import Window
from rag.text.normal import to_simplified

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.embedding.network import WordNetwork
    from rag.embedding.unigram import UnigramTokenizer

GRAPH = Path(__file__).parent / "reader.onnx"

_QUESTION_TOKENS = 64
_TITLE_TOKENS = 16
TOKENS = 320
"""Tokens read at once."""
_LONGEST = 60
"""Tokens an answer may have."""
_SPANS = 12
"""Spans kept of each window."""
_TRIED = 4
"""For each span kept, so many are looked at: some differ only at their edges."""


@dataclass(frozen=True, slots=True)
class Span:
    """``passage.text[start:end]`` as an answer; ``score`` is its log-odds against none."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class WindowReading:
    """What a reader found in a window: its best spans first, and where answers may begin.

    ``relevance`` is the log-odds that the window answers at all, ``nothing`` the score of "no
    answer" that the spans' scores are measured against (so theirs is 0). ``places`` are the
    offsets of the window's tokens in the passage, ``mass`` the probability that an answer begins
    at each; the rest to 1 is that of no answer. A reader that only ranks finds no spans, and no
    places with them.
    """

    window: Window
    spans: tuple[Span, ...]
    places: tuple[int, ...]
    mass: tuple[float, ...]
    relevance: float = 0.0
    nothing: float = 0.0


class SpanReader(Protocol):
    """Whatever reads windows for a question; threads may share it."""

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Return what each window holds for ``question``, in their order."""
        ...


class BundledReader:
    """The reader that ships: reads windows one by one on the thread that calls it."""

    def __init__(self, model: WordNetwork) -> None:
        self._model = model

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Return what each window holds for ``question``, in their order."""
        return [self._read(question, window) for window in windows]

    def _read(self, question: str, window: Window) -> WindowReading:
        text = window.text
        title = window.hit.passage.title
        ids, first, starts = encode(self._model.tokenizer, question, title, text)
        logits = self._model.run(np.array(ids, dtype=np.int64))
        inside = logits[first : first + len(starts)]
        # The graph that ships has no third output; "no answer" alone says it then.
        relevance = logits[0, 2] if logits.shape[1] > 2 else -logits[0].mean()
        return window_reading(
            window,
            Tokens(starts, [*starts[1:], len(text)], inside[:, 0], inside[:, 1]),
            nothing=(float(logits[0, 0]), float(logits[0, 1])),
            relevance=float(relevance),
        )


@dataclass(frozen=True, slots=True)
class Tokens:
    """A window's tokens: where each stands in its text, and how well an answer begins and ends."""

    starts: Sequence[int]
    stops: Sequence[int]
    begins: NDArray[np.float32]
    ends: NDArray[np.float32]


def window_reading(
    window: Window, tokens: Tokens, *, nothing: tuple[float, float], relevance: float
) -> WindowReading:
    """Return a window's reading; ``nothing`` is how well "no answer" begins and ends."""
    everything = np.concatenate([[nothing[0]], tokens.begins])
    mass = np.exp(everything - everything.max())
    mass /= mass.sum()
    return WindowReading(
        window=window,
        spans=tuple(
            Span(window.start + start, window.start + end, score - sum(nothing))
            for start, end, score in best_spans(window.text, tokens)
        ),
        places=tuple(window.start + start for start in tokens.starts),
        mass=tuple(mass[1:].tolist()),
        relevance=relevance,
        nothing=sum(nothing),
    )


def encode(
    tokenizer: UnigramTokenizer, question: str, title: str, text: str
) -> tuple[list[int], int, list[int]]:
    """Return the token ids, the place of the window's first token, and its tokens' offsets.

    Whatever does not fit into 320 tokens is left out at the end of the window.
    """
    asked = tokenizer.encode(_readable(question))[0][:_QUESTION_TOKENS]
    about = tokenizer.encode(_readable(title))[0][:_TITLE_TOKENS]
    ids, starts = tokenizer.encode(_readable(text))
    begin, end = tokenizer.begin, tokenizer.end
    head = [begin, *asked, end, end, *about, end]
    room = TOKENS - 1 - len(head)
    return [*head, *ids[:room], end], len(head), starts[:room]


def _readable(text: str) -> str:
    """Return simplified characters in composed form where that keeps every offset."""
    prepared = prepare(text)
    return to_simplified(prepared if len(prepared) == len(text) else text)


def best_spans(text: str, tokens: Tokens) -> list[tuple[int, int, float]]:
    """Return ``(start, end, score)`` of the best spans of a window's text, best first.

    None of them begins or ends inside a number, a word or an identifier; spans that differ only
    in that or in punctuation at their edges count once.
    """
    count = len(tokens.starts)
    if not count:
        return []
    scores = tokens.begins[:, np.newaxis] + tokens.ends[np.newaxis, :]
    length = np.arange(count)[np.newaxis, :] - np.arange(count)[:, np.newaxis]
    scores = np.where((length >= 0) & (length < _LONGEST), scores, -np.inf)
    whole = wholes(text)
    found: dict[tuple[int, int], float] = {}
    for place in np.argsort(-scores, axis=None)[: _TRIED * _SPANS].tolist():
        first, last = divmod(place, count)
        if not np.isfinite(scores[first, last]) or len(found) == _SPANS:
            break
        span = trimmed(text, tokens.starts[first], tokens.stops[last])
        span = trimmed(text, *snapped(whole, *span))
        if span[0] < span[1]:
            found.setdefault(span, float(scores[first, last]))
    return [(start, end, score) for (start, end), score in found.items()]
