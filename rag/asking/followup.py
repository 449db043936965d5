"""Complete a follow-up question from the turns before it, by rules and without a model.

Known are: nothing but an interrogative ("为什么？"), a changed part ("那2022年呢？", "学费呢？"), a
pronoun ("它有多少人？"), and a question without what it is about ("有多少学生？", "第二个是谁？").
A question that stands alone is returned as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.asking.attributes import (
    asking_for,
    attribute_at_start,
    is_attribute,
    of_a_person,
    owner_and_attribute,
)
from rag.asking.followup_english import complete_english
from rag.asking.question import asked_at, bare_topic, read_question
from rag.records import Turn
from rag.text.dates import find_dates

_LEAD = re.compile(
    r"^(?:那么|那|还有|另外|然后|而|and|so|then)[，,\s]*(?!个|些|里|时|位|种|年|天)", re.IGNORECASE
)
_CHANGED = re.compile(
    r"^(?P<part>.{1,24}?)(?:呢|又如何|又怎么样)[？?]?$"
    r"|^(?:what|how) about (?P<english>.{1,60}?)\??$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"他们|她们|它们|他|她|它|前者|后者|上述|该(?=[^如怎做去来])|这(?:个|些|项|位|家|种|次|本|部|里|样)?|那(?:个|些|项|位|家|种|次|里)"
    r"|其(?=[^他它她实中余次])|當時|当时"
    r"|\b(?:they|them|their|theirs|he|him|his|she|hers?|it|its|this|that|these|those)\b",
    re.IGNORECASE,
)
_FEMALE = ("女儿", "母亲", "妈妈", "妻子", "姐姐", "妹妹")
_PERSONAL = frozenset({"他", "她", "他们", "她们"})
_SEVERAL = frozenset({"他们", "她们", "它们", "这些", "那些"})
_WORK = re.compile(r"^[《〈「『“]")
_END = "？?。.!！ "
_FEW_TOKENS = 2
_ASKS_ALONE = re.compile(
    r"^(?:有|是|在)?(?:什么(?:时候|地方)?|多少(?:.|平方米|公里)?|几.|哪[里儿年]|谁|多[大高长远重])$"
)
_BARE_NOUN = 8
"""Characters of a topic that is one thing's name and nothing more."""
_ORDINAL = re.compile(r"第[一二三四五六七八九十百\d]+(?P<unit>[^\W\d_是有在呢？?])")
_PART_OF_A_WHOLE = "个名位项款点种类步等部"
_TIME = re.compile(
    r"(?:上|下|本|这)?周[一二三四五六日天末]?|星期[一二三四五六日天]|工作日|平时|平日|节假日|假期|寒假|暑假"
    r"|上午|下午|中午|晚上|早上|夜间|今年|去年|前年|明年|本月|上个?月|下个?月|今天|昨天|明天"
)
_NOUN_ALONE = re.compile(r"^(?:the|its|his|her|their)(?: [a-z'-]+){1,4}\?$", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z]{1,4}[-.]?\d+[A-Za-z]{0,3}")
_WITHOUT_SUBJECT = re.compile(
    r"^(?:(?:一?共|总共|现|还|都)?有|由|在|归|占|需要|花了|用了|能|可以|是(?=谁|哪|什么|多少|如何|怎))"
)
_LONGEST_WITHOUT = 12
_ASKING_FIRST = re.compile(
    r"^(?:谁|什么时候|何时|哪一?年|哪天|在?哪里|在?哪儿|为什么|为何|怎么样?|如何|多少|多久)(?![是叫的])"
)
_BARE_VERB = 4
"""Characters of a question behind what asks, where only a verb can be meant: 谁夺冠了, 何时上映."""
_COUNTED = re.compile(
    r"(?:多少|几|哪些)(?:[个名位家座条项种所辆本部次支]|(?=[^\W\d_]{3}))(?P<what>[^\W\d_的]{2,12})[？?]?$"
)
"""What is counted at the end of a question: another part takes its place."""
_ASKS_VALUE = re.compile(r"的..?是(?:多少|什么|谁)[？?]?$")
_NAME = re.compile(r"[A-Za-z\d《“「]")


def complete(question: str, history: Sequence[Turn]) -> str:
    """Return the question written out so that it can be searched alone."""
    return completions(question, history)[0]


def completions(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """Return what the question may mean, written out, the likeliest first.

    Mostly there is one; where there are two, what is found for them may decide.
    """
    if not history:
        return (question,)
    last = _standalone(history[-1])
    body = _LEAD.sub("", question).strip()
    if not _is_chinese(body) and not _CHANGED.match(body):
        if body != question and _NOUN_ALONE.match(body):
            body = question = f"What is {body}"
        return (complete_english(question, history) or question,)
    changed = _CHANGED.match(body)
    if changed:
        return _with_part(last, (changed["part"] or changed["english"]).strip(), history)
    pronoun = _PRONOUN.search(body)
    lacking = "" if pronoun or not _is_chinese(body) else _lacking(body, history)
    if lacking:
        return (lacking,)
    if len(read_question(body).tokens) <= _FEW_TOKENS:
        joint = "，" if _is_chinese(body) else ": "
        return (f"{_statement(last)}{joint}{body}",)
    return (_with_topic(body, pronoun, history) if pronoun else question,)


def _lacking(body: str, history: Sequence[Turn]) -> str:
    """Return a question that does not say what it is about, with that; else nothing."""
    subjects = [_subject(_standalone(turn)) for turn in reversed(history)]
    subject = next(filter(None, subjects), "")
    if not subject or subject in body or len(body) > _LONGEST_WITHOUT:
        return ""
    if attribute_at_start(body):
        return f"{subject}的{body}"
    ordinal = _ORDINAL.match(body)
    asks = asked_at(body)
    behind = _ASKING_FIRST.sub("", body).strip(_END)
    if (
        (ordinal and ordinal["unit"] in _PART_OF_A_WHOLE)
        or (_WITHOUT_SUBJECT.match(body) and 0 <= asks <= _FEW_TOKENS + 1)
        or (behind != body.strip(_END) and 0 < len(behind) <= _BARE_VERB)
    ):
        return f"{subject}{body}"
    return ""


def _subject(last: str) -> str:
    """Return what the last question was about: of "甲的面积" it is 甲; nothing where unclear."""
    topic = bare_topic(last)
    if topic == last.strip(_END) or len(topic) < 2:
        return ""
    owner, _ = owner_and_attribute(topic)
    if not owner and _ASKS_VALUE.search(last):
        owner = topic.rpartition("的")[0]
    return owner or topic


def _with_part(last: str, part: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """Return the last question with ``part`` in the place of the like part."""
    asked = asked_at(last)
    tail = last[max(0, asked) :].strip(_END)
    pronoun = _PRONOUN.search(part)
    if pronoun and _is_chinese(part):
        part = _with_topic(part, pronoun, history)
        return (f"{part}{asking_for(part) or tail}？",)
    like = _like_part(last, part)
    if like:
        return (like,)
    subject = _subject(last)
    if subject and is_attribute(part) and part not in subject:
        return (f"{subject}的{part}{asking_for(part)}？",)
    counted = _COUNTED.search(last)
    if counted and not find_dates(part):
        return (f"{last[: counted.start('what')]}{part}？",)
    if asked <= 1:
        return (f"{_statement(last)}{'，' if _is_chinese(part + last) else ', '}{part}？",)
    topic = last[:asked].rstrip("的")
    owner, owned = owner_and_attribute(topic)
    if owner and not find_dates(owner):
        # "The price of A?" – "And B?": the price of B, or A's B.
        other = f"{part}的{owned}{tail}？"
        return (other,) if _NAME.search(part) else (other, f"{owner}的{part}{tail}？")
    # "How many stations are there?" – "And houses?": another thing, not a part of the first.
    alone = len(topic) <= _BARE_NOUN and "的" not in topic and not find_dates(topic)
    asked_of_it = len(_ASKS_ALONE.sub("", tail)) == 0
    kept = "" if part in topic or (alone and asked_of_it) else topic
    return (f"{kept}{part}{tail}？",)


def _like_part(last: str, part: str) -> str:
    """Return the last question with its date, ordinal, time of day or code exchanged, if any."""
    dates, wanted = find_dates(last), find_dates(part)
    if dates and wanted and wanted[0].start == 0:
        return last[: dates[0].start] + part + last[dates[0].end :]
    for kind in (_ORDINAL, _TIME, _CODE):
        here, there = kind.search(last), kind.match(part)
        if here and there and here.groupdict() == there.groupdict():
            return last[: here.start()] + part + last[here.end() :]
    return ""


def _with_topic(body: str, pronoun: re.Match[str], history: Sequence[Turn]) -> str:
    """Put what was talked about in the place of the pronoun; a person for one that means one."""
    asked = [_standalone(turn) for turn in reversed(history)]
    several = pronoun[0] in _SEVERAL
    topics = [(_topic(question, several=several), question.strip(_END)) for question in asked]
    fitting = [pair for pair in topics if pair[0] and _may_be(pronoun[0], pair[0])]
    # A question that names nothing before it asks is about what was named earlier, if anything.
    fitting.sort(key=lambda pair: pair[0] == pair[1])
    topic = fitting[0][0] if fitting else ""
    owner, _, owned = topic.rpartition("的")
    if owner and pronoun[0] == "它" and of_a_person(owned):
        topic = owner
    if not topic or topic in body:
        return body
    return body[: pronoun.start()] + topic + body[pronoun.end() :]


def _may_be(pronoun: str, topic: str) -> bool:
    """Tell whether a pronoun may mean the topic: 他 no book and no woman."""
    if pronoun in _PERSONAL and _WORK.match(topic):
        return False
    return not (pronoun == "他" and topic.endswith(_FEMALE))


def _topic(question: str, *, several: bool) -> str:
    """Return what a question is about; of one that had a part put behind it, the part.

    ``several`` asks for what it counts, where it counts something.
    """
    counted = _COUNTED.search(question) if several else None
    if counted:
        return counted["what"]
    before, _, behind = question.strip(_END).rpartition("，")
    if before and asked_at(before) >= 0 and asked_at(behind) < 0 and len(behind) > 1:
        return behind
    return bare_topic(question)


def _standalone(turn: Turn) -> str:
    return turn.standalone_question or turn.question


def _statement(question: str) -> str:
    return question.strip(_END)


def _is_chinese(text: str) -> bool:
    return any(0x3400 <= ord(character) <= 0x9FFF for character in text)
