"""What sounds like what is written: characters mistyped for homophones, names in pinyin.

Typists of Chinese choose characters by their sound, so the usual slip is a homophone or nearly one
(jin, jing); in other languages Chinese names are written by their sound alone. What was meant is
told by the documents: only words they hold are offered. Readings come from ``pypinyin``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from rag.text.normal import normal_form
from rag.text.tokens import Known
from rag.text.translation import has_translation

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


def sound_alikes(text: str, known: Known) -> list[SoundAlike]:
    """Return what the documents write otherwise but sound the same, in the order of the text.

    ``known`` gives for each pair of characters in how many passages it stands. A Chinese
    character between two others is taken for mistyped only where neither of its pairs with them
    stands in the documents and where both new pairs do: one pair was too little to go by, it
    changed 6 % of sound questions, two change 1 %. A word in Latin letters is taken for pinyin
    where it is cut into syllables without rest and means nothing in the dictionary.
    """
    if len(text) > _LONGEST:
        return []
    return sorted([*_mistyped(text, known), *_names(text, known)], key=lambda one: one.start)


def mend(question: str, known: Known) -> str:
    """Return the question with mistyped characters exchanged for those the documents know.

    All others keep their own spelling; see ``sound_alikes``.
    """
    normal, mended = _mended(question, known) if len(question) <= _LONGEST else ("", "")
    if not mended:
        return question
    return "".join(
        new if new != old else shown
        for shown, old, new in zip(question, normal, mended, strict=True)
    )


def _mistyped(text: str, known: Known) -> Iterator[SoundAlike]:
    normal, mended = _mended(text, known)
    place = 0
    while place < len(normal):
        if normal[place] == mended[place]:
            place += 1
            continue
        end = place
        while end < len(normal) and normal[end] != mended[end]:
            end += 1
        # With its neighbours, which told what was meant.
        yield SoundAlike(place - 1, end + 1, (mended[place - 1 : end + 1],))
        place = end


def _mended(text: str, known: Known) -> tuple[str, str]:
    """Return the normal form of a text, and the same with mistyped characters exchanged.

    Both are empty where the normal form has another length than the text.
    """
    normal = normal_form(text)
    if len(normal) != len(text):
        return "", ""
    # Documents need not hold the words that ask, which tell nothing about their neighbours.
    fixed = {place for match in _ASKING.finditer(normal) for place in range(*match.span())}
    mended = normal
    for _ in range(_ROUNDS):
        changes = _changes(mended, fixed, known)
        if not changes:
            break
        mended = "".join(changes.get(place, c) for place, c in enumerate(mended))
    return normal, mended


def _changes(text: str, fixed: Collection[int], known: Known) -> dict[int, str]:
    """Return the better characters by their places."""
    han = [_HAN.match(character) is not None for character in text]
    changes: dict[int, str] = {}
    for place, character in enumerate(text):
        sides = [
            side
            for side in (place - 1, place + 1)
            if 0 <= side < len(text) and han[side] and side not in fixed
        ]
        if not han[place] or place in fixed or len(sides) < 2:
            continue
        if any(known([_pair(text, place, side, character) for side in sides]).values()):
            continue
        best = _best(text, place, sides, known)
        if best:
            changes[place] = best
    return changes


def _best(text: str, place: int, sides: Sequence[int], known: Known) -> str:
    """Return the homophone all of whose pairs are known, the one known best; "" for none."""
    options = {
        other: [_pair(text, place, side, other) for side in sides]
        for other in homophones(text[place])
    }
    found = known([pair for pairs in options.values() for pair in pairs])
    scores = {other: min(found[pair] for pair in pairs) for other, pairs in options.items()}
    best = max(scores, key=lambda other: scores[other], default="")
    return best if best and scores[best] > 0 else ""


def _pair(text: str, place: int, side: int, character: str) -> str:
    return text[side] + character if side < place else character + text[side]


def _names(text: str, known: Known) -> Iterator[SoundAlike]:
    """Yield names in pinyin: neighbouring capitalised words together, else each by itself."""
    for run in _runs(text):
        together = _forms([_cuts(match.group()) for match in run], known) if len(run) > 1 else ()
        if together:
            yield SoundAlike(run[0].start(), run[-1].end(), together)
            continue
        for match in run:
            forms = () if has_translation(match.group()) else _forms([_cuts(match.group())], known)
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


def _forms(words: Sequence[Sequence[tuple[str, ...]]], known: Known) -> tuple[str, ...]:
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
            following = _characters().get(syllable, "")
            pairs = {(chain, c): chain[-1] + c for chain in chains for c in following}
            counts = known(list(dict.fromkeys(pairs.values())))
            chains = {
                chain + c: counts[pair] if number == 0 else min(chains[chain], counts[pair])
                for (chain, c), pair in pairs.items()
                if counts[pair]
            }
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
