"""What a question asks for, read from its words alone, in Chinese and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.asking import words_en, words_zh
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


def _cue(chinese: str, english: str = "") -> re.Pattern[str]:
    return re.compile(rf"{chinese}|\b(?:{english})\b" if english else chinese)


# Order matters: the first kind whose cue is found wins, so that "how many" is a number and
# "哪几年" a date. The cues stand in the normal form (simplified, lower case).
_CUES: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    (QuestionKind.WHY, _cue(words_zh.WHY, words_en.WHY)),
    (QuestionKind.WHEN, _cue(words_zh.WHEN, words_en.WHEN)),
    (QuestionKind.NUMBER, _cue(words_zh.NUMBER, words_en.NUMBER)),
    (QuestionKind.WHO, _cue(words_zh.WHO, words_en.WHO)),
    (QuestionKind.LIST, _cue(words_zh.LIST)),
    (QuestionKind.WHERE, _cue(words_zh.WHERE, words_en.WHERE)),
    (QuestionKind.HOW, _cue(words_zh.HOW, words_en.HOW)),
)
_INTERROGATIVES = _cue(words_zh.INTERROGATIVES, words_en.INTERROGATIVES)
_ASKED = re.compile(words_zh.ASKED)
_PREDICATE = re.compile(rf"(?<=..)(?:{words_zh.PREDICATE})+$")
_END = "？?。.!！ "
_SHORTEST_TOPIC = 2


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


def asks_for_a_kind(text: str) -> bool:
    """Tell whether a text says itself what kind of thing would answer it."""
    normal = normal_form(text)
    return any(cue.search(normal) for _, cue in _CUES)


def topic_of(question: str) -> str:
    """Return what a Chinese question names before it asks, without the verb; else nothing.

    Of "甲创办于哪一年" it is 甲.
    """
    normal = normal_form(question)
    asked = _ASKED.search(normal)
    if asked is None or asked.start() < _SHORTEST_TOPIC or len(normal) != len(question):
        return ""
    before = normal[: asked.start()].rstrip(_END + "，,的")
    return question[: len(_PREDICATE.sub("", before))]
