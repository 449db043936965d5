"""Names taken for one another: 张伟 and 张伟民, John Smith and John Smyth, north and south gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.reading.alternatives import Alternative, Ground
from rag.reading.classes import opposite
from rag.reading.heads import begins, begins_with
from rag.text.prepared import Prepared

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭"
    "陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤温康施文牛樊葛邢安齐易"
    "乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆路游辛靳"
)
_AFTER_NAME = frozenset(
    "是在于的了和与及、也曾任为将已被把对从向由又还就都不没有说指出担毕就当兼获加入负生到"
    "，,。.；;：:(（ 以给让因"
)  # fmt: skip
_NEVER_IN_NAME = frozenset(
    "是在于的了和与及也曾任为将已被把对从向由又还就都不没有说指出担毕当得等位大兼获加入负到以用给让因"
)
_HAN = re.compile(r"[㐀-鿿]")
_SMALL = frozenset("小老大阿")
_WORD = re.compile(r"[^\W_]+(?:(?:['.-](?!s\b))[^\W_]+)*")
_STOP_WORDS = """
    a about after all also an and any are as at be been before between by can captain could did
    do does dr during for from general had has have he her his how if in into is it its king
    many more most mr mrs ms much my new no not of on one only or other our over pope president
    prince professor queen saint she should sir so some st such than that the their then there
    they this to under was we were what when where which who whom whose why will with would you
    your
"""
_STOP = frozenset(_STOP_WORDS.split())


def other_name(name: str, told: str, known: str, *, whole: bool) -> str:
    """Return the name of another person that a text has in the place of a name.

    张伟民 or 小张伟 for 张伟, and for any name another one of the family that begins a clause.
    Empty where the name itself stands there, or nothing like it, or it is no person's. All are in
    normal form; ``known`` is all that is told, ``whole`` tells that the name surely ends there.
    """
    if not 2 <= len(name) <= 3 or name[0] not in _SURNAMES or not _HAN.fullmatch(name[-1]):
        return ""
    place = told.find(name)
    if place < 0:
        return _relative(name, told, known) if whole else ""
    longer = ""
    while place >= 0:
        end = place + len(name)
        behind, following = told[end : end + 1], told[end + 1 : end + 2]
        before = told[place - 1] if place else ""
        if before in _SMALL and before and begins(told, place - 1):
            longer = before + name
        elif len(name) == 2 and _ends_name(name, behind, following, known):
            longer = name + behind
        else:
            return ""
        place = told.find(name, end)
    return longer


def _ends_name(name: str, behind: str, following: str, known: str) -> bool:
    """Tell whether a character behind a name makes another name of it."""
    if not _HAN.match(behind or " ") or behind in _NEVER_IN_NAME:
        return False
    return following in _AFTER_NAME or begins_with(known, name + following)


def _relative(name: str, told: str, known: str) -> str:
    """Return another name of the same family that begins a clause of a text, else nothing."""
    place = told.find(name[0])
    while place >= 0:
        small = place > 0 and told[place - 1] in _SMALL
        if begins(told, place - small):
            for size in (3, 2):
                other, following = told[place : place + size], told[place + size : place + size + 1]
                if not _NEVER_IN_NAME.isdisjoint(other) or not _HAN.fullmatch(other[-1:] or " "):
                    continue
                if following in _AFTER_NAME or begins_with(known, name + following):
                    return told[place - small : place] + other
        place = told.find(name[0], place + 1)
    return ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of Latin letters in a text: its normal form, place, and whether it has a capital.

    ``joined`` tells that only a space stands between it and the word before it.
    """

    form: str
    start: int
    capital: bool
    joined: bool


def words(text: Prepared) -> tuple[Word, ...]:
    """Return the words of a text that are written in Latin letters or digits."""
    found: tuple[Word, ...] | None = text.__dict__.get("_words")
    if found is None:
        found = text.__dict__["_words"] = tuple(_words(text))
    return found


def _words(text: Prepared) -> Iterator[Word]:
    end = -1
    for match in _WORD.finditer(text.normal):
        if match.group().isascii():
            capital = text.text[text.offsets[match.start()]].isupper()
            joined = text.normal[end : match.start()] == " "
            yield Word(match.group(), match.start(), capital, joined)
        end = match.end()


def other_words(
    question: Prepared, unit: Prepared, above: str, known: str
) -> Iterator[Alternative]:
    """Yield the word that a unit has beside a word of the question where that has another.

    "south gate" for "north gate", "John Smyth" for "John Smith". ``above`` is what stands over
    the unit, ``known`` all that is told.
    """
    asked = words(question)
    if not asked:
        return
    told = words(unit)
    present = {word.form for word in told}
    named = {word.form for word in asked}
    for place, word in enumerate(asked):
        form = word.form
        if form in present or form in _STOP or len(form) < 2 or _in(form, told, above):
            continue
        for step in (1, -1):
            if not 0 <= place + step < len(asked):
                continue
            beside = asked[place + step]
            if beside.form not in present or beside.form in _STOP:
                continue
            if not (beside if step > 0 else word).joined:
                continue
            for other in _in_place(beside.form, step, told):
                if other.form in _STOP or other.form in named or len(other.form) < 2:
                    continue
                ground = _ground(word, other, beside, step, unit.normal, known, question.normal)
                if ground is not None and (
                    ground is not Ground.NAME
                    or (_paired(asked, word, beside) and _paired(told, other, beside))
                ):
                    yield Alternative(form, other.form, ground)
                    break


def _in(word: str, told: tuple[Word, ...], above: str) -> bool:
    stem = word[: max(4, len(word) - 3)]
    return any(other.form.startswith(stem) for other in told) or begins_word(stem, above)


def begins_word(stem: str, text: str) -> bool:
    """Tell whether a word of a text begins with a stem."""
    place = text.find(stem)
    while place >= 0:
        if not text[place - 1 : place].isalpha() or not place:
            return True
        place = text.find(stem, place + 1)
    return False


def _in_place(beside: str, step: int, told: tuple[Word, ...]) -> Iterator[Word]:
    """Yield the words before (``step`` 1) or behind a word of a text."""
    for place, there in enumerate(told):
        if there.form == beside and 0 <= place - step < len(told):
            other = told[place - step]
            if (there if step > 0 else other).joined:
                yield other


def _ground(
    word: Word, other: Word, beside: Word, step: int, unit: str, known: str, question: str
) -> Ground | None:
    if opposite(word.form, other.form):
        return Ground.OPPOSITE
    if (
        step > 0
        and _heads(unit, f"{other.form} {beside.form}")
        and _heads(known, f"{word.form} {beside.form}")
    ):
        return Ground.BESIDE
    if (
        step > 0
        and begins_with(unit, f"the {other.form} {beside.form}")
        and f" the {word.form} {beside.form}" in question
        and not begins_word(word.form[:4], known)
    ):
        return Ground.SUBJECT
    capital = word.capital and other.capital and beside.capital
    return Ground.NAME if capital and sorted(word.form) != sorted(other.form) else None


def _heads(text: str, phrase: str) -> bool:
    return begins_with(text, phrase) or begins_with(text, f"the {phrase}")


def _paired(told: tuple[Word, ...], one: Word, other: Word) -> bool:
    """Tell whether a capital word and its neighbour are a name of two words and no longer one."""
    places = [place for place, word in enumerate(told) if word.form in (one.form, other.form)]
    first, last = min(places), max(places)
    before = told[first - 1] if first and told[first].joined else None
    after = told[last + 1] if last + 1 < len(told) and told[last + 1].joined else None
    return not any(w is not None and w.capital and w.form not in _STOP for w in (before, after))
