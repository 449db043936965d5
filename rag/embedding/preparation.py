"""Makes any text safe for a tokeniser."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_UNUSABLE = re.compile("[\0\ud800-\udfff]")


def prepare(text: str, specials: Sequence[str] = ()) -> str:
    """Return ``text`` in NFC, with zero bytes and lone surrogates as U+FFFD.

    The character tables of tokenisers know composed characters only. The first character of each
    literal ``specials`` (such as ``<pad>``) becomes a space, so that no tokeniser takes the words
    of a document for its own signs.
    """
    text = _UNUSABLE.sub("\ufffd", unicodedata.normalize("NFC", text))
    for special in specials:
        text = text.replace(special, " " + special[1:])
    return text
