"""All places that name what a question wants listed, as in "提到哪几个“三年行动”？"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.features import SentenceCandidate
from rag.answering.question import Question
from rag.text.normal import normal_form

_LISTED = re.compile(
    r"(?:哪(?:些|几[个项种类次场届份本]?)|几[个项种类次场届份本]|所有|全部)的?[“\"「『《](?P<before>[^”\"」』》]{2,16})[”\"」』》]"
    r"|[“\"「『《](?P<behind>[^”\"」』》]{2,16})[”\"」』》](?:都|一共|总共)?(?:有|是)(?:哪些|哪几|几)"
    r"|\b(?:which|what|how many|all(?: the)?) [“\"](?P<english>[^”\"]{3,40})[”\"]",
    re.IGNORECASE,
)
_FEWEST, _MOST = 2, 8


def mentions(question: Question, sentences: Sequence[SentenceCandidate]) -> list[SentenceCandidate]:
    """Return the sentences that hold the quoted name whose bearers a question wants listed.

    In the order of the hits and their text. Empty where it asks for no such list, or fewer than
    two or more than eight sentences hold the name: then reading tells better.
    """
    asked = _LISTED.search(question.text)
    if asked is None:
        return []
    name = normal_form(next(filter(None, asked.groups())))
    found: dict[str, SentenceCandidate] = {}
    for sentence in sorted(sentences, key=lambda one: (one.hit.rank, one.start)):
        text = normal_form(sentence.text)
        if name in text:
            found.setdefault(text, sentence)
    return [*found.values()] if _FEWEST <= len(found) <= _MOST else []
