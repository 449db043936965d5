"""From the tokens of markdown-it to drafts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.readers.drafting import BULLET, Draft, Line, Note
from rag.readers.html_blocks import read_tree
from rag.readers.markdown_inline import plain_line, read_inline
from rag.readers.markdown_marks import SIGN
from rag.readers.markdown_tabs import raise_tabs
from rag.readers.tables import table_drafts
from rag.records import AsideKind, BlockKind

_INSTRUCTION = re.compile(f"<!--{SIGN}(\\w+) (.*?)-->", re.DOTALL)
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_DETAILS = re.compile(r"<(/?)details\b[^>]*>", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\]\s+")
_FILE = re.compile(r"\S+\.mdx?")
_INFO = re.compile(r"[\w+#.-]+")


@dataclass(slots=True)
class _List:
    group: int
    ordered: bool
    following: int


@dataclass(slots=True)
class _Item:
    group: int
    level: int
    sign: str
    fresh: bool = True


@dataclass(slots=True)
class BlockReader:
    """Makes drafts of tokens; ``html`` are the tables that were taken out, with their lines."""

    group: Callable[[], int]
    html: Sequence[tuple[str, int]] = ()
    drafts: list[Draft] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    pairs: list[int] = field(default_factory=list)
    tabs: list[tuple[int, int]] = field(default_factory=list)
    closed: list[tuple[int, int]] = field(default_factory=list)
    quote: int = 0
    heading: int = 0
    term: bool = False
    definition: bool = False

    def read(self, tokens: Sequence[Token]) -> None:
        """Take the tokens of a text in order; its notes come last."""
        notes = next(
            (n for n, token in enumerate(tokens) if token.type == "footnote_block_open"),
            len(tokens),
        )
        self._walk(tokens[:notes])
        raise_tabs(self.drafts, self.closed)
        self._notes(tokens[notes:])

    def _walk(self, tokens: Sequence[Token]) -> None:
        number = 0
        while number < len(tokens):
            token = tokens[number]
            if token.type == "table_open":
                number = self._table(tokens, number)
            else:
                self._take(token)
            number += 1

    def _notes(self, tokens: Sequence[Token]) -> None:
        """Put notes where they stand in the file: the parser gives them last, as they are used."""
        text, self.drafts = self.drafts, []
        self._walk(tokens)
        notes, self.drafts = self.drafts, text
        for note in sorted(notes, key=lambda draft: draft.number):
            later = (n for n, draft in enumerate(self.drafts) if draft.number > note.number)
            self.drafts.insert(next(later, len(self.drafts)), note)

    def _take(self, token: Token) -> None:
        kind = token.type
        if kind == "inline":
            self._inline(token)
        elif kind == "heading_open":
            self.heading = int(token.tag[1])
        elif kind == "heading_close":
            self.heading = 0
        elif kind in {"bullet_list_open", "ordered_list_open"}:
            outer = self.lists[-1].group if self.lists else self._pair()
            start = token.attrGet("start")
            first = int(start) if start is not None else 1
            self.lists.append(_List(outer or self.group(), kind[0] == "o", first))
        elif kind in {"bullet_list_close", "ordered_list_close"}:
            self.lists.pop()
        elif kind == "list_item_open":
            self.items.append(self._item(token))
        elif kind == "list_item_close":
            self.items.pop()
        elif kind == "blockquote_open":
            self.quote += 1
        elif kind == "blockquote_close":
            self.quote -= 1
        elif kind in {"fence", "code_block"}:
            self._code(token)
        elif kind == "html_block":
            self._html(token.content, _line(token))
        else:
            self._definition(kind)

    def _definition(self, kind: str) -> None:
        if kind == "dl_open":
            self.pairs.append(0)
        elif kind == "dl_close":
            self.pairs.pop()
        elif kind == "dt_open":
            if not (self.drafts and self.drafts[-1].kind is BlockKind.TERM):
                self.pairs[-1] = self.group()
            self.term = True
        elif kind == "dt_close":
            self.term = False

    def _pair(self) -> int:
        return self.pairs[-1] if self.pairs else 0

    def _item(self, token: Token) -> _Item:
        current = self.lists[-1]
        sign = BULLET
        if current.ordered:
            sign = f"{current.following}{token.markup or '.'}"
            current.following += 1
        return _Item(current.group, min(len(self.lists), 9), sign)

    def _inline(self, token: Token) -> None:
        found = read_inline(token, _line(token))
        lines, notes = tuple(found.lines), tuple(found.notes)
        # A card that leads to another page shows that page's title, not the name of its file.
        card = len(lines) == 1 and _FILE.fullmatch(lines[0].text) and len(notes) == 1
        if card or not any(line.text for line in lines):
            self._attach(notes)
            return
        self.drafts.append(self._draft(lines, notes))

    def _attach(self, notes: tuple[Note, ...]) -> None:
        """Set aside what stood in a paragraph that holds nothing else."""
        if notes and self.drafts:
            last = self.drafts[-1]
            self.drafts[-1] = replace(last, notes=(*last.notes, *notes))
        else:
            for note in notes:
                line = (Line(note.text),)
                self.drafts.append(Draft(BlockKind.PARAGRAPH, line, aside=note.kind))

    def _draft(self, lines: tuple[Line, ...], notes: tuple[Note, ...]) -> Draft:
        draft = Draft(BlockKind.PARAGRAPH, lines, notes=notes)
        item = self.items[-1] if self.items else None
        if self.heading and not self.quote and item is None:
            lines = tuple(replace(line, hard=False) for line in lines)
            return replace(draft, kind=BlockKind.HEADING, lines=lines, level=self.heading)
        if self.term:
            return replace(draft, kind=BlockKind.TERM, group=self._pair(), settled=True)
        if item is not None and item.fresh:
            return self._first_of_item(draft, item)
        if item is not None:
            return replace(draft, group=item.group, settled=True)
        if self.quote:
            return replace(draft, kind=BlockKind.QUOTE, level=self.quote, group=self._pair())
        if self._pair():
            return replace(draft, kind=BlockKind.DEFINITION, group=self._pair(), settled=True)
        return draft

    def _first_of_item(self, draft: Draft, item: _Item) -> Draft:
        item.fresh = False
        first = draft.lines[0]
        sign = item.sign
        task = _TASK.match(first.text)
        if task is not None:
            sign = "☐" if task.group(1) == " " else "☑"
            first = replace(first, text=first.text[task.end() :])
        if sign != BULLET:
            strong = first.strong and first.strong + len(sign) + 1
            first = replace(first, text=f"{sign} {first.text}", strong=strong)
        return replace(
            draft,
            kind=BlockKind.ITEM,
            lines=(first, *draft.lines[1:]),
            level=item.level,
            group=item.group,
            marker=sign,
        )

    def _code(self, token: Token) -> None:
        first = _line(token) + (token.type == "fence")
        lines = tuple(
            Line(text.rstrip(), first + place, hard=True)
            for place, text in enumerate(token.content.rstrip("\n").split("\n"))
        )
        language = _INFO.match(token.info.strip().strip("{").lstrip("."))
        self.drafts.append(
            Draft(
                BlockKind.CODE,
                lines,
                group=self.items[-1].group if self.items else self._pair(),
                marker=language.group() if language else "",
            )
        )

    def _html(self, content: str, number: int) -> None:
        position = 0
        for match in _INSTRUCTION.finditer(content):
            self._fragment(content[position : match.start()], number)
            self._obey(match.group(1), match.group(2), number)
            position = match.end()
        self._fragment(content[position:], number)

    def _obey(self, what: str, value: str, number: int) -> None:
        if what in {"term", "tab"}:
            if what == "tab":
                self.tabs.append((len(self.drafts), len(self.pairs)))
            self.pairs.append(self.group())
            if value:
                token = _inline_of(value)
                text = plain_line(token) if token else value
                self.drafts.append(
                    Draft(BlockKind.TERM, (Line(text, number),), group=self.pairs[-1], settled=True)
                )
        elif what == "end" and self.pairs:
            self.pairs.pop()
            if self.tabs and self.tabs[-1][1] == len(self.pairs):
                self.closed.append((self.tabs.pop()[0], len(self.drafts)))
        elif what == "html":
            source, line = self.html[int(value)]
            self._fragment(source, line)
        elif what in {"link", "comment"}:
            kind = AsideKind.LINK if what == "link" else AsideKind.COMMENT
            self.drafts.append(Draft(BlockKind.PARAGRAPH, (Line(value),), aside=kind))

    def _fragment(self, source: str, number: int) -> None:
        """Read a piece of HTML; an element it leaves open goes on in the Markdown after it."""
        for comment in _COMMENT.findall(source):
            self.drafts.append(
                Draft(BlockKind.PARAGRAPH, (Line(comment.strip()),), aside=AsideKind.COMMENT)
            )
        source = _COMMENT.sub("", source)
        if not source.strip():
            return
        from selectolax.lexbor import LexborHTMLParser

        tags = _DETAILS.findall(source)
        opened = 0
        for tag in tags:
            if not tag:
                opened += 1
            elif opened:
                opened -= 1
            elif self.pairs:
                self.pairs.pop()
        root = LexborHTMLParser(f"<body>{source}").body
        if root is None:
            return
        found = read_tree(root, self.group, lambda _: number, fragment=True)
        for draft in found:
            self.drafts.append(self._placed(draft))
        for _ in range(opened):
            self.pairs.append(found[-1].group if found and found[-1].group else self.group())

    def _placed(self, draft: Draft) -> Draft:
        """Return a draft of HTML as part of what is open around it."""
        if draft.group or draft.aside is not None or draft.kind is not BlockKind.PARAGRAPH:
            return draft
        return self._draft(draft.lines, draft.notes)

    def _table(self, tokens: Sequence[Token], start: int) -> int:
        """Read a table; return the place of its last token."""
        grid: list[list[str]] = []
        numbers: list[int] = []
        notes: list[tuple[Note, ...]] = []
        number = start
        while tokens[number].type != "table_close":
            token = tokens[number]
            if token.type == "tr_open":
                grid.append([])
                notes.append(())
                numbers.append(_line(token))
            elif token.type == "inline":
                found = read_inline(token, 0)
                grid[-1].append(" ".join(line.text for line in found.lines if line.text))
                notes[-1] = (*notes[-1], *found.notes)
            number += 1
        drafts = table_drafts(grid, 1, self.group(), numbers=numbers, notes=notes)
        self.drafts.extend(drafts)
        return number


@cache
def parser() -> MarkdownIt:
    """Return the parser: CommonMark with tables, strikethrough, notes and definition lists."""
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    found = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return found.use(deflist_plugin).use(footnote_plugin)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _inline_of(text: str) -> Token | None:
    return next((t for t in parser().parse(text) if t.type == "inline"), None)
