"""Makes any text safe for a tokeniser, and remembers where each character came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_UNUSABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A text in the form NFC without what a tokeniser would choke on.

    ``offsets`` is ``None`` where the length did not change; else ``offsets[i]`` is the index in
    the original text of the character that gave ``text[i]``, and the last entry its length.
    """

    text: str
    offsets: list[int] | None = None

    def origin(self, index: int) -> int:
        """Return where in the original text the character ``text[index]`` began."""
        return index if self.offsets is None else self.offsets[index]


def prepare(text: str, specials: Sequence[str] = ()) -> PreparedText:
    """Return ``text`` in NFC, with zero bytes and lone surrogates as U+FFFD.

    The first character of each literal ``specials`` (such as ``<pad>``) becomes a space, so that
    no tokeniser takes the words of a document for its own signs.
    """
    offsets = None
    if not unicodedata.is_normalized("NFC", text):
        text, offsets = _compose(text)
    if not text.isprintable():
        text = _UNUSABLE.sub("\ufffd", text)
    for special in specials:
        if special in text:
            text = text.replace(special, " " + special[1:])
    return PreparedText(text, offsets)


def _compose(text: str) -> tuple[str, list[int]]:
    """Return the NFC form of ``text`` with offsets, one group of combining characters at a time."""
    pieces: list[str] = []
    offsets: list[int] = []
    start, group = 0, ""
    for index, character in enumerate(text):
        composed = unicodedata.normalize("NFC", group + character)
        # A starter that does not melt into what stands before it begins a new group.
        if (
            group
            and unicodedata.combining(character) == 0
            and composed
            == (unicodedata.normalize("NFC", group) + unicodedata.normalize("NFC", character))
        ):
            _close(pieces, offsets, group, start)
            start, group = index, character
        else:
            group += character
    _close(pieces, offsets, group, start)
    return "".join(pieces), [*offsets, len(text)]


def _close(pieces: list[str], offsets: list[int], group: str, start: int) -> None:
    composed = unicodedata.normalize("NFC", group)
    pieces.append(composed)
    offsets.extend([start] * len(composed))
