"""Another one of the same kind standing where the asked one should: 北区宿舍 for 南区宿舍.

Nothing here knows the kinds. Two terms are alternatives where one stands in the other's slot:
before or behind the same words of the question, in titles that differ in one part, side by side
("海燕与信天翁"), or in clauses that go on alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rag.reading.classes import opposite_ends
from rag.reading.heads import HAN, UNCLEAN, atoms, begins, begins_with, clean

Pair = tuple[str, str]
"""What is asked, and what is told instead."""


class Ground(StrEnum):
    """Why two terms are taken for alternatives."""

    OPPOSITE = "opposite"
    BESIDE = "beside"
    SUBJECT = "subject"
    NAME = "name"
    SLOT = "slot"
    CLASS = "class"
    TITLE = "title"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Alternative:
    """``told`` stands where ``asked`` was asked for."""

    asked: str
    told: str
    ground: str


LONGEST = 8
"""Characters of the longest term that is compared."""
ALIKE = 3
"""Characters of the question that must follow a term for one in its place to be its alternative."""
_RUN = re.compile(rf"[{HAN}]+")
_NAMED = re.compile(r"[\w.-]+\Z")


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the question that a text does not hold, between parts that it does hold."""

    left: str
    term: str
    right: str
    first: bool


def gaps(chunk: str, told: str) -> list[Gap]:
    """Return the gaps of a chunk of the question beside which a text holds two characters."""
    parts = atoms(chunk)
    found: list[Gap] = []
    left = ""
    place = since = 0
    count = len(parts)
    while place < count:
        piece, end = parts[place], place + 1
        while end < count and piece + parts[end] in told:
            piece += parts[end]
            end += 1
        if len(piece) < 2 or (end == place + 1 and piece not in told):
            place += 1
            continue
        if place > since:
            found.append(Gap(left, "".join(parts[since:place]), piece, since == 0))
        left, since, place = piece, end, end
    if since < count and left:
        found.append(Gap(left, "".join(parts[since:]), "", since == 0))
    return found


def in_slot(gap: Gap, told: str) -> Iterator[tuple[str, bool]]:
    """Yield what a text has in the slot of a gap, and whether that is a whole clause's head.

    With words on both sides it is what stands between them, else what stands before the words
    on the right, back to the beginning of the clause.
    """
    place = told.find(gap.right) if gap.right else -1
    while place >= 0:
        named = _NAMED.search(told, max(0, place - 2 * LONGEST), place)
        if named:
            before = named.group()
            if gap.left and (found := before.rfind(gap.left)) >= 0:
                if slot := before[found + len(gap.left) :]:
                    yield slot, not found and begins(told, named.start())
            else:
                yield before, begins(told, named.start()) and len(before) < 2 * LONGEST
        place = told.find(gap.right, place + 1)


def substituted(
    chunk: str, told: str, known: str, *, first: bool, least: int
) -> Iterator[Alternative]:
    """Yield what a text says in the slot of a part of the question that it does not hold.

    ``chunk`` is a stretch of the question with Chinese in it, ``told`` the text, ``known`` all
    that is said elsewhere (flattened, see ``flattened``); ``first`` tells that the question
    begins with the chunk. ``least`` characters must follow alike where nothing else tells that
    two terms are alternatives.
    """
    for gap in gaps(chunk, told):
        if len(gap.term) > LONGEST:
            continue
        for slot, clause in in_slot(gap, told):
            ground = _ground(gap, slot, known, clause=clause, first=first, least=least)
            if ground is not None:
                head = gap.right[:1] if len(gap.term) < 2 or gap.term[0].isascii() else ""
                yield Alternative(gap.term + head, slot[-LONGEST:] + head, ground)
                break


def _ground(
    gap: Gap, slot: str, known: str, *, clause: bool, first: bool, least: int
) -> Ground | None:
    term, right = gap.term, gap.right
    if opposite_ends(term, slot):
        return Ground.OPPOSITE
    if not (gap.first or gap.left) or slot in term or term in slot or len(slot) > LONGEST:
        return None
    if not (clean(term) and clean(slot)):
        return None
    if gap.left and len(gap.left) > 1 and len(right) > 1:
        if not (first and clause):
            return None
        alike = (term.isascii() and slot.isascii()) or len(term) == len(slot)
        new = term not in known or gap.left + term in known
        return Ground.SLOT if alike and new and len(slot) > 1 else None
    if min(len(term), len(slot)) < 2:
        # 金|卡会员 and 银|卡会员: what follows belongs to both.
        term, slot, right = term + right[:1], slot + right[:1], right[1:]
    if not (first and gap.first and clause) or min(len(term), len(slot)) < 2 or not right:
        return None
    if begins_with(known, term + right[:2]):
        return Ground.BESIDE
    if term in known or abs(len(term) - len(slot)) > 1 or len(right) < least:
        return None
    return Ground.SUBJECT


def at_the_end(piece: str, told: str, known: str) -> Alternative | None:
    """Return what a text has behind the first part of a name whose other part it lacks.

    "太原植物园" for "太原图书馆": the text must begin a clause with at least two characters of the
    name, and go on with as many clean ones as the name.
    """
    size = len(piece) - 1
    while size > 1 and not begins_with(told, piece[:size]):
        size -= 1
    term = piece[size:]
    if size < 2 or not 1 < len(term) <= 4 or not clean(term) or term in told:
        return None
    place = told.find(piece[:size])
    found = _RUN.match(told, place + size)
    slot = found.group() if found else ""
    for joint in UNCLEAN.finditer(slot):
        slot = slot[: joint.start()]
        break
    if len(slot) != len(term):
        return None
    if slot[-1] == term[-1] or piece in known:
        return Alternative(piece, piece[:size] + slot, Ground.SLOT)
    return None


def inserted(piece: str, told: str, known: str) -> Alternative | None:
    """Return a longer or shorter name that a clause has for the one a question begins with.

    东门外公交站 for 东门公交站, 翠湖项目 for 翠湖北项目: only where the asked one is known to
    stand elsewhere.
    """
    parts = atoms(piece)
    size = len(parts)
    for cut in range(2, min(size - 1, LONGEST)):
        left, right = "".join(parts[:cut]), "".join(parts[cut : cut + 2])
        if left + right in told:
            continue
        place = told.find(left)
        if place < 0 or not begins(told, place):
            return None
        gap = told.find(right, place + len(left), place + len(left) + len(right) + 2)
        between = told[place + len(left) : gap] if gap > 0 else ""
        if between and clean(between) and between.isalpha() and begins_with(known, left + right):
            return Alternative(left + right, left + between + right, Ground.SLOT)
        # The question has a character or two more than the text.
        for more in (1, 2):
            rest = "".join(parts[cut + more : cut + more + 2])
            if len(rest) > 1 and told.startswith(rest, place + len(left)):
                longer = "".join(parts[: cut + more]) + rest
                if begins_with(known, longer):
                    return Alternative(longer, left + rest, Ground.SLOT)
    return None


def headed(piece: str, told: str, known: str) -> Alternative | None:
    """Return a longer name that begins one character before the one a question begins with.

    小东门 for 东门, where 东门 begins a clause elsewhere.
    """
    name = piece[:3] if len(piece) > 3 else piece
    place = told.find(name)
    if place < 1 or not _RUN.match(told[place - 1]) or not clean(told[place - 1]):
        return None
    if begins(told, place - 1) and not begins_with(told, name) and begins_with(known, name):
        return Alternative(name, told[place - 1] + name, Ground.SLOT)
    return None


def negated(piece: str, told: str) -> Alternative | None:
    """Return 非会员 for 会员, or 会员 for 非会员, where a text has only the other; else None."""
    if piece.startswith("非"):
        bare = piece[1:3]
        if piece[:3] not in told and len(bare) == 2 and bare in told:
            return Alternative("非" + bare, bare, Ground.OPPOSITE)
        return None
    bare = piece[:2]
    if len(bare) == 2 and told.count(bare) == told.count("非" + bare) > 0:
        return Alternative(bare, "非" + bare, Ground.OPPOSITE)
    return None
