"""What sounds like what is written: characters mistyped for homophones, names in pinyin.

Typists of Chinese choose characters by their sound, so the usual slip is a homophone or nearly one
(jin, jing); in other languages Chinese names are written by their sound alone. What was meant is
told by the documents: only words they hold are offered. Readings come from ``pypinyin``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from rag.text.normal import normal_form
from rag.text.tokens import Known
from rag.text.translation import has_translation

Beginning = Callable[[str], Mapping[str, int]]
"""Gives for all pairs of characters that begin with one of these in how many passages they are."""

_HAN = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_ASKING = re.compile(
    r"什么|多少|多(?=[大高长远重宽深久快厚])|哪.?|谁|几.?|如何|怎么|怎|为何|何|吗|呢|吧|呀|啊|啥|么|请|是|的|了"
)
_LONGEST = 200
_ROUNDS = 2
"""A mended character may be what its mistyped neighbour needs to be mended too."""
_READINGS = 2
"""Readings of a character that count; those further down the dictionary are rare."""
_FORMS = 6
"""Words offered for one name in pinyin, the most frequent ones."""
_MOST_SYLLABLES = 4


@dataclass(frozen=True, slots=True)
class SoundAlike:
    """A stretch ``text[start:end]`` of a text and words of the documents that sound like it.

    ``forms`` are in the characters of the normal form, the one held most often first.
    """

    start: int
    end: int
    forms: tuple[str, ...]


def sound_alikes(text: str, known: Known, pairs: Beginning) -> list[SoundAlike]:
    """Return what the documents write otherwise but sound the same, in the order of the text.

    ``known`` and ``pairs`` tell what the documents hold. A Chinese character between two others
    is taken for mistyped only where neither of its pairs with them stands in the documents and
    where both new pairs do: one pair was too little to go by, it changed 6 % of sound questions,
    two change 1 %. A word in Latin letters is taken for pinyin where it is cut into syllables
    without rest and means nothing in the dictionary.
    """
    if len(text) > _LONGEST:
        return []
    return sorted([*_mistyped(text, known, pairs), *_names(text, pairs)], key=lambda one: one.start)


def respelled(text: str, alikes: Iterable[SoundAlike]) -> str:
    """Return a text with its mistyped characters exchanged; names in pinyin stay as they are.

    ``alikes`` are those of ``sound_alikes``. All other characters keep their own spelling.
    """
    normal = normal_form(text)
    characters = list(text)
    for alike in alikes:
        form = alike.forms[0]
        if len(form) == alike.end - alike.start and len(normal) == len(text):
            for place, character in enumerate(form, start=alike.start):
                if normal[place] != character and _HAN.match(normal[place]):
                    characters[place] = character
    return "".join(characters)


def _mistyped(text: str, known: Known, pairs: Beginning) -> Iterator[SoundAlike]:
    normal = normal_form(text)
    if len(normal) != len(text):
        return
    # Documents need not hold the words that ask, which tell nothing about their neighbours.
    fixed = {place for match in _ASKING.finditer(normal) for place in range(*match.span())}
    mended = normal
    for _ in range(_ROUNDS):
        changes = _changes(mended, fixed, known, pairs)
        if not changes:
            break
        mended = "".join(changes.get(place, c) for place, c in enumerate(mended))
    place = 0
    while place < len(normal):
        end = place
        while end < len(normal) and normal[end] != mended[end]:
            end += 1
        if end > place:
            # With its neighbours, which told what was meant.
            yield SoundAlike(place - 1, end + 1, (mended[place - 1 : end + 1],))
        place = end + 1


def _changes(text: str, fixed: Collection[int], known: Known, pairs: Beginning) -> dict[int, str]:
    """Return the better characters by their places."""
    told = [_HAN.match(c) is not None and place not in fixed for place, c in enumerate(text)]
    asked = [place for place in range(1, len(text) - 1) if all(told[place - 1 : place + 2])]
    counts = known([text[side : side + 2] for place in asked for side in (place - 1, place)])
    strange = [
        place
        for place in asked
        if not counts[text[place - 1 : place + 1]] and not counts[text[place : place + 2]]
    ]
    held = pairs("".join(text[place - 1] for place in strange))
    changes: dict[int, str] = {}
    for place in strange:
        before, character, after = text[place - 1], text[place], text[place + 1]
        others = [other for other in homophones(character) if before + other in held]
        following = pairs("".join(others)) if others else {}
        scores = {
            other: min(held[before + other], following.get(other + after, 0)) for other in others
        }
        best = max(scores, key=lambda other: scores[other], default="")
        if best and scores[best]:
            changes[place] = best
    return changes


def _names(text: str, pairs: Beginning) -> Iterator[SoundAlike]:
    """Yield names in pinyin: neighbouring capitalised words together, else each by itself."""
    for run in _runs(text):
        together = _forms([_cuts(match.group()) for match in run], pairs) if len(run) > 1 else ()
        if together:
            yield SoundAlike(run[0].start(), run[-1].end(), together)
            continue
        for match in run:
            forms = () if has_translation(match.group()) else _forms([_cuts(match.group())], pairs)
            if forms:
                yield SoundAlike(match.start(), match.end(), forms)


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield words that may be pinyin, those of one name together; one of them is no known word."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        word = match.group()
        near = run and not text[run[-1].end() : match.start()].strip()
        if run and not (near and word[0].isupper() and run[-1].group()[0].isupper()):
            yield from _kept(run)
            run = []
        if _cuts(word):
            run.append(match)
    yield from _kept(run)


def _kept(run: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    if run and not all(has_translation(match.group()) for match in run):
        yield run


def _forms(words: Sequence[Sequence[tuple[str, ...]]], pairs: Beginning) -> tuple[str, ...]:
    """Return words of the documents read as these syllables, the most frequent first."""
    cuts: list[tuple[str, ...]] = [()]
    for options in words:
        cuts = [(*cut, *option) for cut in cuts for option in options]
    found: dict[str, int] = {}
    for cut in cuts:
        if not 1 < len(cut) <= _MOST_SYLLABLES:
            continue
        chains = dict.fromkeys(_characters().get(cut[0], ""), 0)
        for number, (_, syllable) in enumerate(pairwise(cut)):
            following = set(_characters().get(syllable, ""))
            held = pairs("".join({chain[-1] for chain in chains})) if chains else {}
            longer: dict[str, int] = {}
            for chain, least in chains.items():
                for character in following:
                    count = held.get(chain[-1] + character, 0)
                    if count:
                        longer[chain + character] = min(least, count) if number else count
            chains = longer
        found.update(chains)
    return tuple(sorted(found, key=lambda form: (-found[form], form))[:_FORMS])


def homophones(character: str) -> str:
    """Return the common characters that sound like this one or nearly so, without it."""
    sounds = {_folded(reading) for reading in _readings(character)}
    return "".join(
        other for sound in sorted(sounds) for other in _near().get(sound, "") if other != character
    )


@lru_cache(maxsize=4096)
def _cuts(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to cut a word into syllables without rest, the fewest syllables only."""
    pieces = re.split(r"['’]", word.lower())
    ways: list[tuple[str, ...]] = [()]
    for piece in pieces:
        ways = [(*way, *more) for way in ways for more in _cut(piece, _MOST_SYLLABLES)]
    least = min(map(len, ways), default=0)
    return tuple(way for way in ways if len(way) <= least + 1)


def _cut(piece: str, most: int) -> Iterator[tuple[str, ...]]:
    if not piece:
        yield ()
    elif most:
        for end in range(1, min(len(piece), 6) + 1):
            if piece[:end] in _characters():
                for rest in _cut(piece[end:], most - 1):
                    yield (piece[:end], *rest)


@cache
def _characters() -> Mapping[str, str]:
    """Return the common characters of each syllable."""
    found: defaultdict[str, str] = defaultdict(str)
    for character in _common():
        for reading in _readings(character):
            found[reading] += character
    return dict(found)


@cache
def _near() -> Mapping[str, str]:
    """Return the common characters of each sound, near syllables taken as one."""
    found: defaultdict[str, str] = defaultdict(str)
    for syllable, characters in _characters().items():
        found[_folded(syllable)] += characters
    return {sound: "".join(dict.fromkeys(characters)) for sound, characters in found.items()}


def _folded(syllable: str) -> str:
    """Return a syllable without what many speakers do not tell apart: zh z, ang an."""
    if syllable[1:2] == "h":
        syllable = syllable[0] + syllable[2:]
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


@lru_cache(maxsize=8192)
def _readings(character: str) -> tuple[str, ...]:
    from pypinyin.pinyin_dict import pinyin_dict

    written = pinyin_dict.get(ord(character), "") if len(character) == 1 else ""
    toneless = (_toneless(reading) for reading in written.split(","))
    # Without a vowel it is a sound of surprise (ng, hm).
    readings = dict.fromkeys(reading for reading in toneless if set(reading) & set("aeiouv"))
    return tuple(readings)[:_READINGS]


def _toneless(reading: str) -> str:
    decomposed = unicodedata.normalize("NFD", reading.replace("ü", "v"))
    letters = decomposed.replace("u\u0308", "v")
    return "".join(c for c in letters if not unicodedata.combining(c))


@cache
def _common() -> str:
    """Return the 6,763 characters of GB 2312."""
    pairs = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in pairs)
