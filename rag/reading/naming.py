"""Names taken for one another: 张伟 and 张伟民, John Smith and John Smyth, north and south gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.reading.alternatives import Alternative, Ground, opposite
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
    "是在于的了和与及也曾任为将已被把对从向由又还就都不没有说指出担毕当兼获加入负到以用给让因"
)
_HAN = re.compile(r"[㐀-鿿]")
_SMALL = frozenset("小老大阿")
_WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
_STOP = frozenset(
    """the a an of in on at to for from by with and or is are was were be been did do does has have
    had what which who whom whose when where why how many much that this it its as not can could
    will would should there their his her they he she we you about my your our into than then if
    any all some no so such only also more most other one after before during between under over
    mr mrs ms dr sir st saint new president king queen prince pope general captain professor""".split()
)


def longer_name(name: str, told: str) -> str:
    """Return the longer name of another person that a text has where it has a name's characters.

    Empty where the name itself stands there too, or none of it, or it is no person's. ``name``
    and ``told`` are in normal form.
    """
    if not 2 <= len(name) <= 3 or name[0] not in _SURNAMES or not _HAN.fullmatch(name[-1]):
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


@lru_cache(maxsize=4096)
def words(text: Prepared) -> tuple[tuple[str, int, bool], ...]:
    """Return the words of a text with Latin letters: normal form, place, begins with a capital."""
    found = []
    for match in _WORD.finditer(text.normal):
        if match.group().isascii():
            capital = text.text[text.offsets[match.start()]].isupper()
            found.append((match.group(), match.start(), capital))
    return tuple(found)


def other_words(
    question: Prepared, content: str, unit: Prepared, above: str, known: str
) -> Iterator[Alternative]:
    """Yield the word that a unit has beside a word of the question where that has another.

    "south gate" for "north gate", "John Smyth" for "John Smith". ``content`` is the question
    without the words that ask, ``above`` what stands over the unit, ``known`` all that is told.
    """
    asked = words(question)
    if not asked:
        return
    told = words(unit)
    present = {word for word, _, _ in told}
    named = {word for word, _, _ in asked}
    for place, (word, start, capital) in enumerate(asked):
        if word in present or word in _STOP or len(word) < 2 or _in(word, unit.normal, above):
            continue
        for step in (1, -1):
            if not 0 <= place + step < len(asked):
                continue
            beside, other_start, beside_capital = asked[place + step]
            if beside not in present or beside in _STOP:
                continue
            gap = (
                (start + len(word), other_start) if step > 0 else (other_start + len(beside), start)
            )
            if question.normal[gap[0] : gap[1]].strip():
                continue
            yield from _in_place(word, capital, beside, beside_capital, step, told, named, known)


def _in(word: str, unit: str, above: str) -> bool:
    stem = word[: max(4, len(word) - 3)]
    return stem in unit or stem in above


def _in_place(
    word: str,
    capital: bool,
    beside: str,
    beside_capital: bool,
    step: int,
    told: tuple[tuple[str, int, bool], ...],
    named: set[str],
    known: str,
) -> Iterator[Alternative]:
    for place, (there, _, _) in enumerate(told):
        if there != beside or not 0 <= place - step < len(told):
            continue
        other, _, other_capital = told[place - step]
        if other in _STOP or other in named or len(other) < 2:
            continue
        if opposite(word, other):
            yield Alternative(word, other, Ground.OPPOSITE)
            return
        phrase = f"{word} {beside}" if step > 0 else f"{beside} {word}"
        if phrase in known:
            yield Alternative(word, other, Ground.BESIDE)
            return
        if capital and beside_capital and other_capital:
            yield Alternative(word, other, Ground.NAME)
            return
