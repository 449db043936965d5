"""Split text into sentences, by rules, for Chinese, English and mixtures of both."""

from __future__ import annotations

import re

_LONG = 200
"""A sentence of more characters than this is also split at full-width semicolons."""
_LONG_LATIN = 400
"""The same for half-width ones: letters say less than Chinese characters."""
_SHORT_QUOTE = 40
"""A quotation of at most this many characters is not split inside."""

_CLOSING = "”’」』）)】》〉〕］]｝}\"'〞＂＇»›"
_PAIRS = {
    "“": "”", "「": "」", "『": "』", "（": "）", "(": ")", "【": "】",
    "《": "》", "〈": "〉", "〔": "〕", "［": "］", "[": "]", "〝": "〞",
}  # fmt: skip
_BRACKET = re.compile(f"[\\n{re.escape(''.join({*_PAIRS, *_PAIRS.values()}))}]")
_JOINERS = "，、；,;"
_END = re.compile(
    rf"""
      (?:[。｡！？!?‼⁇⁈⁉।॥؟۔]|\.(?!\.)|\.{{2,}}|…+)
      (?:[。｡！？!?.…])*
      [{re.escape(_CLOSING)}]*
    | \n+
    | [;；]
    """,
    re.VERBOSE,
)
_ABBREVIATION_WORDS = """
    mr mrs ms dr prof st sr jr gen col lt capt sgt rev hon gov sen rep pres no nos vol vols fig
    figs eq eqs sec ch pp p ed eds vs etc e.g i.e cf al et inc ltd co corp dept univ assn bros
    approx est jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
    u.s u.k u.n u.s.a a.m p.m ph.d m.d b.a m.a b.sc m.sc d.c a.d b.c viz c ca resp op art
"""
_ENDING_WORDS = (
    "etc inc ltd co corp jr sr u.s u.k u.n u.s.a a.m p.m ph.d m.d b.a m.a d.c a.d b.c al"
)
_STARTING_WORDS = """
    the a an this that these those he she it they we i you in on at by for from with after
    before during since however but and or if when while although there his her its their our
    my as to some many most all no not one two
"""
_ABBREVIATIONS = frozenset(_ABBREVIATION_WORDS.split())
_ENDING_ABBREVIATIONS = frozenset(_ENDING_WORDS.split())
"""Abbreviations that may also be the last word of a sentence."""
_STARTERS = frozenset(_STARTING_WORDS.split())
"""Words that, capitalised, rather begin a sentence than continue a name."""
_LAST_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|\.(?=[^\W\d_]))*$")
_NEXT_WORD = re.compile(r"\s*[\"'“‘(\[]*([^\W_]+)?")
_URL = re.compile(
    r"(?:https?://|www\.)[^\s，。；、！？）】》”\"<>]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"
)
_ENUMERATION = re.compile(r"(?:^|[\s。；;：:(（])(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})$")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of ``text``: in order, disjoint, without outer space.

    Together they cover every character that is not white space. 。！？ and their half-width
    and doubled forms end a sentence, with the closing quotes and brackets that follow; so do
    line ends and, where an English sentence can end, full stops. Semicolons only split
    sentences of more than 200 characters. Book titles, short quotations, decimals,
    abbreviations, initials, list numbers, addresses of pages and mail stay whole.
    """
    protected = _protected(text)
    ends: list[int] = []
    semicolons: list[int] = []
    for match in _END.finditer(text):
        start, end = match.span()
        mark = text[start]
        if mark == "\n":
            ends.append(end)
        elif protected[start]:
            continue
        elif mark in ";；":
            semicolons.append(end)
        elif not _continues(text, start, end) and (mark not in ".…" or _stops(text, start, end)):
            ends.append(end)
    return _spans(text, ends, semicolons)


def _spans(text: str, ends: list[int], semicolons: list[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    begin = 0
    for end in [*ends, len(text)]:
        inner = [
            cut
            for cut in semicolons
            if begin < cut < end and end - begin > (_LONG if text[cut - 1] == "；" else _LONG_LATIN)
        ]
        for cut in [*inner, end]:
            piece = text[begin:cut]
            stripped = piece.strip()
            if stripped:
                first = begin + len(piece) - len(piece.lstrip())
                # A piece of marks alone (a closing quote on its own line) joins what is before it.
                if (
                    spans
                    and not any(map(str.isalnum, stripped))
                    and "\n" not in text[spans[-1][1] : first]
                ):
                    spans[-1] = (spans[-1][0], first + len(stripped))
                else:
                    spans.append((first, first + len(stripped)))
            begin = cut
    return spans


def _protected(text: str) -> bytearray:
    """Mark the characters at which no sentence may end: inside titles, quotes, addresses."""
    marks = bytearray(len(text))
    for match in _URL.finditer(text):
        end = match.end()
        while text[end - 1] in ".,!?;:":
            end -= 1
        marks[match.start() : end] = b"\1" * (end - match.start())
    stack: list[tuple[str, int]] = []
    for bracket in _BRACKET.finditer(text):
        character, position = bracket.group(), bracket.start()
        if character == "\n":
            stack.clear()
        elif character in _PAIRS:
            stack.append((_PAIRS[character], position))
        elif any(closing == character for closing, _ in stack):
            while stack[-1][0] != character:
                stack.pop()
            start = stack.pop()[1]
            title = character in "》〉"
            if title or position - start - 1 <= _SHORT_QUOTE:
                stop = position
                # The mark just before a closing quote may end the sentence with it.
                if not title and not stack and _ends_inside(text, start, stop):
                    while stop > start and text[stop - 1] in "。！？!?….｡":
                        stop -= 1
                marks[start:stop] = b"\1" * (stop - start)
    return marks


def _continues(text: str, start: int, end: int) -> bool:
    """Tell whether what follows an end mark shows that the sentence goes on."""
    following = text[end : end + 1]
    if following in _JOINERS and following:
        return True
    ascii_mark = text[start] in "!?" and text[start:end].isascii()
    return (
        ascii_mark
        and following.isascii()
        and following.isalnum()
        and text[start - 1 : start].isascii()
    )


def _ends_inside(text: str, start: int, closing: int) -> bool:
    """Tell whether a mark before the closing character ends the sentence around it.

    ``他说：“走吧。”`` ends there; ``“走吧！”他说`` goes on, and so does a quotation in
    the middle of a clause.
    """
    following = text[closing + 1 : closing + 2]
    if following and not following.isspace() and following not in _PAIRS:
        before = text[:start].rstrip()[-1:]
        return following not in "，,、；;：:—的地得之" and (
            before in "：:，," and following not in "他她我你它" and _is_han(following)
        )
    return True


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _stops(text: str, start: int, end: int) -> bool:
    """Tell whether a full stop or an ellipsis ends a sentence."""
    following = text[end : end + 1]
    closed = text[start:end].rstrip(_CLOSING)
    if closed.startswith("…") or len(closed) > 1:
        # An ellipsis goes on unless a new sentence clearly begins.
        if not following:
            return True
        if closed[-1] in "。！？!?":
            return True
        after = _NEXT_WORD.match(text, end)
        word = after.group(1) if after else None
        if following.isspace() and word is not None and word[:1].isupper():
            return True
        return end - start > len(closed) and _is_han(following)
    if following and not following.isspace():
        # Half-width stops after Chinese words end a sentence unless a digit or letter follows.
        return _is_han(text[start - 1 : start]) and not (following.isascii())
    if not following:
        return True
    if _ENUMERATION.search(text, max(0, start - 6), start) and _enumerates(text, start):
        return False
    after = _NEXT_WORD.match(text, end)
    next_word = after.group(1) if after and after.group(1) else ""
    if next_word[:1].islower():
        return False
    # An initial behind the full stop is no first word: "J. A. Hobson".
    initial = (
        len(next_word) == 1 and after is not None and text[after.end() : after.end() + 1] == "."
    )
    starts = next_word.lower() in _STARTERS and not initial
    last = _LAST_WORD.search(text, max(0, start - 24), start)
    if last is None:
        return True
    word = last.group()
    if len(word) == 1 and word.isupper():
        return starts and word not in "AI"
    if word.lower() in _ABBREVIATIONS:
        return word.lower() in _ENDING_ABBREVIATIONS and starts
    return True


def _enumerates(text: str, stop: int) -> bool:
    """Tell whether the number before a full stop stands at the head of a line or clause."""
    head = text[max(0, stop - 12) : stop].rstrip("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIVX")
    return not head.strip() or head.rstrip(" \t")[-1] in "\n。；;：:.!?！？(（"
