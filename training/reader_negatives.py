"""Paragraphs that mislead: those whose words match a question best and do not answer it.

Ranked by BM25 over the product's own index tokens, among the paragraphs of the question's set.
The product also ranks by sentence vectors; embedding some 20,000 paragraphs would cost more
processor time than the training itself.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from rag.text.normal import to_simplified
from rag.text.tokens import index_tokens

_K1, _B = 1.2, 0.75
_FREQUENT = 0.1
"""Tokens of more than this share of the paragraphs are not looked up."""


class ParagraphSearch:
    """BM25 over paragraphs."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(_tokens(text)) for text in texts]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / max(1, len(lengths))
        self._postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            damping = _K1 * (1 - _B + _B * length / mean)
            for token, times in count.items():
                self._postings[token].append((place, times * (_K1 + 1) / (times + damping)))
        self._size = len(texts)

    def best(self, question: str, limit: int) -> list[int]:
        """Return the places of the best paragraphs, best first."""
        scores: defaultdict[int, float] = defaultdict(float)
        for token in set(_tokens(question)):
            posted = self._postings.get(token, ())
            if not posted or len(posted) > max(50, _FREQUENT * self._size):
                continue
            weight = math.log((self._size - len(posted) + 0.5) / (len(posted) + 0.5))
            for place, value in posted:
                scores[place] += weight * value
        return sorted(scores, key=lambda place: (-scores[place], place))[:limit]


def _tokens(text: str) -> list[str]:
    return index_tokens(to_simplified(text))
