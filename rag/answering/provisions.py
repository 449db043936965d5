"""Numbered provisions, such as the articles of a law: found by number and given whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.features import SentenceCandidate
from rag.answering.question import Question
from rag.text.normal import normal_form
from rag.text.numbers import find_numbers

_NUMBERED = re.compile(
    r"第(?P<number>[零〇一二三四五六七八九十百千两\d]{1,7})(?P<kind>[条條])(?:之(?P<more>[一二三四五六七八九十\d]))?"
    r"|\b(?P<english>article|section|clause) (?P<figure>\d{1,4})\b",
    re.IGNORECASE,
)
_FILLERS = re.compile(
    r"规定|内容|说明|讲|说|写|关于|具体|条文|原文|全文|文本|怎样|如何|请|列出|给出|告诉我|一下|哪些|的|了|是|有|在|中|里"
    r"|\b(?:say|says|about|text|content|state|states|provide|provides|tell|me|does|with)\b"
)
_MOST = 16
"""Sentences given of one provision."""


def named_provision(
    question: Question, sentences: Sequence[SentenceCandidate]
) -> list[SentenceCandidate]:
    """Return all sentences of the provision whose text the question asks for.

    Empty where the question names none, asks something about it, or none begins with its number.
    ``sentences`` are those of several hits, in any order; the first hit that has it counts.
    """
    asked = _numbered(question.normal)
    if asked is None:
        return []
    ordered = sorted(sentences, key=lambda s: (s.hit.rank, s.start))
    for place, sentence in enumerate(ordered):
        if _begins(sentence) == asked and _asks_only(question, sentence):
            given = [sentence]
            for other in ordered[place + 1 : place + _MOST]:
                if other.hit != sentence.hit or _begins(other) is not None:
                    break
                given.append(other)
            return given
    return []


def _numbered(normal: str) -> tuple[str, str] | None:
    """Return kind and number of the first provision named; both spellings of a number alike."""
    found = _NUMBERED.search(normal)
    if found is None:
        return None
    if found["english"]:
        return found["english"].lower(), found["figure"]
    number = next((str(n.value) for n in find_numbers(f"第{found['number']}个")), found["number"])
    return "条", f"{number}-{found['more'] or ''}"


def _begins(sentence: SentenceCandidate) -> tuple[str, str] | None:
    """Return the number that a sentence begins with, as the heading of a provision."""
    normal = normal_form(sentence.text).lstrip(" *#")
    found = _NUMBERED.match(normal)
    if found is None or re.match(r"(?:第.{1,4}[款项]|的|规定|[,，、和至])", normal[found.end() :]):
        return None
    return _numbered(found[0])


def _asks_only(question: Question, sentence: SentenceCandidate) -> bool:
    """Tell whether the question names nothing but the provision and where it stands."""
    passage = sentence.hit.passage
    place = normal_form(f"{passage.title} {passage.heading} {passage.source}")
    rest = _FILLERS.sub(" ", _NUMBERED.sub(" ", question.content))
    words = re.findall(r"[㐀-鿿]|[a-z]+", rest)
    return sum(word not in place for word in words) <= 1
