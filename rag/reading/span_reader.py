"""The trained reader: points at the stretch of a window that answers the question, if one does.

A small network of our own on top of the bundled word vectors; how it was trained and what it
reaches stands in ``reader.md`` beside its file. It reads
``<s> question </s></s> title </s> window </s>`` in simplified characters and gives two numbers
for each token: how well an answer begins and ends there. Those of ``<s>`` stand for "no answer".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.embedding.preparation import prepare
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


@dataclass(frozen=True, slots=True)
class Span:
    """``passage.text[start:end]`` as an answer; ``score`` is its log-odds against none."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class WindowReading:
    """What the reader found in a window: its best spans first, and where answers may begin.

    ``places`` are the offsets of the window's tokens in the passage, ``mass`` the probability
    that an answer begins at each; the rest to 1 is that of no answer.
    """

    window: Window
    spans: tuple[Span, ...]
    places: tuple[int, ...]
    mass: tuple[float, ...]


class SpanReader:
    """Reads windows one by one on the thread that calls it; threads may share it."""

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
        inside = slice(first, first + len(starts))
        begins, ends = logits[inside, 0], logits[inside, 1]
        spans = tuple(
            Span(window.start + start, window.start + end, score)
            for start, end, score in _best_spans(text, starts, begins, ends, float(logits[0].sum()))
        )
        everything = np.concatenate([logits[:1, 0], begins])
        mass = np.exp(everything - everything.max())
        mass /= mass.sum()
        return WindowReading(
            window, spans, tuple(window.start + start for start in starts), tuple(mass[1:].tolist())
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


def _best_spans(
    text: str,
    starts: Sequence[int],
    begins: NDArray[np.float32],
    ends: NDArray[np.float32],
    nothing: float,
) -> list[tuple[int, int, float]]:
    """Return ``(start, end, log-odds)`` of the best spans of a window, best first.

    Spans whose text is the same but for punctuation at their edges count once.
    """
    count = len(starts)
    if not count:
        return []
    scores = begins[:, np.newaxis] + ends[np.newaxis, :]
    length = np.arange(count)[np.newaxis, :] - np.arange(count)[:, np.newaxis]
    scores = np.where((length >= 0) & (length < _LONGEST), scores, -np.inf)
    found: dict[tuple[int, int], float] = {}
    for place in np.argsort(-scores, axis=None)[: 3 * _SPANS].tolist():
        first, last = divmod(place, count)
        if not np.isfinite(scores[first, last]) or len(found) == _SPANS:
            break
        end = starts[last + 1] if last + 1 < count else len(text)
        span = trimmed(text, starts[first], end)
        if span[0] < span[1]:
            found.setdefault(span, float(scores[first, last]) - nothing)
    return [(start, end, score) for (start, end), score in found.items()]


_EDGES = " \t\r\n\u3000，。、；：,.;:!?！？"
_BRACKETS = {
    "（": "）",
    "(": ")",
    "《": "》",
    "“": "”",
    "「": "」",
    "『": "』",
    "【": "】",
    "[": "]",
}


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without punctuation at its edges; titles keep their pair of marks."""
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    inside = text[start:end]
    for opening, closing in _BRACKETS.items():
        missing_end = inside.count(opening) - inside.count(closing)
        if missing_end > 0 and text[end : end + 1] == closing:
            end += 1
        elif missing_end > 0 and inside[:1] == opening:
            start += 1
        elif missing_end < 0 and start > 0 and text[start - 1] == opening:
            start -= 1
        elif missing_end < 0 and inside[-1:] == closing:
            end -= 1
        inside = text[start:end]
    return start, end
