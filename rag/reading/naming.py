"""Names taken for one another: 张伟 and 张伟民, John Smith and John Smyth, north and south gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.reading.alternatives import Alternative, Ground, begins, begins_with, opposite
from rag.text.prepared import Prepared

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭"
    "陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤温康施文牛樊葛邢安齐易"
    "乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆路游辛靳"
)
_AFTER_NAME = frozenset(
    "是在于的了和与及、也曾任为将已被把对从向由又还就都不没有说指出担毕就当兼获加入负生到，,。.；;：:(（ 以给让因"
)
_NEVER_IN_NAME = frozenset(
    "是在于的了和与及也曾任为将已被把对从向由又还就都不没有说指出担毕当得等位大兼获加入负到以用给让因"
)
_HAN = re.compile(r"[㐀-鿿]")
_SMALL = frozenset("小老大阿")
_WORD = re.compile(r"[^\W_]+(?:(?:['.-](?!s\b))[^\W_]+)*")
_STOP = frozenset(
    """the a an of in on at to for from by with and or is are was were be been did do does has have
    had what which who whom whose when where why how many much that this it its as not can could
    will would should there their his her they he she we you about my your our into than then if
    any all some no so such only also more most other one after before during between under over
    mr mrs ms dr sir st saint new president king queen prince pope general captain professor""".split()
)


def other_name(name: str, told: str, *, whole: bool) -> str:
    """Return the name of another person that a text has where it has a name's characters.

    张伟民 or 小张伟 for 张伟, 张伟 for 张伟民. Empty where the name itself stands there too, or
    none of it, or it is no person's. ``name`` and ``told`` are in normal form; ``whole`` tells
    that the name surely ends where it does.
    """
    if not 2 <= len(name) <= 3 or name[0] not in _SURNAMES or not _HAN.fullmatch(name[-1]):
        return ""
    if len(name) == 3 and name not in told:
        if not whole:
            return ""
        place = told.find(name[:2])
        if place >= 0 and told[place + 2 : place + 3] in _AFTER_NAME and begins(told, place):
            return name[:2]
        return ""
    longer = ""
    place = told.find(name)
    while place >= 0:
        end = place + len(name)
        behind, next_behind = told[end : end + 1], told[end + 1 : end + 2]
        before = told[place - 1 : place] if place else ""
        if before in _SMALL and before and not _HAN.match(told[place - 2 : place - 1] or " "):
            longer = before + name
        elif (
            _HAN.match(behind or " ")
            and behind not in _NEVER_IN_NAME
            and (next_behind in _AFTER_NAME)
            and len(name) == 2
        ):
            longer = name + behind
        else:
            return ""
        place = told.find(name, end)
    return longer


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
