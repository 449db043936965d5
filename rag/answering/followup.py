"""Complete a follow-up question from the turns before it, by rules and without a model.

Three shapes are known: nothing but an interrogative ("为什么？"), a changed part ("那2022年呢？"),
and a pronoun ("它有多少人？"). A question that stands alone is returned as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.followup_english import complete_english
from rag.answering.question import asked_at, read_question, topic_of
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
_END = "？?。.!！ "
_FEW_TOKENS = 2
_ASKS_ALONE = re.compile(
    r"^(?:有|是|在)?(?:什么(?:时候|地方)?|多少(?:.|平方米|公里)?|几.|哪[里儿年]|谁|多[大高长远重])$"
)
_BARE_NOUN = 8
"""Characters of a topic that is one thing's name and nothing more."""


def complete(question: str, history: Sequence[Turn]) -> str:
    """Return the question written out so that it can be searched alone."""
    if not history:
        return question
    last = history[-1].standalone_question or history[-1].question
    body = _LEAD.sub("", question).strip()
    if not _is_chinese(body) and not _CHANGED.match(body):
        return complete_english(question, history) or question
    changed = _CHANGED.match(body)
    if changed:
        return _with_part(last, (changed.group("part") or changed.group("english")).strip())
    if len(read_question(body).tokens) <= _FEW_TOKENS:
        return f"{_statement(last)}，{body}" if _is_chinese(body) else f"{_statement(last)}: {body}"
    pronoun = _PRONOUN.search(body)
    if pronoun:
        return _with_topic(body, pronoun, last)
    return question


def _with_part(last: str, part: str) -> str:
    """Put ``part`` in the place of the like part of the last question."""
    dates, wanted = find_dates(last), find_dates(part)
    if dates and wanted and wanted[0].start == 0:
        return last[: dates[0].start] + part + last[dates[0].end :]
    asked = asked_at(last)
    if asked > 1:
        topic = last[:asked].rstrip("的")
        # "How many stations are there?" – "And houses?": another thing, not a part of the first.
        alone = len(topic) <= _BARE_NOUN and "的" not in topic and not find_dates(topic)
        asked_of_it = len(_ASKS_ALONE.sub("", last[asked:].strip(_END))) == 0
        kept = "" if part in topic or (alone and asked_of_it) else topic
        return f"{kept}{part}{last[asked:].strip(_END)}？"
    return f"{_statement(last)}，{part}？"


def _with_topic(body: str, pronoun: re.Match[str], last: str) -> str:
    """Put the topic of the last question in the place of the pronoun."""
    topic = topic_of(last)
    if not topic or topic in body:
        return body
    return body[: pronoun.start()] + topic + body[pronoun.end() :]


def _statement(question: str) -> str:
    return question.strip(_END)


def _is_chinese(text: str) -> bool:
    return any(0x3400 <= ord(character) <= 0x9FFF for character in text)
