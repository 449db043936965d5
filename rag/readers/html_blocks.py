"""From a tree of HTML to drafts: what a page shows, stretch by stretch.

The HTML reader gives it a page, the Markdown reader the HTML it holds, so that both make the same
blocks. The walk does not recurse, for pages nest thousands of elements deep.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.readers.drafting import BULLET, Draft, Line, Note
from rag.readers.html_tables import is_data_table, read_table
from rag.readers.html_visible import (
    BLOCKS,
    HEADINGS,
    collapsed,
    is_furniture,
    is_visible,
    language_of,
)
from rag.records import AsideKind, BlockKind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BOLD = frozenset({"b", "strong"})


def read_tree(
    root: LexborNode,
    group: Callable[[], int],
    line_of: Callable[[str], int] = lambda _: 0,
    *,
    fragment: bool = False,
) -> list[Draft]:
    """Return the drafts of a tree; ``line_of`` tells the line of each text as it is reached.

    ``group`` gives the number of a new group. A ``fragment`` has no furniture.
    """
    walker = _Walker(group, line_of, fragment=fragment)
    walker.walk(root)
    return walker.drafts


@dataclass(slots=True)
class _List:
    """An open list: its group, and the number of the next item of an ordered one."""

    group: int
    ordered: bool
    style: str
    following: int


@dataclass(slots=True)
class _Item:
    """An open item; ``fresh`` until its first text is written."""

    group: int
    level: int
    sign: str
    fresh: bool = True


@dataclass(slots=True)
class _State:
    """What the text at a place of the tree is part of; a copy goes into every element."""

    heading: int = 0
    quote: int = 0
    pair: int = 0
    term: bool = False
    furniture: bool = False
    article: bool = False
    language: str = ""
    preformatted: bool = False
    item: _Item | None = None
    lists: int = 0


@dataclass(slots=True)
class _Walker:
    group: Callable[[], int]
    line_of: Callable[[str], int]
    fragment: bool
    drafts: list[Draft] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    state: _State = field(default_factory=_State)
    lists: list[_List] = field(default_factory=list)
    pairs: list[int] = field(default_factory=list)
    number: int = 0
    start: int = 0
    strong: int = 0
    bold: int = 0
    bold_broken: bool = False

    def walk(self, root: LexborNode) -> None:
        """Visit the tree in order; an entry of the stack without state leaves its element."""
        stack: list[tuple[LexborNode, _State | None]] = [(root, None)]
        leaving: list[_State] = []
        while stack:
            node, saved = stack.pop()
            if saved is not None:
                self.leave(node)
                self.state = leaving.pop()
                continue
            if node.is_text_node:
                self.write(node.text_content or "")
                continue
            if node.is_comment_node:
                continue
            before = self.state
            self.state = replace(before)
            leaving.append(before)
            stack.append((node, before))
            if self.enter(node):
                stack.extend((child, None) for child in reversed(_children(node)))
        self.flush()

    def write(self, text: str) -> None:
        if text.strip():
            self.number = self.line_of(text) or self.number
            if not "".join(self.parts).strip():
                self.start = self.number
        if self.state.preformatted:
            first, *rest = text.split("\n")
            self.parts.append(first)
            for line in rest:
                self.break_line()
                self.parts.append(line)
            return
        text = collapsed(text)
        if text.strip():
            if self.strong and not self.bold_broken:
                self.bold += len(text)
            else:
                self.bold_broken = True
        self.parts.append(text)

    def break_line(self) -> None:
        text = "".join(self.parts)
        if not self.state.preformatted:
            text = " ".join(text.split(" ")).strip()
        bold = len(text) if self.bold and not self.bold_broken else min(self.bold, len(text))
        self.lines.append(Line(text, self.start, hard=True, strong=bold))
        self.parts, self.bold, self.bold_broken = [], 0, False
        if self.state.preformatted and self.start:
            self.start += 1

    def flush(self) -> None:
        """Close the stretch that is open, and make a draft of it."""
        if self.parts:
            self.break_line()
        lines, notes = self.lines, self.notes
        self.lines, self.notes = [], []
        while lines and not lines[-1].text.strip():
            lines.pop()
        while lines and not lines[0].text.strip():
            lines.pop(0)
        if not any(line.text.strip(" |\u3000\xa0") for line in lines):
            if notes and self.drafts:
                last = self.drafts[-1]
                self.drafts[-1] = replace(last, notes=(*last.notes, *notes))
            return
        self.drafts.append(self._draft(tuple(lines), tuple(notes)))

    def _draft(self, lines: tuple[Line, ...], notes: tuple[Note, ...]) -> Draft:
        state = self.state
        aside = AsideKind.FURNITURE if state.furniture else None
        draft = Draft(BlockKind.PARAGRAPH, lines, notes=notes, aside=aside, group=state.pair)
        if aside is not None:
            return replace(draft, group=0)
        if state.preformatted:
            lines = _code_lines(lines)
            group = state.item.group if state.item else state.pair
            return replace(
                draft, kind=BlockKind.CODE, lines=lines, marker=state.language, group=group
            )
        if state.heading:
            return replace(draft, kind=BlockKind.HEADING, level=state.heading, group=0)
        if state.term:
            return replace(draft, kind=BlockKind.TERM, settled=True)
        item = state.item
        if item is not None and item.fresh:
            item.fresh = False
            sign = item.sign
            first = lines[0] if sign == BULLET else replace(
                lines[0], text=f"{sign} {lines[0].text}", strong=0
            )  # fmt: skip
            return replace(
                draft, kind=BlockKind.ITEM, lines=(first, *lines[1:]),
                level=item.level, group=item.group, marker=sign,
            )  # fmt: skip
        if item is not None:
            return replace(draft, group=item.group, settled=True)
        if state.quote:
            return replace(draft, kind=BlockKind.QUOTE, level=state.quote)
        if state.pair:
            return replace(draft, kind=BlockKind.DEFINITION, settled=True)
        return draft

    def enter(self, node: LexborNode) -> bool:
        """Begin an element; tell whether its children are to be visited."""
        tag = node.tag or ""
        state = self.state
        if tag == "br":
            self.break_line()
            return False
        if tag == "img":
            words = [node.attributes.get("alt") or "", node.attributes.get("src") or ""]
            self.notes.append(Note(AsideKind.IMAGE, " ".join(words).strip()))
            return False
        if not is_visible(node):
            return False
        if tag in _BOLD:
            self.strong += 1
        elif tag in {"td", "th"}:
            self.flush()
        if tag in BLOCKS:
            self.flush()
            self._enter_block(node, tag)
            if tag == "table" and not state.furniture and is_data_table(node):
                pair = state.pair or (state.item.group if state.item else 0)
                self.drafts.extend(read_table(node, self.group, self.line_of, inside=pair))
                return False
        return True

    def _enter_block(self, node: LexborNode, tag: str) -> None:
        state = self.state
        if not self.fragment and not state.furniture:
            state.furniture = is_furniture(node, inside=state.article)
        state.article = state.article or tag in {"main", "article"}
        if tag in HEADINGS:
            state.heading = HEADINGS[tag]
        elif tag == "pre":
            state.preformatted = True
            state.language = language_of(node)
        elif tag in {"ul", "ol"}:
            self._enter_list(node, tag)
        elif tag == "li":
            state.item = self._item(node)
        elif tag in {"dt", "summary"}:
            self._enter_term(tag)
        elif tag == "dd":
            state.pair = state.pair if not self.pairs else self.pairs[-1]
            state.item = None
        elif tag in {"dl", "details"}:
            self.pairs.append(0 if tag == "dl" else self.group())
            if tag == "details":
                state.pair, state.item = self.pairs[-1], None
        elif tag == "blockquote":
            state.quote += 1

    def _enter_list(self, node: LexborNode, tag: str) -> None:
        state = self.state
        outer = self.lists[-1].group if self.lists and state.lists else state.pair
        start = node.attributes.get("start") or "1"
        first = int(start) if re.fullmatch(r"\d{1,6}", start) else 1
        style = node.attributes.get("type") or ""
        self.lists.append(_List(outer or self.group(), tag == "ol", style, first))
        state.lists += 1

    def _item(self, node: LexborNode) -> _Item:
        if not self.lists:
            return _Item(self.group(), 1, BULLET)
        current = self.lists[-1]
        value = node.attributes.get("value") or ""
        if current.ordered and re.fullmatch(r"\d{1,6}", value):
            current.following = int(value)
        sign = BULLET
        if current.ordered:
            sign = f"{_numeral(current.following, current.style)}."
            current.following += 1
        return _Item(current.group, min(max(self.state.lists, 1), 9), sign)

    def _enter_term(self, tag: str) -> None:
        state = self.state
        if tag == "dt" and not (self.drafts and self.drafts[-1].kind is BlockKind.TERM):
            if not self.pairs:
                self.pairs.append(0)
            self.pairs[-1] = self.group()
        state.term = True
        state.item = None
        state.pair = self.pairs[-1] if self.pairs else self.group()

    def leave(self, node: LexborNode) -> None:
        """End an element; the state around it is put back after."""
        tag = node.tag or ""
        if tag in _BOLD and self.strong:
            self.strong -= 1
        if tag == "a" and is_visible(node):
            self._link(node)
        if tag in BLOCKS or tag in {"td", "th"}:
            self.flush()
        if tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
        elif tag in {"dl", "details"} and self.pairs:
            self.pairs.pop()

    def _link(self, node: LexborNode) -> None:
        target = (node.attributes.get("href") or "").strip()
        if target and not target.startswith(("#", "javascript:")) and not self.state.furniture:
            label = " ".join(node.text().split())
            if target != label:
                self.notes.append(Note(AsideKind.LINK, target, label))


def _children(node: LexborNode) -> list[LexborNode]:
    found = []
    child = node.first_child
    while child is not None:
        found.append(child)
        child = child.next
    return found


def _numeral(number: int, style: str) -> str:
    if style in {"a", "A"} and 1 <= number <= len(_LETTERS):
        letter = _LETTERS[number - 1]
        return letter if style == "a" else letter.upper()
    return str(number)


def _code_lines(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines of code without the indent that all of them share."""
    indents = [len(line.text) - len(line.text.lstrip()) for line in lines if line.text.strip()]
    shared = min(indents, default=0)
    return tuple(replace(line, text=line.text[shared:].rstrip()) for line in lines)
