"""Judge an answer as a whole: does it say what was asked, and does it show all that says so.

The form of comparison is that of sets over files. Of both texts only the letters and digits count,
in compatibility form (NFKC) and lower case, after markup is gone: HTML tags that shape a page,
template tags, link targets, footnote marks. So an answer is judged by its words, whether it shows a
table as a table or as lines.

An accepted form *stands* in a text where its letters do. Evidence is shown *whole* where each of
its pieces is: each line, and of a table each cell.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

from rag.evaluation.matching import contains

_SHAPING = (
    "table", "thead", "tbody", "tr", "th", "td", "p", "em", "strong", "b", "i", "code", "pre",
    "figure", "figcaption", "img", "br", "div", "a", "span", "details", "summary",
)  # fmt: skip
"""Elements that shape a page and say nothing; any other ``<word>`` may be meant as it stands."""

_MARKUP = re.compile(
    r"\{%.*?%\}"  # a template tag
    rf"|</?(?:{'|'.join(_SHAPING)})\b[^>]*>"
    r"|(?<=\])\([^()\s]*\)"  # the target of a link
    r"|\[\^[^\]]*\]",  # a footnote mark
    re.IGNORECASE | re.DOTALL,
)
_TEMPLATE = re.compile(r"\{%.*?%\}", re.DOTALL)
_FENCE = re.compile(r"[\s>]*(?:```|~~~)")
_ITEM_SIGN = re.compile(r"^[\s>]*(?:[-*+]|\d+[.)])\s+")
_CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)

_DIGITS = frozenset("0123456789零〇一二两三四五六七八九十百千万亿半")
_POLAR = frozenset({
    "是", "不是", "否", "可以", "不可以", "能", "不能", "会", "不会", "有", "没有", "要", "不要",
    "行", "不行", "需要", "不需要", "yes", "no",
})  # fmt: skip
_LEAST_SHARE = 1 / 3
"""Of a form without a number: the share of its letters that a short answer must give."""


def letters(text: str) -> str:
    """Return the letters and digits of a text, as the comparison sees them."""
    # Template tags first: they may stand inside an HTML tag and hide its end.
    bare = html.unescape(_MARKUP.sub("", _TEMPLATE.sub("", text)))
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", bare).lower()))


def pieces(evidence: Sequence[str]) -> list[str]:
    """Return what must be shown for the evidence to be whole: the letters of lines and cells."""
    found: list[str] = []
    for line in "\n".join(evidence).split("\n"):
        if _FENCE.match(line):
            continue
        said = _ITEM_SIGN.sub("", line)
        is_row = said.lstrip().startswith("|")
        found += map(letters, said.split("|") if is_row else _CELL_END.split(said))
    return [piece for piece in found if piece]


def shown_share(text: str, evidence: Sequence[str]) -> float:
    """Return the share of the pieces of the evidence that a text shows, 0 to 1."""
    wanted, said = pieces(evidence), letters(text)
    return sum(piece in said for piece in wanted) / len(wanted) if wanted else 0.0


def stands_in(text: str, groups: Sequence[Sequence[str]]) -> bool:
    """Tell whether of each group of accepted forms one stands in the text."""
    said = letters(text)
    return bool(groups) and all(any(letters(f) in said for f in forms) for forms in groups)


def told(text: str, groups: Sequence[Sequence[str]]) -> bool:
    """Tell whether a text for a model tells a form of each group; of a row each cell is enough.

    A row may be told with the names of its columns between the cells.
    """
    said = letters(text)
    return bool(groups) and all(
        any(all(letters(cell) in said for cell in form.split("|")) for form in forms)
        for forms in groups
    )


def headline_right(short: str, forms: Sequence[str], question: str) -> bool | None:
    """Tell whether a short answer is right; None where strings cannot tell (a bare yes or no).

    It is right where it holds an accepted form, or is the part of one that answers. Neither may
    cut a number or a word. A part answers where it says something the question does not say, and

    * of a form that has numbers the question does not name: one of these numbers;
    * of any other form: at least a third of its letters.
    """
    said = letters(short)
    if not said or said in _POLAR:
        return None
    if contains(short, forms):
        return True
    if said in letters(question):
        return False
    return any(contains(form, [short]) and _answers_for(short, form, question) for form in forms)


def _answers_for(short: str, form: str, question: str) -> bool:
    new = _numbers(form) - _numbers(question)
    if new:
        return bool(new & _numbers(short))
    return len(letters(short)) >= _LEAST_SHARE * len(letters(form))


def _numbers(text: str) -> set[str]:
    """Return the numbers of a text as they are written; 一 alone is mostly none (一般, 一些)."""
    plain = unicodedata.normalize("NFKC", text)
    return {*"".join(c if c in _DIGITS else " " for c in plain).split()} - {"一"}
