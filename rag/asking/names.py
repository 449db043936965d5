"""Short and full names of one thing, where the documents themselves put them side by side.

They say "中华全国总工会（简称“全总”）" or "World Health Organization (WHO)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text.normal import normal_form

MARKERS = ("简称", "全称", "缩写")
"""Words of which one stands where a document says how else a thing is called."""

_PLACES = re.compile(r"[简簡][称稱]|全[称稱]|[缩縮][写寫]|[(（][A-Z]{2,8}[)）]")
_BEFORE, _AFTER = 80, 30
"""Characters around such a place that may hold both names."""
_LONGEST = 24
"""Characters before a marker that may belong to the full name."""

_SAID = re.compile(
    r"(?P<before>[^,。;:、()\n\"《》]{2,}|\"[^\"\n]{2,24}\"|《[^》\n]{2,24}》)"
    r"[\s,(]*(?:\([^()\n]*\)[\s,(]*)?(?:以下|下文|通常|常|亦|又|也|或)?(?:被)?"
    rf"(?P<marker>{'|'.join(MARKERS)})(?:为|作|是|:)?\s*"
    r"(?:\"(?P<quoted>[^\"\n]{2,24})\"|《(?P<titled>[^》\n]{2,24})》"
    r"|(?P<bare>[^\s,。;:、()\n\"《》]{2,16}))"
)
_ACRONYM = re.compile(r"((?:[a-z][\w']*[ -]+){1,7}[a-z][\w']*)\s*\(([a-z]{2,8})\)")
_LITTLE = frozenset({"of", "the", "and", "for", "in", "on", "to", "a", "de"})
_SHORTEST_FULL = 4


def renamed(question: str, naming: Sequence[str]) -> Iterator[str]:
    """Yield the question with a name exchanged for the one that the documents use beside it.

    ``naming`` are texts that may say how else a thing is called. It keeps its own spelling but
    for the name; one whose normal form has another length is left alone.
    """
    normal = normal_form(question)
    if len(normal) != len(question):
        return
    seen: set[str] = set()
    for asked, other in _pairs(normal, naming):
        place = normal.find(asked)
        changed = question[:place] + other + question[place + len(asked) :]
        if place >= 0 and other not in normal and changed not in seen:
            seen.add(changed)
            yield changed


def _pairs(question: str, naming: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield names in the question, each with another name of the same thing."""
    for text in dict.fromkeys(naming):
        for full, short in _said(text):
            yield from _matched(question, full, short)


def _said(text: str) -> Iterator[tuple[str, str]]:
    """Yield full and short names that a text puts side by side, in normal form."""
    for place in _PLACES.finditer(text):
        around = text[max(0, place.start() - _BEFORE) : place.end() + _AFTER]
        yield from _said_in(normal_form(around))


def _said_in(text: str) -> Iterator[tuple[str, str]]:
    for match in _SAID.finditer(text):
        before = match["before"].strip('"《》 ')[-_LONGEST:]
        after = (match["quoted"] or match["titled"] or match["bare"]).strip()
        full, short = (after, before) if match["marker"] == "全称" else (before, after)
        if len(short) < len(full) and _beginning(full, short) >= 0:
            yield full, short
    for match in _ACRONYM.finditer(text):
        words, letters = re.split(r"[ -]+", match[1]), match[2]
        for start in range(len(words)):
            initials = "".join(word[0] for word in words[start:] if word not in _LITTLE)
            if initials == letters and words[start] not in _LITTLE:
                yield " ".join(words[start:]), letters
                break


def _matched(question: str, full: str, short: str) -> Iterator[tuple[str, str]]:
    """Yield what of a pair of names the question holds, with the other one.

    Where a full name begins nobody marks: it is taken from the first character of the short one.
    """
    begin = 0 if short.isascii() else _beginning(full, short)
    if short in question:
        yield short, full[begin:] if begin >= 0 else full
    for start in range(max(begin, 0) + 1):
        if full[start:] in question and len(full) - start >= _SHORTEST_FULL:
            yield full[start:], short
            return


def _beginning(full: str, short: str) -> int:
    """Return the last place from which all characters of ``short`` follow in order, else -1."""
    place = len(full)
    for character in reversed(short):
        place = full.rfind(character, 0, place)
        if place < 0:
            return -1
    return place
