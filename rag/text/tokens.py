"""Lexical tokens: one form for documents and questions, no dictionary.

Runs of Chinese, Japanese and Korean characters give every single character and every pair of
neighbours (recall as good as dictionary words, and no word is ever cut wrongly); so do runs of
Thai, Lao, Khmer and Burmese, which write no spaces either, in pairs alone. Other scripts give
words, without accents where they are Latin, stemmed (Snowball English) where they are plain
Latin letters. Numbers and dates give tokens of their value, so that their spellings meet.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.text.dates import DateMention, dates_in_normal
from rag.text.normal import normal_form_with_offsets
from rag.text.numbers import Quantity, numbers_in_normal

if TYPE_CHECKING:
    from Stemmer import Stemmer

_PAIRED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua000-\ua48c\uac00-\ud7af\uf900-\ufaff\U00016fe0-\U00018dff\U0001b000-\U0001b2ff"
    "\U00020000-\U000323af"
)
_SPACELESS = "\u0e01-\u0e4e\u0e81-\u0ecd\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u1780-\u17d3"
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u0711\u0730-\u074a\u0900-\u0903\u093a-\u094f\u0951-\u0957"
    "\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d\u0a81-\u0a83\u0abc-\u0acd"
    "\u0b01-\u0b03\u0b3c-\u0b4d\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c4d\u0c81-\u0c83"
    "\u0cbc-\u0ccd\u0d00-\u0d03\u0d3e-\u0d4d\u0d81-\u0d83\u0dca-\u0ddf\u0f71-\u0f84\u20d0-\u20f0"
)
_LETTER = rf"[^\W\d_{_PAIRED}{_SPACELESS}]"
_RUN = re.compile(
    rf"(?P<pairs>[{_PAIRED}]+)"
    rf"|(?P<spaceless>[{_SPACELESS}]+)"
    rf"|(?P<word>{_LETTER}(?:{_LETTER}|\d|[{_MARKS}]|'(?={_LETTER}))*)"
    r"|(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?(?P<tail>[a-z]+(?:\d|[a-z])*)?)"
)
_BORDER = re.compile(r"\d+|[^\d]+")
# Paths, options, versions, numbers of telephones: pieces held together by signs.
_IDENTIFIER = re.compile(r"(?<![a-z0-9])[a-z0-9]++(?:[-_./:@#+]{1,3}+[a-z0-9]++)+", re.ASCII)
_NUMERIC = re.compile(r"\d+[-./:]\d+", re.ASCII)


Known = Callable[[Sequence[str]], Mapping[str, int]]
"""Gives for each token the number of passages that hold it."""


def index_tokens(text: str) -> list[str]:
    """Return the tokens of a text in order, repeated as they occur; never an empty one.

    Tokens of values begin with ``#`` (numbers, years: ``#184200``, ``#15%``) or ``@`` (parts
    of dates: ``@2023-10``, ``@10-23``, ``@10``) and stand at the end. A word with digits in
    it is kept whole and also cut where letters and digits meet (IP68: ip68, ip, #68). Where
    digits or letters touch characters that are taken in pairs both sides give a token too
    (双15工: 双15, 15工); so does what signs hold together (/v1/user, v2.10, 400-820-8820).
    """
    normal, offsets = normal_form_with_offsets(text)
    dates = dates_in_normal(normal, text, offsets)
    numbers = numbers_in_normal(normal, [(date.start, date.end) for date in dates])
    return tokens_in_normal(normal, dates, numbers)


def tokens_in_normal(
    normal: str, dates: Sequence[DateMention], numbers: Sequence[Quantity]
) -> list[str]:
    """Return the tokens of a text in normal form whose dates and numbers are known.

    Their offsets are those in the normal form; see ``index_tokens``.
    """
    inside = iter([*((d.start, d.end) for d in dates), (len(normal) + 1, len(normal) + 1)])
    start, end = next(inside)
    tokens: list[str] = []
    before: re.Match[str] | None = None
    for match in _RUN.finditer(normal):
        kind = match.lastgroup
        run = match.group()
        place = match.start()
        if before is not None and before.end() == place and not _inside(place, dates):
            tokens += _across(before, match)
        before = match
        if kind == "pairs":
            tokens += run
            tokens += map("".join, pairwise(run))
        elif kind == "spaceless":
            tokens += map("".join, pairwise(run)) if len(run) > 1 else run
        elif kind == "word":
            tokens += _word(run[:_LONGEST])
        else:
            while match.start() >= end:
                start, end = next(inside)
            if match.start() < start:
                tail = (match["tail"] or "")[:_LONGEST]
                number = run[: match.start("tail") - match.start()] if tail else run
                tokens += _digits(number.replace(",", "")[:_LONGEST], tail)
    tokens += _identifiers(normal, dates)
    tokens += _values(normal, dates, numbers)
    return tokens


def runs(normal: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the stretches of a text in normal form that hold tokens, ``(start, end, paired)``.

    ``paired`` tells those of scripts whose characters are taken in pairs; others are a word each.
    """
    for match in _RUN.finditer(normal):
        yield match.start(), match.end(), match.lastgroup in {"pairs", "spaceless"}


def _across(first: re.Match[str], second: re.Match[str]) -> Iterator[str]:
    """Yield the token of two runs that touch, one of them of characters taken in pairs."""
    one, other = first.group(), second.group()
    if first.lastgroup == "pairs" and len(other) <= _LONGEST_ACROSS:
        yield one[-1] + other
    elif second.lastgroup == "pairs" and len(one) <= _LONGEST_ACROSS:
        yield one + other[0]


def _identifiers(normal: str, dates: Sequence[DateMention]) -> Iterator[str]:
    for match in _IDENTIFIER.finditer(normal):
        if _NUMERIC.fullmatch(match.group()):
            continue
        if not _inside(match.start(), dates) and not _inside(match.end() - 1, dates):
            yield match.group()[:_LONGEST]


def _inside(place: int, dates: Sequence[DateMention]) -> bool:
    return any(date.start <= place <= date.end for date in dates)


def _values(normal: str, dates: Sequence[DateMention], numbers: Sequence[Quantity]) -> list[str]:
    tokens: list[str] = []
    for date in dates:
        if date.year is not None:
            tokens.append(f"#{date.year}")
            if date.month is not None:
                tokens.append(f"@{date.year}-{date.month}")
        if date.month is not None:
            tokens.append(f"@{date.month}")
            if date.day is not None:
                tokens.append(f"@{date.month}-{date.day}")
        elif date.day is not None:
            tokens.append(f"@-{date.day}")
    for quantity in numbers:
        token = _number(quantity.value) + ("%" if quantity.percent else "")
        written = normal[quantity.start : quantity.end]
        # Plain digits have given this token already.
        if not written.replace(",", "").replace(".", "").isdecimal():
            tokens.append(token)
    return tokens


def _number(value: Decimal) -> str:
    """Write a number in one way: without trailing zeros, to six decimals."""
    whole = value == value.to_integral_value()
    written = f"{value:.0f}" if whole else f"{value:.6f}".rstrip("0").rstrip(".")
    return f"#{written}"


_LONGEST = 40
"""Longer words and runs of digits are cut: nobody asks for them, and they fill caches."""


_LONGEST_ACROSS = 12


@lru_cache(maxsize=4096)
def _digits(number: str, tail: str) -> tuple[str, ...]:
    """Return the tokens of digits and the letters stuck to them, such as 3.5 and 4k."""
    value = (_number(Decimal(number)),) if len(number) <= 28 else (f"#{number}",)
    return (_plain(number + tail), *value, *_pieces(tail)) if tail else value


@lru_cache(maxsize=65536)
def _word(run: str) -> tuple[str, ...]:
    """Return the tokens of a word that begins with a letter."""
    if run.isalpha():
        return (_stem(run),)
    if any(map(str.isdecimal, run)):
        return (_plain(run), *_pieces(run))
    return (_stem(run),)


def _pieces(run: str) -> tuple[str, ...]:
    return tuple(
        (_number(Decimal(piece)) if len(piece) <= 28 else piece)
        if piece.isdecimal()
        else _stem(piece)
        for piece in _BORDER.findall(run)
    )


def _plain(word: str) -> str:
    """Drop apostrophes, and accents of Latin letters."""
    word = word.replace("'", "")
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    if decomposed[0].isascii():
        return "".join(c for c in decomposed if not unicodedata.combining(c)) or word
    return word


_stemmer_lock = threading.Lock()


def _stem(word: str) -> str:
    """Return the stem of a word of plain Latin letters, any other word without its accents."""
    possessive = word.removesuffix("'s")
    word = _plain(possessive) or possessive or word
    if not word.isascii():
        return word
    # A stemmer keeps a state of its own: one thread at a time.
    with _stemmer_lock:
        return str(_english().stemWord(word))


@lru_cache(maxsize=1)
def _english() -> Stemmer:
    import Stemmer

    return Stemmer.Stemmer("english")
