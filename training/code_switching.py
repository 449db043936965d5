"""Chinese questions with their words exchanged for English ones, by a dictionary.

What a reader learns from such questions helps where a question is in another language than the
text (Qin et al. 2020, "CoSDA-ML"). The dictionary is CC-CEDICT (CC BY-SA 4.0), in its text form.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Sequence
from pathlib import Path

from rag.text.normal import to_simplified

_LINE = re.compile(r"^\S+ (\S+) \[[^\]]*\] /(.+)/\s*$")
_ASIDE = re.compile(r"\s*\([^)]*\)")
_FURTHER = re.compile(r"[;,]")
_NO_MEANING = re.compile(r"variant of|^see |^surname|^abbr|^old |^CL:|^used |^also |particle")
_LONGEST = 8
_SHORTEST = 2
"""Single characters mean too many things; the few that are exchanged are named below."""
_ASKING = {
    "什么时候": "when", "什么地方": "where", "为什么": "why", "什么样": "what kind", "什么": "what",
    "多少": "how many", "哪里": "where", "哪儿": "where", "哪些": "which", "哪个": "which",
    "哪位": "who", "哪年": "which year", "哪一年": "which year", "如何": "how", "怎么": "how",
    "怎样": "how", "为何": "why", "何时": "when", "何处": "where", "谁": "who", "几": "how many",
}  # fmt: skip
_JOINING = {
    "的": "of", "了": "", "吗": "", "呢": "", "是": "is", "在": "in", "于": "in", "被": "by",
    "和": "and", "与": "and", "及": "and", "有": "has", "为": "is", "以": "with", "由": "by",
    "年": "year", "月": "month", "人": "people", "国": "country", "市": "city", "省": "province",
    "哪": "which", "从": "from", "到": "to", "对": "for", "或": "or", "不": "not",
}  # fmt: skip


def read_glosses(path: Path) -> dict[str, str]:
    """Return the first short English meaning of every word of the dictionary at ``path``."""
    glosses: dict[str, str] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = _LINE.match(line)
            if entry is None:
                continue
            short = _short_meaning(entry[2].split("/"))
            if short and len(entry[1]) >= _SHORTEST:
                glosses.setdefault(entry[1], short)
    return {**glosses, **_JOINING, **_ASKING}


def _short_meaning(meanings: Sequence[str]) -> str:
    """Return the first meaning of at most four words; empty where there is none."""
    for meaning in meanings:
        short = _FURTHER.split(_ASIDE.sub("", meaning))[0].removeprefix("to ").strip()
        if short and not _NO_MEANING.search(meaning) and len(short.split()) <= 4:
            return short
    return ""


def switched(question: str, glosses: dict[str, str], chance: random.Random, *, share: float) -> str:
    """Return the question with about ``share`` of its words in English.

    The words that ask go to the front in most of the wholly exchanged questions.
    """
    text = to_simplified(question).strip("？?")
    words: list[str] = []
    asking: list[str] = []
    place = 0
    while place < len(text):
        size = next((n for n in range(_LONGEST, 0, -1) if text[place : place + n] in glosses), 0)
        word = text[place : place + max(1, size)]
        place += len(word)
        gloss = glosses.get(word)
        if gloss is None or chance.random() >= share:
            words.append(word)
        elif word in _ASKING and share == 1 and chance.random() < 0.7:
            asking.append(gloss)
        elif gloss:
            words.append(f" {gloss} ")
    return " ".join("".join([f"{' '.join(asking)} ", *words, "?"]).split())
