"""Who is whose: what a sentence must speak of to tell a relation that a question asks for.

A reader that sees a name and a person takes any other person nearby for his son or his teacher.
The words for relations are few, so that their absence can be noticed.
"""

from __future__ import annotations

import re

from rag.answering.question import Question
from rag.text.normal import normal_form

_RELATIONS = (
    (
        "父亲|爸爸|生父|father",
        r"父|爸|爹|子|女|\bfather|\bsons?\b|daughter|born to|child|parent|heir",
    ),
    (
        "母亲|妈妈|生母|mother",
        r"母|妈|娘|子|女|\bmother|\bsons?\b|daughter|born to|child|parent",
    ),
    ("儿子|长子|次子|sons?", r"(?<![弟女])子(?!女)|儿(?!童)|\bsons?\b|child|heir|born to"),
    ("女儿|长女|次女|daughters?", r"女|daughter|child|born to"),
    (
        "妻子|太太|夫人|老婆|丈夫|老公|配偶|wife|wives|husband|spouse",
        r"妻|夫|太太|老婆|老公|爱人|媳妇|娶|嫁|婚|配偶|伴侣|皇后|王后|妃|\bwife|\bwives|husband|spouse|marri|wed",
    ),
    ("哥哥|弟弟|兄弟|brothers?", r"兄|弟|哥|brother|sibling"),
    ("姐姐|妹妹|姐妹|姊妹|sisters?", r"姐|妹|姊|sister|sibling"),
    (
        "老师|导师|恩师|teacher|mentor",
        r"师|教|门下|弟子|徒|学生|teacher|taught|tutor|mentor|stud|pupil",
    ),
)
"""The words that ask for a relation, and what a sentence that tells it holds one of."""
_ASKED = tuple(
    (
        re.compile(
            rf"的?(?:{words})(?:是谁|叫什么|名叫什么|姓什么|是什么人|是哪位|的名字|的姓名)(?:名字|名|人)?$"
            rf"|谁是.{{1,14}}的(?:{words})$"
            rf"|\bwho (?:is|was|were|are) .{{1,40}}(?:'s|s') (?:{words})\b"
            rf"|\bwho (?:is|was|were|are) the (?:{words}) of\b"
        ),
        re.compile(marks),
    )
    for words, marks in _RELATIONS
)


def relation_asked(question: Question) -> re.Pattern[str] | None:
    """Return what a sentence must hold to tell the relation that is asked for; None for none."""
    asked = question.normal.rstrip("?？ ")
    return next((marks for words, marks in _ASKED if words.search(asked)), None)


def relation_told(marks: re.Pattern[str] | None, sentence: str) -> bool:
    """Tell whether a sentence may tell the relation (see ``relation_asked``); True for none."""
    return marks is None or marks.search(normal_form(sentence)) is not None
