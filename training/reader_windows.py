"""Windows as the product cuts them: of any length and shape, some with a thing exchanged.

All of a question's windows are drawn together: one that holds the answer (or, for a question that
its paragraph does not answer, that paragraph), and such as mislead. ``near twins`` are the holding
window with one number, ordinal or name, that the question names too, exchanged for another; and
the question itself with one exchanged, which its window then does not answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.text.sentences import split_sentences

_WIDE = "\u2e7f"
_LATIN_SHARE = 0.3
SMALLEST, USUAL, LARGEST = 60.0, 130.0, 330.0
"""Sizes of windows in Chinese characters, a letter of other scripts counting 0.3 of one."""


@dataclass(frozen=True, slots=True)
class Window:
    """A title, a text, and where the answer stands in the text (-1: nowhere)."""

    title: str
    text: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question with its windows; ``relevant`` is the place of the one that answers, or -1.

    ``spans`` is False where only that is to be learned, not where the answer stands.
    """

    question: str
    windows: tuple[Window, ...]
    relevant: int
    spans: bool


def weight(text: str) -> float:
    """Return the length of a text in Chinese characters."""
    wide = sum(character > _WIDE for character in text)
    return wide + _LATIN_SHARE * (len(text) - wide)


class WindowDrawer:
    """Draws the windows of a question; the same ``random.Random`` draws the same."""

    def __init__(self, titles: Sequence[str]) -> None:
        """``titles`` are names that may stand in for another one."""
        self._titles = [title for title in titles if 2 <= len(title) <= 12]

    def drawn(self, row: Mapping[str, Any], chance: random.Random) -> Drawn | None:
        """Return what is learned from a row of ``reader_examples`` this time, None where nothing.

        Of the questions with an answer some get only windows that mislead, so that what is said
        of a window does not depend on there being a better one.
        """
        size = chance.triangular(SMALLEST, LARGEST, USUAL)
        title = "" if chance.random() < 0.15 else row["title"]
        answers = row["answers"]
        span = (answers[0][1], answers[0][1] + len(answers[0][0])) if answers else None
        forms = [text for text, _ in answers]
        held = self._cut(row["context"], span, size, chance, title)
        if held is None:
            return None
        question = row["question"]
        misleading = self._misleading(row, forms, size, chance)
        if not row["answerable"]:
            windows = [held, *misleading[: int(chance.random() < 0.4)]]
            return self._shuffled(question, windows, None, chance, spans=True)
        if not row["spans"]:
            windows = [held, *misleading[:1]]
            return self._shuffled(question, windows, held, chance, spans=False)
        kind = chance.random()
        if kind < 0.13:
            asked = self._exchanged_question(question, held, chance)
            if asked is not None:
                unmarked = Window(held.title, held.text)
                return self._shuffled(asked, [unmarked], None, chance, spans=True)
        elif kind < 0.21 and misleading:
            return self._shuffled(question, misleading[:1], None, chance, spans=True)
        elif kind < 0.36:
            twin = self._twin(question, held, chance)
            if twin is not None:
                misleading = [twin]
        count = chance.choice((0, 1, 1, 1, 2))
        return self._shuffled(question, [held, *misleading[:count]], held, chance, spans=True)

    def _shuffled(
        self,
        question: str,
        windows: Sequence[Window],
        relevant: Window | None,
        chance: random.Random,
        *,
        spans: bool,
    ) -> Drawn:
        order = list(windows)
        chance.shuffle(order)
        place = -1 if relevant is None else next(n for n, w in enumerate(order) if w is relevant)
        return Drawn(question, tuple(order), place, spans)

    def _misleading(
        self, row: Mapping[str, Any], forms: Sequence[str], size: float, chance: random.Random
    ) -> list[Window]:
        """Return windows without the answer, of other paragraphs and of the same one."""
        found = []
        for other in row["negatives"]:
            window = self._cut(other["text"], None, size, chance, other["title"])
            if window is not None:
                found.append(window)
        if row["answerable"] and forms and chance.random() < 0.35:
            window = self._cut(row["context"], None, size, chance, row["title"])
            if window is not None and not any(form in window.text for form in forms):
                return [window, *found]
        # The first, which share most words, are taken most often.
        place = int(chance.expovariate(0.8))
        return found[place:] + found[:place]

    def _cut(
        self,
        text: str,
        span: tuple[int, int] | None,
        size: float,
        chance: random.Random,
        title: str,
    ) -> Window | None:
        """Return neighbouring sentences of about ``size``, those of ``span`` among them."""
        sentences = split_sentences(text)
        if not sentences:
            return None
        if span is None:
            first = last = chance.randrange(len(sentences))
        else:
            touched = [n for n, (a, b) in enumerate(sentences) if a < span[1] and b > span[0]]
            if not touched:
                return None
            first, last = touched[0], touched[-1]
        room = size - weight(text[sentences[first][0] : sentences[last][1]])
        while room > 0:
            sides = [n for n in (first - 1, last + 1) if 0 <= n < len(sentences)]
            sides = [n for n in sides if weight(text[slice(*sentences[n])]) <= room]
            if not sides:
                break
            n = chance.choice(sides)
            room -= weight(text[slice(*sentences[n])])
            first, last = min(first, n), max(last, n)
        return _shaped(text, sentences[first : last + 1], span, title, chance)

    def _exchanged_question(
        self, question: str, window: Window, chance: random.Random
    ) -> str | None:
        answer = window.text[window.start : window.end]
        made = self._exchange(question, f"{window.title}\n{window.text}", answer, chance)
        return None if made is None else question.replace(*made)

    def _twin(self, question: str, window: Window, chance: random.Random) -> Window | None:
        """Return the window with a thing of the question exchanged for another throughout."""
        answer = window.text[window.start : window.end]
        made = self._exchange(question, window.text, answer, chance)
        if made is None:
            return None
        return Window(window.title.replace(*made), window.text.replace(*made))

    def _exchange(
        self, question: str, text: str, answer: str, chance: random.Random
    ) -> tuple[str, str] | None:
        """Return something that question and text name, and another that neither does."""
        held = [p for p in things(question) if p in text and p not in answer]
        chance.shuffle(held)
        for thing in held:
            for _ in range(6):
                other = self._another(thing, chance)
                if other and other not in text and other not in question and other != thing:
                    return thing, other
        return None

    def _another(self, thing: str, chance: random.Random) -> str:
        if thing.isdecimal():
            number = int(thing)
            near = number + chance.choice((-10, -3, -2, -1, 1, 2, 3, 10))
            return str(near).zfill(len(thing)) if near > 0 else ""
        for signs in (_CHINESE_DIGITS, _LATIN_ORDINALS):
            for sign in signs:
                if sign in thing:
                    return thing.replace(sign, chance.choice(signs), 1)
        pairs = [pair for pair in _OPPOSED if thing in pair]
        if pairs:
            return chance.choice([word for word in chance.choice(pairs) if word != thing])
        latin = thing.isascii()
        like = [t for t in chance.sample(self._titles, 40) if t.isascii() == latin]
        like.sort(key=lambda title: abs(len(title) - len(thing)))
        return chance.choice(like[:4]) if like else ""


_CHINESE_DIGITS = tuple("一二三四五六七八九十")
_LATIN_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "last")
_OPPOSED_WORDS = """
    首届/第二届/第三届 首次/第二次/最后一次 最大/最小 最高/最低 最早/最晚 最多/最少 最长/最短
    东部/西部 南部/北部 父亲/母亲 儿子/女儿 哥哥/弟弟 姐姐/妹妹 妻子/丈夫/母亲 上半年/下半年
    冠军/亚军/季军 成立/解散 出生/去世 小学/中学/大学 春季/秋季 上游/下游 主席/副主席 总统/副总统
    男子/女子 北京/上海/广州/天津 中国/日本/美国/英国/法国/德国
    largest/smallest highest/lowest born/died father/mother won/lost north/south east/west
    oldest/youngest before/after most/least men/women brother/sister
"""
_OPPOSED = tuple(tuple(words.split("/")) for words in _OPPOSED_WORDS.split())
_OPPOSITE = re.compile("|".join(sorted({w for p in _OPPOSED for w in p}, key=len, reverse=True)))
_NUMBER = re.compile(r"\d+")
_ORDINAL = re.compile(
    r"[第前][一二三四五六七八九十]{1,2}[届次任代季集回名位大个屆個章条條款轮輪]"
    r"|[一二三四五六七八九十][月]|\b(?:first|second|third|fourth|fifth|sixth|last)\b"
)
_NAMED = re.compile(r"[《“「『]([^》”」』]{2,12})[》”」』]")
_LATIN_NAME = re.compile(r"(?<=\w )[A-Z][a-z]+(?: [A-Z][a-z]+)*|(?<![A-Za-z ])[A-Z][A-Za-z]{2,}")
_CHINESE_NAME = re.compile(r"^[\u3400-\u9fff·]{2,8}?(?=的|是|在|于|於|有|何时|什么|曾|出生|位于)")


def things(question: str) -> list[str]:
    """Return the numbers, ordinals, names and words with an opposite of a question."""
    found = [m.group() for p in (_NUMBER, _ORDINAL, _OPPOSITE) for m in p.finditer(question)]
    found += [m.group(1) for m in _NAMED.finditer(question)]
    found += [m.group() for p in (_LATIN_NAME, _CHINESE_NAME) for m in p.finditer(question)]
    return list(dict.fromkeys(found))


_PLAIN_SHAPE = 0.84
_JOINTS = ("\n", "\n\n", " ")


def _shaped(
    text: str,
    sentences: Sequence[tuple[int, int]],
    span: tuple[int, int] | None,
    title: str,
    chance: random.Random,
) -> Window:
    """Return the sentences as they stand or, sometimes, as lines or joined by spaces."""
    start, end = sentences[0][0], sentences[-1][1]
    inside = span is None or any(a <= span[0] and span[1] <= b for a, b in sentences)
    if chance.random() < _PLAIN_SHAPE or not inside or len(sentences) < 2:
        if span is None:
            return Window(title, text[start:end])
        last = min(span[1], end)
        return Window(title, text[start:end], max(span[0], start) - start, last - start)
    joint = chance.choice(_JOINTS)
    bare = chance.random() < 0.5
    pieces, at, place = [], 0, (-1, -1)
    for a, b in sentences:
        piece = text[a:b]
        if bare and piece[-1] in "。.;；" and not (span and a <= span[0] and span[1] == b):
            piece = piece[:-1]
        if span is not None and a <= span[0] and span[1] <= b:
            place = (at + span[0] - a, at + span[1] - a)
        pieces.append(piece)
        at += len(piece) + len(joint)
    return Window(title, joint.join(pieces), *place)
