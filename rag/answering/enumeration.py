"""Lists that run over several sentences: from one of their items to all of them.

An item begins with a mark that counts it ("一是", "第二，", "（三）", "2.", "④", "Third,"), that
goes on with what came before ("其次", "最后"), or with a bullet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.features import SentenceCandidate
from rag.answering.question import Question, QuestionKind

_LONGEST = 12
"""Items given at most; a longer list is better read in its place."""
_REMARKS = 2
"""Sentences that an item may have after its first."""

_ONES = "一二三四五六七八九十"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth")
_COUNTED = re.compile(
    rf"""
      (?P<is>[{_ONES}])[是、]
    | 第(?P<nth>[{_ONES}\d])[，,、：:是步类種种点點条條个個]
    | 其(?P<of>[{_ONES}])[，,、：:是]?
    | [（(](?P<round>[{_ONES}]|\d{{1,2}})[）)]
    | (?P<plain>\d{{1,2}})[.、．)）](?!\d)
    | (?P<circled>[{_CIRCLED}])
    | (?P<word>{"|".join(_WORDS)})(?:ly)?\b,?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPENING = re.compile(r"首先|to begin with\b", re.IGNORECASE)
_GOING_ON = re.compile(
    r"其次|再次|再者|然后|接着|另外|此外|最后|then\b|next\b|finally\b|lastly\b", re.IGNORECASE
)
_BULLET = re.compile(r"[-*•·●▪]\s*(?=\S)")
_ANNOUNCING = re.compile(
    r"[：:]$|(?:如下|以下|下列)\w*。$"
    r"|[两三四五六七八九十几\d](?:个)?(?:步|条|點|点|种|種|项|項|类|類|方面|部分|阶段|階段|步骤|步驟)。$"
    r"|\b(?:two|three|four|five|six|following|these)\b[^.]*\.$"
)
_HEAD_END = re.compile(r"[，,。；;：:.!！?？\n]")
_LONGEST_HEAD = 30
_AROUND = " ，,、：:；;。.\n"
_SEVERAL = re.compile(
    r"步骤|流程|程序|手续|条件|要求|材料|原则|特[点征性]|措施|办法|方法|方面|原因|理由|内容|任务|目标"
    r"|职责|权利|义务|优[点势]|缺点|好处|作用|意义|影响|种类|类型|阶段|区别"
    r"|\b(?:steps|reasons|conditions|requirements|ways|rules|principles|measures|features|duties"
    r"|rights|stages|kinds|types|advantages|effects|differences|goals|tasks)\b"
)


@dataclass(frozen=True, slots=True)
class _Mark:
    """How an item begins: the kind of mark, its number (0: it counts nothing), its length."""

    kind: str
    number: int
    length: int


def asks_for_several(question: Question) -> bool:
    """Tell whether a list may be the answer: to "which", "how", "why", or a plural in Chinese."""
    if question.kind in (QuestionKind.LIST, QuestionKind.HOW, QuestionKind.WHY):
        return True
    return question.kind is QuestionKind.WHAT and _SEVERAL.search(question.normal) is not None


def _mark(sentence: str) -> _Mark | None:
    counted = _COUNTED.match(sentence)
    if counted:
        kind = counted.lastgroup or ""
        value = counted[kind].lower()
        if value.isdigit() and value.isascii():
            number = int(value)
        elif value in _WORDS:
            number = _WORDS.index(value) + 1
        else:
            number = (_CIRCLED if kind == "circled" else _ONES).index(value) + 1
        return _Mark(kind, number, counted.end())
    for kind, pattern in (("first", _OPENING), ("on", _GOING_ON), ("bullet", _BULLET)):
        found = pattern.match(sentence)
        if found:
            return _Mark(kind, 0, found.end())
    return None


def _follows(before: _Mark, after: _Mark) -> bool:
    """Tell whether an item with the mark ``after`` may come next in the same list."""
    if before.kind == after.kind and before.number:
        return after.number == before.number + 1
    if before.kind == "bullet":
        return after.kind == "bullet"
    counting = before.kind in ("first", "on", "word", "nth")
    return counting and (after.kind == "on" or (before.kind == "first" and after.kind == "nth"))


def whole_list(
    candidate: SentenceCandidate, sentences: Sequence[SentenceCandidate]
) -> list[SentenceCandidate]:
    """Return all sentences of the list that ``candidate`` belongs to or announces.

    ``sentences`` are those of its passage, among others. Empty where it stands in no list of two
    items or more; what announces the list comes first.
    """
    own = sorted((s for s in sentences if s.hit == candidate.hit), key=lambda s: s.start)
    at = own.index(candidate)
    for items in _lists([_mark(sentence.text) for sentence in own]):
        first, last = items[0], items[-1]
        announced = first > 0 and bool(_ANNOUNCING.search(own[first - 1].text.rstrip()))
        if first - announced <= at <= last:
            return own[first - announced : last + 1]
    return []


def short_of(listed: Sequence[SentenceCandidate]) -> str:
    """Return the items of a list as one line; empty where one is long.

    Of an item of more than 30 characters it is what stands before its first comma.
    """
    first, second = (_mark(sentence.text) for sentence in listed[:2])
    alike = first is not None and second is not None and first.kind == second.kind
    announced = not alike and bool(_ANNOUNCING.search(listed[0].text.rstrip()))
    heads = []
    for sentence in listed[announced:]:
        mark = _mark(sentence.text)
        if mark is not None:
            item = sentence.text[mark.length :].strip(_AROUND)
            if len(item) > _LONGEST_HEAD:
                item = _HEAD_END.split(item, maxsplit=1)[0].strip()
            heads.append(item)
    return "；".join(heads) if all(0 < len(head) <= _LONGEST_HEAD for head in heads) else ""


def _lists(marks: Sequence[_Mark | None]) -> list[list[int]]:
    """Return the places of the items of every list; a list has two or more."""
    found: list[list[int]] = []
    for start, mark in enumerate(marks):
        opens = mark is not None and (mark.number == 1 or mark.kind in ("first", "bullet"))
        if not opens or any(start in items for items in found):
            continue
        items, last = [start], mark
        for place in range(start + 1, len(marks)):
            other = marks[place]
            if place - items[-1] > _REMARKS + 1 or len(items) == _LONGEST:
                break
            if other is not None and last is not None and _follows(last, other):
                items.append(place)
                last = other
        if len(items) > 1:
            found.append(items)
    return found
