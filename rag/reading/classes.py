"""Small classes of which a thing is one: 男 or 女, 成人 or 儿童, north or south.

A list only of what no place in a text shows to be opposites; everything else is told by where it
stands (see ``alternatives``).
"""

from __future__ import annotations

from functools import lru_cache

_OPPOSITES = (
    "东 南 西 北 中", "男 女", "高 低", "上 下", "前 后", "内 外", "左 右", "新 旧 老", "大 小",
    "公 母", "雌 雄", "父 母", "入 出", "进 出", "收 支", "借 还", "早 晚", "春 夏 秋 冬",
    "男生 女生", "男性 女性", "男子 女子",
    "春季 夏季 秋季 冬季",
    "春天 夏天 秋天 冬天", "初级 中级 高级", "男士 女士",
    "成人 儿童 婴儿 幼儿 老人 老年人 孕妇 未成年人 青少年",
    "本科 专科 硕士 博士 本科生 研究生 硕士生 博士生",
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


def opposite(one: str, other: str) -> bool:
    """Tell whether two terms are different members of one small class, such as 高 and 低."""
    return one != other and any(place in _CLASS.get(other, ()) for place in _CLASS.get(one, ()))


def opposite_ends(term: str, slot: str) -> bool:
    """Tell whether a term and the end of a slot are opposites once their shared ends are off."""
    told = slot[-len(term) :]
    if opposite(term, told) or opposite(term, slot):
        return True
    if len(told) == len(term) > 1:
        differing = [(a, b) for a, b in zip(term, told, strict=True) if a != b]
        return len(differing) == 1 and opposite(*differing[0])
    return False


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


def of_class(question: str, unit: str, above: str) -> tuple[str, str] | None:
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
    """Tell whether a text holds a term as a whole word, in Chinese without 非 or 未 before it."""
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
