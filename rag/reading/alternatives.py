"""Another one of the same kind standing where the asked one should: 北区宿舍 for 南区宿舍.

Nothing here knows the kinds. Two terms are alternatives where one stands in the other's slot:
before or behind the same words of the question, in titles that differ in one part, side by side
("海燕与信天翁"), or in clauses that go on alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

Pair = tuple[str, str]
"""What is asked, and what is told instead."""


class Ground(StrEnum):
    """Why two terms are taken for alternatives."""

    OPPOSITE = "opposite"
    BESIDE = "beside"
    SUBJECT = "subject"
    NAME = "name"
    SLOT = "slot"
    CLASS = "class"
    TITLE = "title"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Alternative:
    """``told`` stands where ``asked`` was asked for."""

    asked: str
    told: str
    ground: str


_OPPOSITES = (
    "东 南 西 北 中", "男 女", "高 低", "上 下", "前 后", "内 外", "左 右", "新 旧 老", "大 小",
    "公 母", "雌 雄", "父 母", "入 出", "进 出", "收 支", "借 还", "早 晚", "春 夏 秋 冬", "男生 女生", "男性 女性", "男子 女子", "男士 女士",
    "成人 儿童 婴儿 幼儿 老人 孕妇 未成年人", "本科 专科 硕士 博士 本科生 研究生 硕士生 博士生",
    "正式 试用 试用期 实习", "国内 国外 国际", "城镇 农村", "个人 企业 单位", "最大 最小",
    "工作日 周末 节假日", "首 末", "甲 乙 丙 丁", "线上 线下", "全职 兼职", "寒 暑", "增 减",
    "male female", "man woman", "men women", "boys girls", "north south east west",
    "northern southern eastern western", "upper lower", "minimum maximum", "min max",
    "highest lowest", "largest smallest", "oldest youngest", "internal external",
    "domestic international", "adults adult children child infants", "full-time part-time",
    "weekdays weekends", "indoor outdoor", "import export", "inbound outbound",
    "undergraduate graduate postgraduate", "summer winter spring autumn",
    "beginner intermediate advanced", "free paid", "monthly yearly annual weekly daily",
)  # fmt: skip
_CLASS: dict[str, list[int]] = {}
for _place, _terms in enumerate(_OPPOSITES):
    for _term in _terms.split():
        _CLASS.setdefault(_term, []).append(_place)

_MEMBERS = tuple(
    members
    for terms in _OPPOSITES
    if len(members := [term for term in terms.split() if len(term) > 1]) > 1
)
_HAN = "㐀-鿿"
_ATOM = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+(?:[.'-][^\W{_HAN}]+)*")
_CLAUSE = re.compile(r"[^\w%]+")
_BORDER = re.compile(r"[，。；：、！？,.;:!?\n|()\"《》·/]")
_LONGEST = 8
ALIKE = 3
"""Characters of the question that must follow a term for one in its place to be its alternative."""
_UNCLEAN = re.compile(
    r"[是在于了和与及、也曾任为将已被把对从向由又还就都不没有说指到以用给让因其所这那此该并或而且之者等个种各每可能会要应须需"
    r"他她它我你们谁什么哪几多少如何怎样请问吗呢当做]"
)
_RUN = re.compile(rf"[{_HAN}]+")
_LATIN = re.compile(r"[a-z][a-z0-9+-]*版?")
_NAMED = re.compile(r"[\w.-]+\Z")
_JOINTS = r"\s?(?:与|和|及|以及|、|跟|vs\.?|/)\s?"
_ENGLISH_JOINTS = r"(?: and | or |, | vs\.? |/)"


def opposite(one: str, other: str) -> bool:
    """Tell whether two terms are different members of one small class, such as 高 and 低."""
    return one != other and any(place in _CLASS.get(other, ()) for place in _CLASS.get(one, ()))


@lru_cache(maxsize=256)
def classes_asked(question: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the members of small classes that a question names, each with its rivals.

    Only members of two characters or more, which need no anchor: 成人 has the rivals 儿童 and so
    on. A class of which the question names two members is left out.
    """
    found = []
    for members in _MEMBERS:
        asked = max((m for m in members if holds(question, m)), key=len, default="")
        if asked and not any(m not in asked and holds(question, m) for m in members):
            found.append((asked, tuple(m for m in members if m not in asked and asked not in m)))
    return tuple(found)


def of_class(question: str, unit: str, above: str) -> Pair | None:
    """Return another member of a small class than the one a question names, None for none.

    It is 儿童 where the question names 成人, and neither the unit nor what stands over it does.
    """
    for asked, rivals in classes_asked(question):
        if holds(unit, asked) or holds(above, asked):
            continue
        for text in (unit, above):
            told = max((m for m in rivals if holds(text, m)), key=len, default="")
            if told:
                return asked, told
    return None


def holds(text: str, member: str) -> bool:
    """Tell whether a text holds a term as a whole word, or in Chinese without 非 or 未 before it."""
    place = text.find(member)
    while place >= 0:
        before, behind = text[place - 1 : place], text[place + len(member) :][:1]
        if not member.isascii():
            if before not in ("未", "非") or not place:
                return True
        elif not (before.isalpha() or before == "-" or behind.isalpha()):
            return True
        place = text.find(member, place + 1)
    return False


def flattened(normal: str) -> str:
    """Return a text in normal form without the particle that comes and goes (的)."""
    return normal.replace("的", "") if "的" in normal else normal


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the question that a text does not hold, between parts that it does hold."""

    left: str
    term: str
    right: str
    first: bool


@lru_cache(maxsize=1024)
def atoms(chunk: str) -> tuple[str, ...]:
    """Return the Chinese characters and the words of other scripts of a chunk."""
    return tuple(_ATOM.findall(chunk))


def gaps(chunk: str, told: str) -> list[Gap]:
    """Return the gaps of a chunk of the question beside which a text holds two characters."""
    parts = atoms(chunk)
    found: list[Gap] = []
    left = ""
    place = since = 0
    count = len(parts)
    while place < count:
        piece, end = parts[place], place + 1
        while end < count and piece + parts[end] in told:
            piece += parts[end]
            end += 1
        if len(piece) < 2 or (end == place + 1 and piece not in told):
            place += 1
            continue
        if place > since:
            found.append(Gap(left, "".join(parts[since:place]), piece, since == 0))
        left, since, place = piece, end, end
    if since < count and left:
        found.append(Gap(left, "".join(parts[since:]), "", since == 0))
    return found


def in_slot(gap: Gap, told: str) -> Iterator[tuple[str, bool]]:
    """Yield what a text has in the slot of a gap, and whether that is a whole clause's head.

    With words on both sides it is what stands between them, else what stands before the words
    on the right, back to the beginning of the clause.
    """
    place = told.find(gap.right) if gap.right else -1
    while place >= 0:
        named = _NAMED.search(told, max(0, place - 2 * _LONGEST), place)
        if named:
            before = named.group()
            if gap.left and (found := before.rfind(gap.left)) >= 0:
                if slot := before[found + len(gap.left) :]:
                    yield slot, not found and begins(told, named.start())
            else:
                yield before, begins(told, named.start()) and len(before) < 2 * _LONGEST
        place = told.find(gap.right, place + 1)


def begins(text: str, place: int) -> bool:
    """Tell whether a clause or line of a text begins at a place."""
    before = (
        text[:place].rstrip(" ")[-1:] if text[place - 1 : place] == " " else text[place - 1 : place]
    )
    return place == 0 or not before or _BORDER.match(before) is not None


def begins_with(text: str, phrase: str) -> bool:
    """Tell whether a clause of a text begins with a phrase."""
    place = text.find(phrase)
    while place >= 0:
        if begins(text, place):
            return True
        place = text.find(phrase, place + 1)
    return False


def clean(term: str) -> bool:
    """Tell whether a term may be a name: nothing in it that only joins, points or asks."""
    return _UNCLEAN.search(term) is None


def substituted(
    chunk: str, told: str, known: str, *, first: bool, least: int
) -> Iterator[Alternative]:
    """Yield what a text says in the slot of a part of the question that it does not hold.

    ``chunk`` is a stretch of the question with Chinese in it, ``told`` the text, ``known`` all
    that is said elsewhere (flattened, see ``flattened``); ``first`` tells that the question
    begins with the chunk. ``least`` characters must follow alike where nothing else tells that
    two terms are alternatives.
    """
    for gap in gaps(chunk, told):
        if len(gap.term) > _LONGEST:
            continue
        for slot, clause in in_slot(gap, told):
            ground = _ground(gap, slot, known, clause=clause, first=first, least=least)
            if ground is not None:
                head = gap.right[:1] if len(gap.term) < 2 or gap.term[0].isascii() else ""
                yield Alternative(gap.term + head, slot[-_LONGEST:] + head, ground)
                break


def _ground(
    gap: Gap, slot: str, known: str, *, clause: bool, first: bool, least: int
) -> Ground | None:
    term = gap.term
    if _opposite_ends(term, slot):
        return Ground.OPPOSITE
    if not (gap.first or gap.left) or slot in term or term in slot or len(slot) > _LONGEST:
        return None
    if not (clean(term) and clean(slot)):
        return None
    if gap.left and len(gap.left) > 1 and len(gap.right) > 1:
        if not (first and clause):
            return None
        alike = term.isascii() and slot.isascii() or len(term) == len(slot)
        new = term not in known or gap.left + term in known
        return Ground.SLOT if alike and new and len(slot) > 1 else None
    if not (first and gap.first and clause and len(term) > 1 and len(slot) > 1):
        return None
    if begins_with(known, term + gap.right[:2]):
        return Ground.BESIDE
    if term in known or abs(len(term) - len(slot)) > 1 or len(gap.right) < least:
        return None
    return Ground.SUBJECT


def at_the_end(piece: str, told: str, known: str) -> Alternative | None:
    """Return what a text has behind the first part of a name whose other part it lacks.

    "太原植物园" for "太原图书馆": the text must begin a clause with at least two characters of the
    name, and go on with as many clean ones as the name.
    """
    size = len(piece) - 1
    while size > 1 and not begins_with(told, piece[:size]):
        size -= 1
    term = piece[size:]
    if size < 2 or not 1 < len(term) <= 4 or not clean(term) or term in told:
        return None
    place = told.find(piece[:size])
    found = _RUN.match(told, place + size)
    slot = found.group() if found else ""
    for joint in _UNCLEAN.finditer(slot):
        slot = slot[: joint.start()]
        break
    if len(slot) != len(term):
        return None
    if slot[-1] == term[-1] or piece in known:
        return Alternative(piece, piece[:size] + slot, Ground.SLOT)
    return None


def titled_apart(piece: str, title: str) -> Alternative | None:
    """Return another title of the same pattern than the question begins with, None without.

    "青鸟Lite版" where the question begins with "青鸟Pro版售价", "厦门天文台" for "厦门美术馆".
    """
    head = 0
    while head < min(len(piece), len(title)) and piece[head] == title[head]:
        head += 1
    told = title[head:]
    if head < 2 or not 1 < len(told) <= _LONGEST or not clean(told) or told in piece:
        return None
    if told[0].isascii():
        match = _LATIN.match(piece, head)
        asked = match.group() if match and _LATIN.fullmatch(told) else ""
    else:
        asked = piece[head : head + len(told)]
        if len(asked) != len(told) or asked[-1] != told[-1]:
            asked = ""
    return (
        Alternative(piece[:head] + asked, title, Ground.TITLE) if clean(asked) and asked else None
    )


def negated(piece: str, told: str) -> Alternative | None:
    """Return 非会员 for 会员, or 会员 for 非会员, where a text has only the other; else None."""
    if piece.startswith("非"):
        bare = piece[1:3]
        if piece[:3] not in told and len(bare) == 2 and bare in told:
            return Alternative("非" + bare, bare, Ground.OPPOSITE)
        return None
    bare = piece[:2]
    if len(bare) == 2 and told.count(bare) == told.count("非" + bare) > 0:
        return Alternative(bare, "非" + bare, Ground.OPPOSITE)
    return None


def _opposite_ends(term: str, slot: str) -> bool:
    """Tell whether a term and the end of a slot are opposites once their shared ends are off."""
    told = slot[-len(term) :]
    if opposite(term, told) or opposite(term, slot):
        return True
    if len(told) == len(term) > 1:
        differing = [(a, b) for a, b in zip(term, told, strict=True) if a != b]
        return len(differing) == 1 and opposite(*differing[0])
    return False


@lru_cache(maxsize=4096)
def together(term: str, text: str) -> tuple[str, ...]:
    """Return what stands side by side with a term in a text: joined with it, or in clauses alike.

    Each is a run of up to eight characters of which the end nearer to the joint surely belongs
    to it ("海燕" of "海燕与信天翁"); what is joined in front ends there, what follows begins there.
    """
    if term not in text:
        return ()
    found: list[str] = []
    quoted = re.escape(term)
    edge, close = (r"(?<![a-z])", r"(?![a-z])") if term[0].isascii() else ("", "")
    run = r"[a-z][\w-]{2,}" if edge else rf"[{_HAN}]{{2,8}}"
    joints = _ENGLISH_JOINTS if edge else _JOINTS
    for match in re.finditer(rf"({run}){joints}{edge}{quoted}{close}", text):
        found.append(match[1])
    for match in re.finditer(rf"{edge}{quoted}{joints}({run})", text):
        found.append(match[1])
    behind = r"( [a-z]+ )" if edge else rf"([{_HAN}]{{2}})"
    for match in re.finditer(rf"{edge}{quoted}{behind}", text):
        if not begins(text, match.start()):
            continue
        for other in re.finditer(rf"({run}){re.escape(match[1])}", text):
            if other[1] != term and begins(text, other.start()):
                found.append(other[1])
    return tuple(dict.fromkeys(found))


def beside_in(term: str, unit: str, context: str) -> str:
    """Return the sibling of a term that begins a clause of a unit, empty without one.

    ``context`` is what stands around the unit and tells of the term (see ``together``).
    """
    for sibling in together(term, context):
        sizes = [len(sibling)] if sibling.isascii() else range(len(sibling), 1, -1)
        for size in sizes:
            for piece in (sibling[-size:], sibling[:size]):
                if piece in term or not clean(piece):
                    continue
                if begins_with(unit, piece):
                    return piece
    return ""


@lru_cache(maxsize=4096)
def other_title(question: str, own: str, titles: Sequence[str]) -> Pair | None:
    """Return what the question names of another title in the place of this one's, None for none.

    All in normal form. Two titles must differ in one part ("锅炉房管理说明", "泵房管理说明"), of
    which the question holds the other's; or the question holds another title as a whole and
    nothing of this one.
    """
    if not own or own in question:
        return None
    found: Pair | None = None
    for title in titles:
        if title == own or not title:
            continue
        asked, told, common = _named_apart(title, own)
        if common >= 2 and asked and told:
            if len(asked) >= 2 and asked in question:
                if told in question:
                    return None
                found = found or (asked, told)
        elif len(title) >= 2 and begins_with(question, title) and not _overlap(own, question):
            found = found or (title, own)
    return found


def differing(one: str, other: str) -> tuple[str, str, int]:
    """Return the parts in which two titles differ, and how many characters they share."""
    shortest = min(len(one), len(other))
    head = 0
    while head < shortest and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < shortest - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return one[head : len(one) - tail], other[head : len(other) - tail], head + tail


def _named_apart(one: str, other: str) -> tuple[str, str, int]:
    """Return what ``differing`` does, with a shared last character that belongs to both names.

    锅炉|房管理 and 泵|房管理 differ in 锅炉房 and 泵房.
    """
    first, second, common = differing(one, other)
    end = one.rfind(first) + len(first) if first else 0
    tail = one[end : end + 1]
    if first and second and min(len(first), len(second)) < 2 and tail and not tail.isascii():
        first, second = first + tail, second + tail
    return first.strip(), second.strip(), common


def _overlap(title: str, question: str) -> bool:
    return any(title[place : place + 2] in question for place in range(len(title) - 1))
