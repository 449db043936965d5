"""A Unigram tokeniser that loads in a tenth of a second.

It gives the same ids as ``tokenizers`` with the ``tokenizer.json`` beside it (Kudo 2018,
"Subword Regularization": the best path over the pieces' log probabilities), from a file that is
read, not parsed. A question asked from a shell would otherwise wait a second for 250,000 pieces.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedding.packed import PackedVocabulary

FILE_NAME = "unigram.npz"

_SPACE = "▁"
_UNKNOWN_PENALTY = 10.0
_WORD = re.compile(r"\S+")
_SEPARATOR = "\n"


def write_vocabulary(vocabulary: PackedVocabulary, path: Path) -> None:
    """Write the pieces, their scores and the character table as plain arrays."""
    longest: dict[str, int] = {}
    for piece in vocabulary.pieces:
        longest[piece[0]] = max(longest.get(piece[0], 1), len(piece))
    keys = list(vocabulary.replacements)
    specials = [vocabulary.begin, vocabulary.pad, vocabulary.end, vocabulary.unknown]
    np.savez(
        path,
        pieces=_bytes(vocabulary.pieces),
        scores=vocabulary.scores,
        specials=np.array([*specials, len(vocabulary.pieces) - 1], dtype=np.int64),
        characters=_code_points("".join(keys)),
        replacements=_bytes([vocabulary.replacements[key] for key in keys]),
        first=_code_points("".join(longest)),
        longest=np.array(list(longest.values()), dtype=np.uint8),
    )


class UnigramTokenizer:
    """Token ids and where each token begins; holds no state, so threads may share it."""

    def __init__(self, path: Path) -> None:
        """Read the file that :func:`write_vocabulary` wrote.

        Raise ``ValueError`` or ``OSError`` when it is not such a file.
        """
        with np.load(path, allow_pickle=False) as arrays:
            pieces = _strings(arrays["pieces"])
            scores = arrays["scores"]
            self.begin, self.pad, self.end, self.unknown, self.mask = arrays["specials"].tolist()
            self._table = dict(
                zip(arrays["characters"].tolist(), _strings(arrays["replacements"]), strict=True)
            )
            self._longest = dict(
                zip(_text(arrays["first"]), arrays["longest"].tolist(), strict=True)
            )
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        specials = (self.begin, self.pad, self.end, self.unknown, self.mask)
        self.specials = tuple(pieces[index] for index in specials)
        for special in self.specials:
            del self._ids[special]
        self._scores: list[float] = scores.tolist()
        self._unknown_score = float(scores.min()) - _UNKNOWN_PENALTY

    def encode(self, text: str) -> tuple[list[int], list[int]]:
        """Return the ids of the tokens of ``text`` and the index at which each begins.

        Signs for begin and end are not added. Runs of unknown characters are one token.
        """
        normal = text.translate(self._table)
        origins = range(len(text)) if normal == text else self._origins(text)
        ids: list[int] = []
        starts: list[int] = []
        for match in _WORD.finditer(normal):
            word = _SPACE + match.group()
            first = match.start()
            for index, at in self._best_path(word):
                ids.append(index)
                starts.append(origins[first + max(at - 1, 0)])
        return ids, starts

    def _origins(self, text: str) -> list[int]:
        table = self._table
        return [
            index
            for index, character in enumerate(text)
            for _ in table.get(ord(character), character)
        ]

    def _best_path(self, word: str) -> list[tuple[int, int]]:
        """Return (id, position in ``word``) along the path with the highest sum of scores."""
        ids, scores, longest = self._ids, self._scores, self._longest
        length = len(word)
        unreached = float("-inf")
        best = [unreached] * (length + 1)
        best[0] = 0.0
        chosen = [self.unknown] * (length + 1)
        came_from = [0] * (length + 1)
        for start in range(length):
            score = best[start]
            for end in range(start + 1, min(start + longest.get(word[start], 1), length) + 1):
                index = ids.get(word[start:end])
                if index is not None and score + scores[index] > best[end]:
                    best[end] = score + scores[index]
                    chosen[end] = index
                    came_from[end] = start
            if score + self._unknown_score > best[start + 1]:
                best[start + 1] = score + self._unknown_score
                chosen[start + 1] = self.unknown
                came_from[start + 1] = start
        path: list[tuple[int, int]] = []
        end = length
        while end > 0:
            index, start = chosen[end], came_from[end]
            if index == self.unknown and path and path[-1][0] == index:
                path.pop()
            path.append((index, start))
            end = start
        path.reverse()
        return path


@lru_cache(maxsize=1)
def open_vocabulary(path: Path) -> UnigramTokenizer:
    """Return the tokeniser of ``path``, one for all networks of the process that share it."""
    return UnigramTokenizer(path)


def _bytes(strings: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer(_SEPARATOR.join(strings).encode("utf-8"), dtype=np.uint8)


def _strings(array: NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode("utf-8").split(_SEPARATOR)


def _code_points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4")


def _text(array: NDArray[np.uint32]) -> str:
    return array.astype("<u4").tobytes().decode("utf-32-le")
