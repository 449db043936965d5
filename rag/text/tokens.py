"""Lexical tokens: one form for documents and questions, no dictionary.

Runs of Chinese, Japanese and Korean characters give every single character and every pair of
neighbours (recall as good as dictionary words, and no word is ever cut wrongly); other scripts
give words, English ones stemmed (Porter 2); numbers and dates also give one token for their
value, so that different spellings of one number meet.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.text.dates import find_dates
from rag.text.normal import normal_form
from rag.text.numbers import find_numbers

if TYPE_CHECKING:
    from Stemmer import Stemmer

_RUN = re.compile(
    r"(?P<pairs>[\u2e80-\u2fdf\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af"
    r"\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\U00020000-\U000323af]+)"
    r"|(?P<digits>\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_\u2e80-\u9fff\uac00-\ud7af]+(?:'[^\W\d_]+)?)"
)


def index_tokens(text: str) -> list[str]:
    """Return the tokens of a text in order, repeated as they occur.

    Value tokens begin with ``#`` (numbers) or ``@`` (dates) and stand at the end.
    """
    tokens: list[str] = []
    for match in _RUN.finditer(normal_form(text)):
        run = match.group()
        if match.lastgroup == "pairs":
            tokens.extend(run)
            tokens.extend(a + b for a, b in zip(run, run[1:], strict=False))
        elif match.lastgroup == "digits":
            tokens.append(run.replace(",", ""))
        else:
            tokens.append(_stem(run))
    tokens.extend(_value_tokens(text))
    return tokens


def _value_tokens(text: str) -> list[str]:
    tokens = []
    dates = find_dates(text)
    for date in dates:
        if date.year:
            tokens.append(f"@{date.year}")
            if date.month:
                tokens.append(f"@{date.year}-{date.month}")
        if date.month and date.day:
            tokens.append(f"@{date.month}-{date.day}")
    for quantity in find_numbers(text):
        if not any(d.start < quantity.end and quantity.start < d.end for d in dates):
            value = quantity.value.normalize()
            tokens.append(f"#{value:f}{'%' if quantity.percent else ''}")
    return tokens


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    if word.isascii():
        return str(_english().stemWord(word.removesuffix("'s")))
    return word


@lru_cache(maxsize=1)
def _english() -> Stemmer:
    import Stemmer

    return Stemmer.Stemmer("english")
