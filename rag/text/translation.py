"""Words of a question in the other language, Chinese or English, by a dictionary.

A question shares no words with documents in another language. A dictionary gives each of its
words several possible ones; the documents themselves tell which of them are meant. All of them
together count as one word (Pirkola 1998, "structured queries").

The table comes from CC-CEDICT (CC BY-SA 4.0, see NOTICE).
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from rag.text.tokens import Known, index_tokens

TABLE = Path(__file__).with_name("dictionary.txt.gz")

_LONGEST_PHRASE = 3
_LONGEST_WORD = 6
_LITTLE_WORDS = "of the a an to and or in on for by with be one sb sth"
_LITTLE = frozenset(_LITTLE_WORDS.split())
_ASKING_STEMS = """
    what which who whom whose when where whi how mani much do doe did is are was were been has
    have had it that this
"""
_ASKING = frozenset(_ASKING_STEMS.split())
"""Stems of English words that ask or join, and tell nothing about what is asked for."""

Alternative = frozenset[str]
"""Index tokens that all belong to one translation."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A word of the question: any of ``alternatives`` stands for it; ``weight`` > 0."""

    alternatives: tuple[Alternative, ...]
    weight: float

    def held(self, tokens: frozenset[str]) -> bool:
        """Tell whether one of the translations stands in a text with these tokens."""
        return any(alternative <= tokens for alternative in self.alternatives)


def translations(question: str, known: Known) -> list[dict[Alternative, int]]:
    """Return for each word of the question its translations that the documents hold.

    ``known`` gives for each token the number of passages that hold it; a translation counts as
    often as the rarest of its tokens. The longest phrases are taken that have one. English words
    become Chinese ones and the other way round.
    """
    tokens = index_tokens(question)
    english = [
        token
        for token in tokens
        if token.isascii() and token.isalpha() and token not in _LITTLE | _ASKING
    ]
    chinese = [token if len(token) == 1 and not token.isascii() else " " for token in tokens]

    return [
        *_longest(english, _LONGEST_PHRASE, _from_english, known),
        *_longest(chinese, _LONGEST_WORD, _from_chinese, known),
    ]


def _longest(
    tokens: Sequence[str],
    size: int,
    look_up: Callable[[Sequence[str]], Sequence[Alternative]],
    known: Known,
) -> Iterator[dict[Alternative, int]]:
    """Yield the translations of the longest stretches that have any, from left to right."""
    spans = {
        (start, end): look_up(tokens[start:end])
        for start in range(len(tokens))
        for end in range(start + 1, min(start + size, len(tokens)) + 1)
    }
    counts = known([token for found in spans.values() for each in found for token in each])
    start = 0
    while start < len(tokens):
        for end in range(min(start + size, len(tokens)), start, -1):
            held = {one: min(counts[token] for token in one) for one in spans[start, end]}
            held = {one: count for one, count in held.items() if count}
            if held:
                yield held
                start = end
                break
        else:
            start += 1


def share(words: Sequence[Translated], tokens: frozenset[str]) -> float:
    """Return the share of the words' weight that a text with these tokens holds, in [0, 1]."""
    total = sum(word.weight for word in words)
    return sum(word.weight for word in words if word.held(tokens)) / total if total > 0 else 0.0


def _from_english(tokens: Sequence[str]) -> list[Alternative]:
    return [_pairs(word) for word in _to_chinese().get(" ".join(tokens), ())]


def _from_chinese(characters: Sequence[str]) -> list[Alternative]:
    keys = _to_english().get("".join(characters), ())
    return [frozenset(key.split()) - _LITTLE for key in keys]


def _pairs(word: str) -> Alternative:
    return frozenset(a + b for a, b in pairwise(word))


@cache
def _to_chinese() -> Mapping[str, Sequence[str]]:
    lines = gzip.decompress(TABLE.read_bytes()).decode().splitlines()
    rows = (line.partition("\t") for line in lines)
    return {key: words.split() for key, _, words in rows}


@cache
def _to_english() -> Mapping[str, Sequence[str]]:
    table: defaultdict[str, list[str]] = defaultdict(list)
    for key, words in _to_chinese().items():
        if any(token not in _LITTLE for token in key.split()):
            for word in words:
                table[word].append(key)
    return dict(table)


def has_translation(word: str) -> bool:
    """Tell whether an English word stands in the dictionary, by itself."""
    tokens = index_tokens(word)
    return len(tokens) == 1 and tokens[0] in _to_chinese()
