"""Compare an answer with its accepted forms.

Two texts are the same when they agree after the form of ``rag.text.normal`` (NFKC, lower
case, traditional characters as simplified ones: a right answer stays right in the other
script) and without punctuation, symbols and spaces. An accepted form is *contained* when it
stands in the answer and does not begin or end inside a longer number or Latin word there:
``3`` is not in ``2023``, nor ``art`` in ``party``.

The F1 is that of the CMRC 2018 evaluation script: both texts become segments (a Chinese
character each, other words whole, punctuation dropped), the longest common *run* of segments
is found, and its length is divided by either length. Unlike the script the texts are first
brought to the normal form, and a number keeps its decimal point inside one segment.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.text.normal import normal_form

_MARK = re.compile(r"[\[【［]\s*\d+(?:\s*[-–,，、]\s*\d+)*\s*[\]】］]")
"""A citation mark such as ``[1]``, ``[1,2]``, ``【3】``: never part of an answer."""

_SEGMENT = re.compile(
    r"\d+(?:[.,]\d+)*"  # a number with its decimal point
    r"|[぀-ヿ㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]"
    r"|[^\W\d_぀-ヿ㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]+"
)


@dataclass(frozen=True, slots=True)
class _Bare:
    """``text`` without punctuation; ``joined[i]``: characters i-1 and i belong together."""

    text: str
    joined: tuple[bool, ...]


def without_marks(text: str) -> str:
    """Return the text without citation marks."""
    return _MARK.sub("", text)


def bare(text: str) -> str:
    """Return the form two answers are compared in: normal, no punctuation, symbols or spaces."""
    return "".join(c for c in normal_form(text) if unicodedata.category(c)[0] not in "PSZC")


def _bare_with_joints(text: str) -> _Bare:
    normal = normal_form(text)
    kept: list[str] = []
    joined: list[bool] = []
    gap = ""
    for character in normal:
        if unicodedata.category(character)[0] in "PSZC":
            gap += character
            continue
        before = kept[-1] if kept else ""
        joined.append(
            (_is_latin(before) and _is_latin(character) and not gap)
            or (before.isdigit() and character.isdigit() and gap in ("", ".", ","))
        )
        kept.append(character)
        gap = ""
    return _Bare("".join(kept), (*joined, False))


def _is_latin(character: str) -> bool:
    return character.isalpha() and character < "ɐ"


def contains(text: str, forms: Sequence[str]) -> bool:
    """Tell whether one of the accepted forms stands in the text."""
    whole = _bare_with_joints(text)
    return any(_stands_in(bare(form), whole) for form in forms)


def _stands_in(form: str, whole: _Bare) -> bool:
    if not form:
        return False
    at = whole.text.find(form)
    while at >= 0:
        if not (whole.joined[at] or whole.joined[at + len(form)]):
            return True
        at = whole.text.find(form, at + 1)
    return False


def parts_found(text: str, parts: Sequence[Sequence[str]]) -> float:
    """Return the share of the parts of which some accepted form stands in the text, 0 to 1."""
    if not parts:
        return 0.0
    return sum(contains(text, forms) for forms in parts) / len(parts)


def exact(text: str, forms: Sequence[str]) -> bool:
    """Tell whether the text is one of the accepted forms."""
    own = bare(text)
    return bool(own) and any(own == bare(form) for form in forms)


def segments(text: str) -> list[str]:
    """Return the segments of the F1: Chinese characters and kana singly, other words whole."""
    return _SEGMENT.findall(normal_form(text))


def run_f1(text: str, forms: Sequence[str]) -> float:
    """Return the best CMRC 2018 F1 of the text against the forms, 0 to 1.

    With m the length of the longest common run, P = m / segments of the text and
    R = m / segments of the form, F1 = 2PR / (P + R).
    """
    own = segments(text)
    return max((_run_f1(own, segments(form)) for form in forms), default=0.0)


def _run_f1(own: list[str], form: list[str]) -> float:
    if not own or not form:
        return 0.0
    run = SequenceMatcher(None, own, form, autojunk=False).find_longest_match().size
    return 2 * run / (len(own) + len(form))


def bag_f1(text: str, form: str) -> float:
    """Return the F1 over the bags of segments (as SQuAD does over words), 0 to 1.

    For rewritten questions, where word order may differ and still be right.
    """
    own, other = Counter(segments(text)), Counter(segments(form))
    total = own.total() + other.total()
    return 2 * (own & other).total() / total if total else 0.0
