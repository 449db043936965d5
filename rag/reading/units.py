"""From the spot that answers to the unit that is shown: the list, the row under its header, ...

A spot is the smallest thing that may answer: a sentence, an item, a row, a pair, a stretch of code.
Alone it often says too little; a unit is what can be understood by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records import Block, BlockKind, Passage, Span
from rag.text.sentences import split_sentences

WHOLE = 280
"""Characters of a paragraph, list or section up to which it is shown whole."""

LIST = 900
"""Characters of a list, of steps or of a section that is asked for, up to which it is whole."""

GAP = 160
"""Characters between two units up to which they are shown as one."""

_LONG_ITEM = 200
_LONGEST_LEAD = 160
_LEADING = re.compile(r"[：:]$")
_ANNOUNCING = re.compile(
    r"如下|以下|下列|步骤|下面|包括|分为|following|below|steps?\b|these\b|include", re.IGNORECASE
)
_LEANING = re.compile(
    r"(?:[它其该此这那他她]|上述|前款|因此|所以|但是?|不过|然而|同时|另外|此外|并且|而且"
    r"|(?:it|its|this|that|these|those|they|their|he|she|his|her|however|but|therefore|also"
    r"|otherwise|then)\b)",
    re.IGNORECASE,
)
_PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.DEFINITION, BlockKind.ITEM})


@dataclass(frozen=True, slots=True)
class Spot:
    """The stretch ``[start, end)`` of a document that may answer, and the block it is in.

    ``block`` is the block's place in ``passage.blocks``.
    """

    start: int
    end: int
    block: int


@dataclass(frozen=True, slots=True)
class Unit:
    """Stretches of one document, in order and apart, that answer together."""

    spans: tuple[Span, ...]
    kind: str

    @property
    def length(self) -> int:
        """Return the characters of all stretches."""
        return sum(end - start for start, end in self.spans)


def blocks_of(passage: Passage) -> tuple[Block, ...]:
    """Return the blocks of a passage; one paragraph where none are known."""
    return passage.blocks or (Block(BlockKind.PARAGRAPH, passage.start, passage.end),)


def spots(passage: Passage) -> list[Spot]:
    """Return every spot of a passage in order. A row that names columns is none."""
    found = []
    blocks = blocks_of(passage)
    for place, block in enumerate(blocks):
        if block.kind is BlockKind.COLUMNS:
            continue
        if block.kind is BlockKind.HEADING and len(blocks) > 1:
            continue
        text = passage.text[block.start - passage.start : block.end - passage.start]
        if block.kind not in _PROSE or (block.kind is BlockKind.ITEM and len(text) <= _LONG_ITEM):
            found.append(Spot(block.start, block.end, place))
            continue
        found += [
            Spot(block.start + start, block.start + end, place)
            for start, end in split_sentences(text)
        ]
    return found


def unit_of(passage: Passage, spot: Spot, *, whole: bool) -> Unit:
    """Return the unit that shows ``spot``.

    With ``whole`` the question asks for all there is (steps, conditions, a list): lists and short
    sections then come whole up to ``LIST`` characters.
    """
    blocks = blocks_of(passage)
    block = blocks[spot.block]
    limit = LIST if whole else WHOLE
    if block.kind is BlockKind.ROW:
        return _row(blocks, spot.block)
    if block.kind is BlockKind.CODE:
        return _code(passage, blocks, spot.block)
    if block.kind in (BlockKind.TERM, BlockKind.DEFINITION) and block.group:
        return _pair(blocks, spot, limit)
    section = _section(blocks, spot.block)
    if section.length <= limit:
        return section
    if block.kind is BlockKind.ITEM:
        return _listed(passage, blocks, spot, limit)
    return _prose(passage, blocks, spot, limit, whole=whole)


def joined_units(passage: Passage, one: Unit, other: Unit, *, most: int) -> Unit | None:
    """Return two units of a passage with what is between them as one.

    None where more than ``GAP`` characters or a heading lie between them, or the whole would be
    longer than ``most``.
    """
    start = min(one.spans[0][0], other.spans[0][0])
    end = max(one.spans[-1][1], other.spans[-1][1])
    before, after = sorted((one.spans, other.spans))
    low, high = before[-1][1], after[0][0]
    between = any(
        block.kind is BlockKind.HEADING and low <= block.start < high
        for block in blocks_of(passage)
    )
    if between or high - low > GAP or end - start > most:
        return None
    return Unit(((start, end),), one.kind)


def _text(passage: Passage, start: int, end: int) -> str:
    return passage.text[start - passage.start : end - passage.start]


def _section(blocks: Sequence[Block], place: int) -> Unit:
    """Return what stands under the same heading or number in the passage, with that heading."""
    first = last = place
    while first > 0 and not _begins(blocks[first]):
        first -= 1
    while last + 1 < len(blocks) and not _begins(blocks[last + 1]):
        last += 1
    return Unit(((blocks[first].start, blocks[last].end),), "section")


def _begins(block: Block) -> bool:
    """Tell whether a block begins a section: a heading, or a numbered article."""
    return block.kind is BlockKind.HEADING or (
        block.kind is BlockKind.PARAGRAPH and bool(block.marker)
    )


def heading_above(passage: Passage, offset: int) -> str:
    """Return the path of headings over an offset: the passage's, then those inside it."""
    path: list[tuple[int, str]] = []
    for block in blocks_of(passage):
        if block.start > offset:
            break
        if block.kind is BlockKind.HEADING:
            path = [one for one in path if one[0] < block.level]
            path.append((block.level, " ".join(_text(passage, block.start, block.end).split())))
    known = passage.heading.split(" > ")
    inside = [text for _, text in path if text not in known]
    return " > ".join(filter(None, [passage.heading, *inside]))

def _row(blocks: Sequence[Block], place: int) -> Unit:
    """Return a row under the row that names its columns."""
    row = blocks[place]
    head = next((b for b in blocks if b.kind is BlockKind.COLUMNS and b.group == row.group), None)
    if head is None or not row.group:
        return Unit(((row.start, row.end),), "row")
    if blocks[place - 1] == head:
        return Unit(((head.start, row.end),), "row")
    return Unit(((head.start, head.end), (row.start, row.end)), "row")


def _code(passage: Passage, blocks: Sequence[Block], place: int) -> Unit:
    """Return code after the sentence or item that says what it does."""
    first = place
    while first > 0 and blocks[first - 1].kind is BlockKind.CODE:
        first -= 1
    last = place
    start, end = blocks[first].start, blocks[last].end
    if first > 0 and blocks[first - 1].kind in _PROSE:
        lead = blocks[first - 1]
        sentences = split_sentences(_text(passage, lead.start, lead.end))
        start = lead.start + sentences[-1][0] if sentences else lead.start
        if blocks[first - 1].end - blocks[first - 1].start <= _LONGEST_LEAD:
            start = lead.start
    return Unit(((start, end),), "code")


def _pair(blocks: Sequence[Block], spot: Spot, limit: int) -> Unit:
    """Return a term with its definition; a whole record of them where it is short."""
    group = blocks[spot.block].group
    inside = [n for n, b in enumerate(blocks) if b.group == group]
    first, last = inside[0], inside[-1]
    if blocks[last].end - blocks[first].start <= limit:
        return Unit(((blocks[first].start, blocks[last].end),), "pair")
    first = last = spot.block
    while first > inside[0] and blocks[first].kind is not BlockKind.TERM:
        first -= 1
    while last < inside[-1] and blocks[last + 1].kind is not BlockKind.TERM:
        last += 1
    return Unit(((blocks[first].start, blocks[last].end),), "pair")


def _lead(passage: Passage, blocks: Sequence[Block], first: int) -> int | None:
    """Return where the words begin that announce a list, None where nothing does."""
    if first == 0 or blocks[first - 1].kind not in (BlockKind.PARAGRAPH, BlockKind.DEFINITION):
        return None
    lead = blocks[first - 1]
    text = _text(passage, lead.start, lead.end).rstrip()
    sentences = split_sentences(text)
    last = sentences[-1] if sentences else (0, len(text))
    announced = _LEADING.search(text) or _ANNOUNCING.search(text[last[0] :])
    if len(text) <= _LONGEST_LEAD:
        return lead.start
    return lead.start + last[0] if announced else None


def _listed(passage: Passage, blocks: Sequence[Block], spot: Spot, limit: int) -> Unit:
    """Return a list with its lead; of one that is too long the item under its lead."""
    first = last = spot.block
    while first > 0 and blocks[first - 1].kind in (BlockKind.ITEM, BlockKind.CODE):
        first -= 1
    while last + 1 < len(blocks) and blocks[last + 1].kind in (BlockKind.ITEM, BlockKind.CODE):
        last += 1
    while first < spot.block and blocks[first].kind is BlockKind.CODE:
        first += 1
    lead = _lead(passage, blocks, first)
    start = blocks[first].start if lead is None else lead
    if blocks[last].end - start <= max(limit, 2 * WHOLE):
        return Unit(((start, blocks[last].end),), "list")
    item = blocks[spot.block]
    begin = end = spot.block
    # An item of an inner list says little without the one it belongs to.
    while begin > first and blocks[begin].level > 1 and blocks[begin].level >= item.level:
        begin -= 1
    while end < last and blocks[end + 1].level > item.level:
        end += 1
    room = (begin, end)
    while room[1] < last and blocks[room[1] + 1].end - blocks[room[0]].start <= limit:
        room = room[0], room[1] + 1
    while room[0] > first and blocks[room[1]].end - blocks[room[0] - 1].start <= limit:
        room = room[0] - 1, room[1]
    shown = (blocks[room[0]].start, blocks[room[1]].end)
    if lead is None or room[0] == first:
        return Unit(((start if room[0] == first else shown[0], shown[1]),), "list")
    return Unit(((lead, blocks[first - 1].end), shown), "list")


def _prose(
    passage: Passage, blocks: Sequence[Block], spot: Spot, limit: int, *, whole: bool
) -> Unit:
    """Return the paragraph of a sentence, or as much of it as is needed to understand it."""
    block = blocks[spot.block]
    start, end = block.start, block.end
    if end - start > limit:
        start, end = _around(passage, block, spot, limit if whole else WHOLE)
    # What a last sentence announces belongs to it.
    ending = _text(passage, start, end).rstrip()
    follows = spot.block + 1
    if (
        end == block.end
        and follows < len(blocks)
        and blocks[follows].kind not in (BlockKind.PARAGRAPH, BlockKind.HEADING)
        and (_LEADING.search(ending) or whole)
    ):
        last = follows
        kind = blocks[follows].kind
        while (
            last + 1 < len(blocks)
            and blocks[last + 1].kind in (kind, BlockKind.ITEM, BlockKind.ROW)
            and blocks[last + 1].end - start <= LIST
        ):
            last += 1
        end = max(end, blocks[last].end)
        if end - start > LIST:
            end = block.end
    return Unit(((start, end),), "sentence")


def _around(passage: Passage, block: Block, spot: Spot, limit: int) -> Span:
    """Return the sentence with neighbours of its paragraph, up to ``limit`` characters.

    A sentence that leans on the one before it takes that first.
    """
    sentences = [
        (block.start + a, block.start + b)
        for a, b in split_sentences(_text(passage, block.start, block.end))
    ]
    at = next((n for n, (a, b) in enumerate(sentences) if a <= spot.start < b), 0)
    first = last = at
    leaning = at > 0 and _LEANING.match(_text(passage, *sentences[at]))
    if leaning and sentences[at][1] - sentences[at - 1][0] <= limit:
        first -= 1
    while True:
        if last + 1 < len(sentences) and sentences[last + 1][1] - sentences[first][0] <= limit:
            last += 1
        elif first > 0 and sentences[last][1] - sentences[first - 1][0] <= limit:
            first -= 1
        else:
            return sentences[first][0], sentences[last][1]
