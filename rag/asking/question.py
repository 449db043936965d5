"""What a question asks for, read from its words alone, in Chinese and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.text.dates import DateMention, find_dates
from rag.text.normal import normal_form
from rag.text.numbers import Quantity, find_numbers
from rag.text.tokens import index_tokens


class QuestionKind(StrEnum):
    """The kind of thing that would answer a question."""

    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    NUMBER = "number"
    LIST = "list"
    WHY = "why"
    HOW = "how"
    WHAT = "what"


# Order matters: the first kind whose cue is found wins, so that "how many" is a number and
# "哪几年" a date. The cues stand in the normal form (simplified, lower case).
_CUES: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    (QuestionKind.WHY, re.compile(r"为什么|为何|为啥|什么原因|缘何|何以|\bwhy\b|\bhow come\b")),
    (
        QuestionKind.WHEN,
        re.compile(
            r"什么时候|什么时间|何时|哪(?:一)?(?:年|天|日|月)|几(?:年|月|号|点)|哪几年|何年|多久以前"
            r"|什么年代|哪个(?:年|世纪|时期|朝代|月)|什么时期"
            r"|\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time)\b"
        ),
    ),
    (
        QuestionKind.NUMBER,
        re.compile(
            r"多少|几(?:个|名|人|位|次|项|条|种|家|座|天|岁|届|倍|公里|米|层|场|分|成|大|所|支|部|集|首)"
            r"|多(?:大|高|长|远|重|宽|深|久|快|厚)|百分之几|第几|隔多久"
            r"|\bhow (?:many|much|old|long|far|tall|high|large|big|often|deep|fast|wide)\b"
            r"|\bwhat (?:percentage|percent|number|proportion|fraction|amount)\b"
        ),
    ),
    (QuestionKind.WHO, re.compile(r"谁|哪位|何人|哪个人|什么人|\bwho(?:m|se)?\b")),
    (
        QuestionKind.LIST,
        re.compile(r"哪些|哪几|哪(?:两|二|三|四|五|六|七|八|九|十)|分别|各是|包括什么|有什么"),
    ),
    (
        QuestionKind.WHERE,
        re.compile(
            r"哪里|哪儿|何处|何地|什么地方|哪个(?:国家|城市|省|县|市|地方|地区|区|洲|镇|村|岛|站)"
            r"|哪(?:国|省|市|县|区|地)|什么(?:国家|城市|省|地)|位于|\bwhere\b"
            r"|\b(?:what|which) (?:country|city|state|place|town|region|county|continent)\b"
        ),
    ),
    (QuestionKind.HOW, re.compile(r"如何|怎么|怎样|怎麽|\bhow\b")),
)

_INTERROGATIVES = re.compile(
    r"什么时候|什么地方|什么时间|为什么|什么样|什么|多少|哪里|哪儿|哪些|哪个|哪位|哪几|哪一|哪年"
    r"|如何|怎么样|怎么|怎样|为何|何时|何处|谁|几|请问|是不是|呢|吗|呀|啊"
    r"|\b(?:what|which|who|whom|whose|when|where|why|how|many|much|did|does|do|is|are|was|were"
    r"|the|a|an|of|in|to|by|for|on|that|it|has|have|had|be|been)\b"
)


_ASKED = re.compile(
    r"(?:是|有|为|在|共|一共|总共)?(?:什么时候|什么地方|什么|多少|哪里|哪儿|哪些|哪个|哪位|哪几|哪年|哪|何[时時处處人地年日]|谁|(?<![前后近这那好十])几|多[大高长远重久]|如何|怎么|怎样|为什么|為什麼|什麼|哪裡|誰|幾|如何)"
)
_NAMED = re.compile(
    r"^(?:请问)?(?:什么是|什么叫|何为|何谓|谁是|什麼是|誰是|what (?:is|are|was|were)"
    r"|who (?:is|was))"
    r"\s*([^，,]+)$",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"(?<=..)(?:(?:创办|创立|成立|创建|建立|建成|建|位|出生|生|死|发表|出版|写成|开始|始建)于|花费?了|用了"
    r"|一共|总共|现有|拥有|设有|(?<![国私所])有|能借|可借|(?<![功智性才])能|可以|招收|招生|招|收取|分为|分成"
    r"|(?<![部学百积])分|担任过?|叫做|叫|称为|来自|属于|最多|至少|每年|占地?|需要|(?<![纪摘主重])要|是?做|用来|(?<![自理])由|(?<!存)在|被|于|是"
    r"|[讲说写提建开办做拿买卖][了过]|获得了?|得到了?)+$"
)
"""What goes with the words that ask and is not part of the topic, by its end."""
_END = "？?。.!！ "


@dataclass(frozen=True, slots=True)
class Question:
    """A question prepared once for all the sentences it is compared with.

    ``content`` is the normal form with interrogatives blanked out; ``tokens`` are the distinct
    index tokens of the content, ``all_tokens`` those of the whole question.
    """

    text: str
    normal: str
    content: str
    kind: QuestionKind
    tokens: tuple[str, ...]
    all_tokens: tuple[str, ...]
    numbers: tuple[Quantity, ...]
    dates: tuple[DateMention, ...]


def read_question(text: str) -> Question:
    """Return the question with its kind, content tokens, numbers and dates."""
    normal = normal_form(text)
    content = _INTERROGATIVES.sub(" ", normal)
    return Question(
        text=text,
        normal=normal,
        content=content,
        kind=question_kind(normal),
        tokens=tuple(dict.fromkeys(index_tokens(content))),
        all_tokens=tuple(dict.fromkeys(index_tokens(text))),
        numbers=tuple(find_numbers(text)),
        dates=tuple(find_dates(text)),
    )


def question_kind(normal: str) -> QuestionKind:
    """Return the kind a question in normal form asks for; ``WHAT`` where no cue is found."""
    for kind, cue in _CUES:
        if cue.search(normal):
            return kind
    return QuestionKind.WHAT


def asked_at(question: str) -> int:
    """Return where the words that ask begin in a Chinese question; -1 where none are found."""
    found = _ASKED.search(question)
    return found.start() if found else -1


def topic_of(question: str) -> str:
    """Return what a question is about: what stands before the words that ask, else all of it.

    Of "什么是甲" and "who is Anne" it is what follows.
    """
    named = _NAMED.match(question)
    if named:
        return named[1].strip(_END)
    asked = asked_at(question)
    if asked > 1:
        return question[:asked].strip(_END + "，,的")
    return question.strip(_END)


def without_predicate(topic: str) -> str:
    """Return a topic without the verb before the words that ask ("甲创办于" is about 甲)."""
    return _PREDICATE.sub("", topic)


def bare_topic(question: str) -> str:
    """Return what a question is about without the verb; the whole where it names nothing."""
    topic = topic_of(question)
    return topic if topic == question.strip(_END) else without_predicate(topic)
