"""When the lines of a page belong together, and how they are joined."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.readers.drafting import is_wide
from rag.readers.numbering import article_mark, decimal_mark, item_mark, question_mark
from rag.readers.pdf_lines import SOFT_HYPHEN, Line
from rag.readers.pdf_order import Column
from rag.readers.pdf_tables import Table
from rag.readers.shape import ends_sentence, width
from rag.readers.tables import names_columns

_FIRST_WORD = re.compile(r"[\u2e80-\uffdc\U00020000-\U0003ffff]|\S+")
OPEN_BULLET = re.compile(r"[•·◦▪●○■◆▶►✓❖➢–-]$|[\ue000-\uf8ff]$")
TERM = re.compile(r"\S{1,20}[:：]")
PRIVATE = re.compile(r"^[\ue000-\uf8ff]\s*")


def join(lines: Sequence[Line]) -> str:
    """Return lines as one text: a space between words, none between characters of wide scripts."""
    text = ""
    for line in lines:
        if not text:
            text = line.text
        elif text.endswith(SOFT_HYPHEN):
            text = text[:-1] + line.text
        elif text[-1] == "-" and text[-2:-1].isalpha() and line.text[:1].islower():
            text += line.text
        else:
            wide = is_wide(text[-1]) and is_wide(line.text[0])
            text += line.text if wide else f" {line.text}"
    return text.removesuffix(SOFT_HYPHEN).replace(SOFT_HYPHEN, "-")


def heads_table(table: Table, rows: Sequence[Sequence[str]]) -> bool:
    """Tell a table whose first row names its columns."""
    if table.headers or names_columns(rows):
        return True
    first = rows[0]
    if len(rows) < 2 or sum(bool(text) for text in first) < len(first) - 1:
        return False
    short = all(width(text) <= 24 and not ends_sentence(text) for text in first)
    bold = all(line.bold for cell in table.rows[0] for line in cell)
    plain = not all(line.bold for row in table.rows[1:] for cell in row for line in cell)
    lengths = [width(text) for row in rows[1:] for text in row if text]
    ruled = table.ruled and (len(rows) >= 3 or (bool(lengths) and max(lengths) > 24))
    return short and len(set(first)) == len(first) and ((bold and plain) or ruled)


def only_number(seen: str, wanted: str) -> bool:
    """Tell whether only a number stands in front of a heading's words."""
    return (
        re.fullmatch(r"[\d.一二三四五六七八九十百第章节篇部a-z]{1,6}", seen[: -len(wanted)])
        is not None
    )


def is_full(last: Line, line: Line, column: Column) -> bool:
    """Tell a line that its successor's first word would not have fitted."""
    word = _FIRST_WORD.match(line.text)
    if word is None:
        return False
    taken = line.rights[word.end() - 1] - line.lefts[0]
    if not is_wide(line.text[0]):
        taken += 0.25 * line.size
    # Punctuation may hang over or be pulled to the next line.
    return last.right + taken + 0.6 * line.size >= column.right


def begins(line: Line, last: Line) -> bool:
    """Tell a line that begins something of its own."""
    text = line.text
    if question_mark(text) or article_mark(text) or PRIVATE.match(text):
        return True
    if OPEN_BULLET.fullmatch(text):
        return True
    mark = item_mark(text)
    if decimal_mark(text) is not None:
        return ends_sentence(last.text)
    if mark is None:
        return False
    return mark.style in {"bullet", "step", "circled", "han"} or ends_sentence(last.text)
