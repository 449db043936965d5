"""Questions altered by rule: so that their passage no longer answers them, or only mistyped."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from rag.answering.question import read_question
from rag.text.normal import to_simplified

_NUMBER = re.compile(r"\d+")
_RUN = re.compile(r"[㐀-鿿]{2,6}|[A-Za-z]{3,}")
_JOINING = re.compile(r"[的了在于是中和与及等把被对从为有所其之这那个一也都就而且并或上下里后前时]")


def parts(question: str) -> list[str]:
    """Return the numbers and content runs of a question, interrogatives left out."""
    content = read_question(question).content
    runs = [run for piece in _JOINING.split(content) for run in _RUN.findall(piece)]
    return _NUMBER.findall(content) + runs


def unanswerable(
    question: str, window: str, others: Sequence[str], chance: random.Random
) -> str | None:
    """Return the question with one part that ``window`` holds exchanged for one it does not.

    A number becomes another number, a word a word of another question (``others``) of like
    length. None where nothing can be exchanged.
    """
    asked, text = to_simplified(question), to_simplified(window)
    held = [part for part in parts(asked) if part in text and part in asked]
    if not held:
        return None
    part = chance.choice(held)
    if part.isdigit():
        shifted = str(int(part) + chance.choice([-11, -3, -2, -1, 1, 2, 3, 10]))
        new = [shifted] if shifted not in text and int(shifted) > 0 else []
    else:
        new = [
            other
            for other in chance.sample(others, min(60, len(others)))
            if abs(len(other) - len(part)) <= 1
            and other.isascii() == part.isascii()
            and other not in text
            and other not in asked
        ]
    return asked.replace(part, new[0]) if new else None


def mistyped(question: str, characters: str, chance: random.Random) -> str:
    """Return the question with one character dropped, doubled, swapped or exchanged."""
    place = chance.randrange(max(1, len(question) - 1))
    before, here, after = question[:place], question[place : place + 1], question[place + 1 :]
    return chance.choice(
        [
            before + after,
            before + here + here + after,
            before + after[:1] + here + after[1:],
            before + chance.choice(characters) + after,
        ]
    )
