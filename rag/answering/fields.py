"""Values that a text gives beside their names: "label: value", and the cells of a table.

Such texts have no sentences to read. What is asked for is found by its name, and only where one
name fits better than all others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.features import SentenceCandidate, longest_common_run
from rag.answering.question import Question, QuestionKind
from rag.text.normal import normal_form

_FIELD = re.compile(
    r"(?:^|(?<=[，,；;。\n|、]))\s*(?P<label>[^\W\d_][^，,；;。：:\n|]{0,15}?)\s*[：:]\s*"
    r"(?P<value>[^，,；;。\n|：][^，；;。\n|：]{0,79})"
)
_CELL = re.compile(r"[^|\n]+")
_RULE = re.compile(r"[\s|:-]+")
_ASIDE = re.compile(r"\s*[（(].*$")
_LEAST = 2
"""Characters of a name that must be in the question; one alone occurs by chance."""
_TOLD = (QuestionKind.WHY, QuestionKind.HOW, QuestionKind.LIST)
"""What is asked for is told in sentences then, not given beside a name."""
_PAIR = 2
_OWNER = 3
"""Characters before the last ones of a label that tell whose it is; fewer only colour the word."""
_BEFORE_ASKING = "是为有在叫于的：: "

_Line = Sequence[tuple[int, int]]
"""Where the cells of a line of a table stand."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value ``text[start:end]`` of a passage and the line of names above it, if there is one."""

    start: int
    end: int
    row: tuple[int, int]
    names: tuple[int, int] | None = None


def labelled(question: Question, candidate: SentenceCandidate) -> tuple[int, int] | None:
    """Return the value in a sentence whose label the question asks for, as places in the passage.

    A Chinese question asks for what it names last ("招生办的电话是多少"), an English one may name
    it anywhere. None where no label fits, or two fit as well.
    """
    if question.kind in _TOLD:
        return None
    found = []
    for field in _FIELD.finditer(candidate.text):
        fits = _asked_for(question, normal_form(field["label"]))
        if fits >= _LEAST and field["value"].strip():
            start, end = field.span("value")
            end -= len(field["value"]) - len(field["value"].rstrip())
            found.append((fits, candidate.start + start, candidate.start + end))
    found.sort(reverse=True)
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1:]


def _asked_for(question: Question, label: str) -> int:
    """Return how many last characters of a label are the last thing that the question names.

    Whose it is ("招生办公室" of "招生办公室电话") must be named too.
    """
    words = label.split()
    if label.isascii():
        asked = set(re.findall(r"[a-z]+", question.normal))
        return len(label) if words and all(word in asked for word in words) else 0
    named = question.content.strip(" ?。.!").rstrip(_BEFORE_ASKING)
    same = 0
    while same < min(len(label), len(named)) and label[-1 - same] == named[-1 - same]:
        same += 1
    owner = label[:-same] if same else ""
    named_too = len(owner) < _OWNER or longest_common_run(owner, question.content) >= _LEAST
    return same if named_too else 0


def looked_up(question: Question, candidate: SentenceCandidate) -> Value | None:
    """Return the cell of the table around ``candidate`` that the question asks for.

    The row is the one with most of its cells in the question, the column the one whose name is;
    in a line of two cells the first may be the name. None where the sentence stands in no table,
    or what is meant is not clear.
    """
    if question.kind in _TOLD:
        return None
    lines = _table_around(candidate)
    text = candidate.hit.passage.text
    return (_crossed(question, text, lines) or _beside(question, text, lines)) if lines else None


def _beside(question: Question, text: str, lines: Sequence[_Line]) -> Value | None:
    """Return the second cell of the line whose first one the question asks for."""
    pairs = [cells for cells in lines if len(cells) == _PAIR]
    fits = [_asked_for(question, _name(text, cells[0])) for cells in pairs]
    best = max(fits, default=0)
    if best < _LEAST or fits.count(best) > 1:
        return None
    cells = pairs[fits.index(best)]
    return Value(*cells[1], row=_ends(cells))


def _crossed(question: Question, text: str, lines: Sequence[_Line]) -> Value | None:
    """Return the cell where the row and the column that the question names meet."""
    names, *rows = lines
    if not rows:
        return None
    shares = [[_held(question, text[a:b]) for a, b in cells] for cells in rows]
    totals = [sum(row) for row in shares]
    best = max(range(len(rows)), key=lambda place: totals[place])
    if totals[best] < _LEAST or totals.count(totals[best]) > 1:
        return None
    free = [place for place, share in enumerate(shares[best]) if not share]
    rest = question.content
    for place, share in enumerate(shares[best]):
        if share:
            rest = rest.replace(_name(text, rows[best][place]), " ")
    fits = {p: longest_common_run(rest, _name(text, names[p])) for p in free}
    column = max(fits, key=lambda place: fits[place], default=None)
    if column is None or fits[column] < _LEAST or [*fits.values()].count(fits[column]) > 1:
        return None
    return Value(*rows[best][column], row=_ends(rows[best]), names=_ends(names))


def _held(question: Question, cell: str) -> int:
    """Return the length of a cell's text where the question has it, else 0."""
    name = normal_form(_ASIDE.sub("", cell).strip())
    return len(name) if len(name) >= _LEAST and name in question.normal else 0


def _name(text: str, cell: tuple[int, int]) -> str:
    return normal_form(_ASIDE.sub("", text[slice(*cell)]).strip())


def _ends(cells: _Line) -> tuple[int, int]:
    return cells[0][0], cells[-1][1]


def _table_around(candidate: SentenceCandidate) -> list[_Line]:
    """Return the cells of the lines around a sentence that have as many cells as its own."""
    text = candidate.hit.passage.text
    block: list[_Line] = []
    at = 0
    inside = False
    for line in text.split("\n"):
        cells = [] if _RULE.fullmatch(line) else _cells(line, at)
        if len(cells) < _LEAST or (block and len(cells) != len(block[0])):
            if line and not _RULE.fullmatch(line):
                if inside:
                    return block
                block = [cells] if len(cells) >= _LEAST else []
        else:
            block.append(cells)
        inside = inside or (bool(block) and at <= candidate.start < at + len(line) + 1)
        at += len(line) + 1
    return block if inside else []


def _cells(line: str, at: int) -> list[tuple[int, int]]:
    """Return the cells of a line that begins at ``at``, without the white space around them."""
    if "|" not in line:
        return []
    found = []
    for cell in _CELL.finditer(line):
        start, end = cell.span()
        start += len(cell[0]) - len(cell[0].lstrip())
        end -= len(cell[0]) - len(cell[0].rstrip())
        if start < end:
            found.append((at + start, at + end))
    return found
