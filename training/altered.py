"""Questions altered by rule: so that their passage no longer answers them, or only mistyped."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from rag.asking.question import read_question
from rag.text.normal import to_simplified
from rag.text.sentences import split_sentences

_NUMBER = re.compile(r"\d+")
_RUN = re.compile(r"[㐀-鿿]{2,6}|[A-Za-z]{3,}")
_OPPOSITES = (
    "第一/最后 首次/最后一次 最大/最小 最高/最低 最早/最晚 最多/最少 最长/最短 增加/减少 上升/下降 "
    "成立/解散 出生/去世 开始/结束 东部/西部 南部/北部 以前/以后 之前/之后 以上/以下 父亲/母亲 "
    "儿子/女儿 哥哥/弟弟 姐姐/妹妹 丈夫/妻子 老师/学生 胜利/失败 赢得/输掉 支持/反对 进入/离开 "
    "优点/缺点 原因/结果 国内/国外 主要/次要 上游/下游 左侧/右侧 冠军/亚军 通过/否决 可以/不可以 "
    "属于/不属于 包括/不包括 是由/不是由 需要/不需要"
)
"""Pairs of which one in place of the other asks for something else."""
_EXCHANGED = {
    here: there
    for pair in _OPPOSITES.split()
    for here, there in (pair.split("/"), pair.split("/")[::-1])
    if not here.startswith("不")
}
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


def near_miss(
    question: str,
    window: str,
    answer: tuple[int, int],
    others: Sequence[str],
    chance: random.Random,
) -> str | None:
    """Return the question about another thing that ``window`` holds, but not beside the answer.

    ``answer`` is where the answer stands in the window, ``others`` are parts of other questions
    on the same text. Sometimes a word becomes its opposite instead. None where neither can be.
    """
    asked, text = to_simplified(question), to_simplified(window)
    beside = "".join(
        text[start:end]
        for start, end in split_sentences(text)
        if start < answer[1] and end > answer[0]
    )
    turned = [word for word in _EXCHANGED if word in asked and _EXCHANGED[word] not in beside]
    if turned and chance.random() < 0.5:
        word = chance.choice(turned)
        return asked.replace(word, _EXCHANGED[word], 1)
    pairs = [
        (part, other)
        for part in parts(asked)
        for other in others
        if part in text
        and other in text
        and other not in beside
        and other not in asked
        and part.isdigit() == other.isdigit()
        and abs(len(other) - len(part)) <= 2
    ]
    if not pairs:
        return None
    part, other = chance.choice(pairs)
    return asked.replace(part, other)


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
