"""Short and full names of one thing, as the documents themselves give them.

They say so ("中华全国总工会（简称“全总”）", "World Health Organization (WHO)"), or they only use
both: then a short name of two characters is known by its form, the first of a word and the first or
last of the ending (全国|总工会 gives 全总).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.text.normal import normal_form
from rag.text.tokens import Known

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
_HAN_RUN = re.compile(r"[㐀-鿿]+")
_ENDING = "总工会|委员会|联合会|代表大会|协商会议|大学|学院|银行|研究院|科学院|青年团"
_NAME = re.compile(rf"[㐀-鿿]{{2,16}}?(?:{_ENDING})")
_NO_NAME = re.compile(r"[的了在到有是被哪个几谁什么吗呢]|^.{13,}")
_SHORTEST_FULL = 4


def renamed(
    question: str, naming: Sequence[str], hits: Sequence[str], known: Known
) -> Iterator[str]:
    """Yield the question with a name exchanged for the one that the documents use beside it.

    ``naming`` are texts that may say how else a thing is called, ``hits`` those found for the
    question. It keeps its own spelling but for the name; one whose normal form has another
    length is left alone.
    """
    normal = normal_form(question)
    if len(normal) != len(question):
        return
    seen: set[str] = set()
    for asked, other in _pairs(normal, naming, hits, known):
        place = normal.find(asked)
        changed = question[:place] + other + question[place + len(asked) :]
        if place >= 0 and other not in normal and changed not in seen:
            seen.add(changed)
            yield changed


def _pairs(
    question: str, naming: Sequence[str], hits: Sequence[str], known: Known
) -> Iterator[tuple[str, str]]:
    """Yield names in the question, each with another name of the same thing."""
    for text in dict.fromkeys([*naming, *hits]):
        for full, short in _said(text):
            yield from _matched(question, full, short)
    for name in _names(question):
        shorts = {short for full in _endings_of(name, 2) for short in _formed(full)}
        frequencies = known(sorted(short for short in shorts if short not in name))
        for short in sorted(frequencies, key=lambda short: -frequencies[short]):
            if frequencies[short] > 1:
                yield from _matched(question, name, short)
    # A short name that the documents use themselves needs no other.
    strange = {pair for pair, count in known(_pairs_of(question)).items() if not count}
    if strange:
        for name in (name for text in hits for name in _names(normal_form(text))):
            for full in _endings_of(name, 1):
                yield from ((short, full) for short in sorted(_formed(full) & strange))


def _pairs_of(text: str) -> list[str]:
    return [a + b for run in _HAN_RUN.findall(text) for a, b in pairwise(run)]


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


def _names(text: str) -> Iterator[str]:
    for run in _HAN_RUN.findall(text):
        for match in _NAME.finditer(run):
            if len(match[0]) > _SHORTEST_FULL:
                yield match[0]


def _endings_of(name: str, step: int) -> Iterator[str]:
    """Yield the name and what is left without its first characters: some may not belong to it."""
    for start in range(0, len(name) - _SHORTEST_FULL, step):
        yield name[start:]


def _formed(full: str) -> set[str]:
    """Return short names of the usual form: its first character and one of its ending.

    Of the ending it is the first or the last (农业银行: 农行).
    """
    ending = re.search(rf"(?:{_ENDING})$", full)
    if ending is None or ending.start() == 0 or _NO_NAME.search(full):
        return set()
    return {full[0] + ending[0][0], full[0] + ending[0][-1]}
