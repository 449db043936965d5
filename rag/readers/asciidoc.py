"""AsciiDoc: the part of it that manuals are written in.

Headings, paragraphs, lists, labelled lists, listings, tables, admonitions and links. What is not
known stays as text; files are never included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.readers.decoding import decode, empty, read_bytes
from rag.readers.discovery import printable
from rag.readers.drafting import BULLET, Draft, Line, Note, of_text
from rag.readers.finishing import Group, finish, groups
from rag.readers.tables import table_drafts
from rag.records import AsideKind, BlockKind, Document

_BREAK = re.compile(r"\r\n|[\r\n\u2028\u2029\x0b\x0c\x85]")
_HEADING = re.compile(r"(={1,6}|#{1,6})\s+(\S.*?)(?:\s+\1)?\s*$")
_ATTRIBUTE = re.compile(r":(!?[\w-]+!?):\s*(.*)$")
_ITEM = re.compile(r"\s*(\*{1,5}|-|\.{1,5}|\d{1,3}\.|[a-z]\.)\s+(\S.*)$")
_TERM = re.compile(r"\s*(\S.*?)(:{2,4}|;;)(?:\s+(.*))?$")
_STYLE = re.compile(r"\[([^\[\]]*)\]\s*$")
_TITLE = re.compile(r"\.(?=[^\s.])(.+)$")
_AUTHOR = re.compile(r"([\w.' -]+?)\s+<[^<>@\s]+@[^<>\s]+>\s*$")
_ADMONITION = re.compile(r"(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION):\s+(.*)$")
_MACRO = re.compile(r"(\w+)::([^\s\[]*)\[(.*)\]\s*$")
_DELIMITED = re.compile(
    r"(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|```+\w*|\|={3,}|,={3,})\s*$"
)
_LINK = re.compile(
    r"(?:link:|xref:)?((?:https?|ftp|mailto|irc)[:/][^\s\[\]<>]*|(?<=link:)[^\s\[\]]+|(?<=xref:)[^\s\[\]]+)\[([^\[\]]*)\]"
)
_REFERENCE = re.compile(r"<<([^,<>]+)(?:,\s*([^<>]*))?>>")
_IMAGE = re.compile(r"image:([^\s\[:]+)\[([^\[\]]*)\]")
_KEYS = re.compile(r"(?:kbd|btn|menu|pass|footnote):[^\s\[]*\[([^\[\]]*)\]")
_MARKS = (
    re.compile(r"(\*\*|__|``|\+\+|##)(?=\S)(.+?)(?<=\S)\1"),
    re.compile(r"(?<![\w\\])([*_`+#])(?=\S)(.+?)(?<=\S)\1(?!\w)"),
)
_ANCHOR = re.compile(r"\[\[[^\]]*\]\]|\(\(\([^)]*\)\)\)|\[[.#][\w.#-]+\](?=[*_`#])")
_VALUE = re.compile(r"(?<!\\)\{([\w-]+)\}")
_CODE = re.compile(r"`\+(.+?)\+`")


def read_asciidoc(path: Path) -> Iterable[Document]:
    """Read an AsciiDoc file as one document.

    Raises UnreadableDocument as ``decode`` and ``read_bytes`` do.
    """
    decoded = decode(read_bytes(path), path=path)
    reader = _Reader(_BREAK.split(decoded.text), groups())
    reader.read()
    title = next((d.text for d in reader.drafts if d.kind is BlockKind.HEADING), "")
    known = {n: v for n, v in reader.values.items() if n in {"author", "date", "url"} and v}
    document = finish(
        reader.drafts,
        group=reader.group,
        title=title,
        fallback=printable(path.stem),
        metadata=known | decoded.metadata(),
    )
    if not document.text.strip():
        raise empty(path)
    return [document]


@dataclass(slots=True)
class _Reader:
    lines: Sequence[str]
    group: Group
    drafts: list[Draft] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    at: int = 0
    style: str = ""
    stack: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    list_group: int = 0
    pair: int = 0
    attached: bool = False

    def read(self) -> None:
        """Take the lines in order."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip():
                self._end_of_block()
                self.at += 1
            elif not self._block(line):
                self._paragraph()

    def _end_of_block(self) -> None:
        """End a list at a blank line, unless its next item follows."""
        following = next(
            (self.lines[n] for n in range(self.at, len(self.lines)) if self.lines[n].strip()), ""
        )
        goes_on = _ITEM.match(following) or _TERM.match(following) or following.strip() == "+"
        if not goes_on:
            self._end_lists()

    def _end_lists(self) -> None:
        self.stack.clear()
        self.numbers.clear()
        self.list_group = self.pair = 0

    def _block(self, line: str) -> bool:
        """Take a line that is no paragraph's; tell whether it was one."""
        text = line.strip()
        if (delimiter := _DELIMITED.match(text)) and text != "+":
            self._delimited(delimiter.group(1))
        elif text.startswith("//"):
            self.drafts.append(_aside(AsideKind.COMMENT, text.lstrip("/ ")))
            self.at += 1
        elif text == "+":
            self.attached = True
            self.at += 1
        elif text in {"'''", "<<<"} or text.startswith(
            ("ifdef::", "ifndef::", "endif::", "include::")
        ):
            self.at += 1
        elif heading := _HEADING.match(line):
            self._end_lists()
            level = len(heading.group(1))
            self._add(BlockKind.HEADING, [self._line(heading.group(2), self.at)], level=level)
            self.at += 1
        elif attribute := _ATTRIBUTE.match(line):
            self.values[attribute.group(1).strip("!")] = attribute.group(2)
            self.at += 1
        elif _STYLE.match(text) and not text.startswith("[["):
            self.style = text.strip("[]")
            self.at += 1
        elif re.fullmatch(r"\[\[[^\]]*\]\]", text):
            self.at += 1
        elif title := _TITLE.match(line):
            self._add(BlockKind.PARAGRAPH, [self._line(title.group(1), self.at)])
            self.at += 1
        elif macro := _MACRO.match(text):
            kind = AsideKind.IMAGE if macro.group(1) == "image" else AsideKind.LINK
            self.drafts.append(_aside(kind, f"{macro.group(3)} {macro.group(2)}"))
            self.at += 1
        else:
            return self._listed(line)
        return True

    def _listed(self, line: str) -> bool:
        item = _ITEM.match(line)
        if item is not None:
            self._item(item.group(1), item.group(2))
            return True
        term = _TERM.match(line)
        if term is not None and not term.group(1).endswith(":"):
            earlier = self.drafts[-1] if self.drafts else None
            joined = earlier is not None and earlier.kind is BlockKind.TERM and self.pair
            self.stack.clear()
            self.numbers.clear()
            self.list_group = 0
            if not joined:
                self.pair = self.group()
            self._add(
                BlockKind.TERM, [self._line(term.group(1), self.at)], group=self.pair, settled=True
            )
            if term.group(3):
                rest = self._taken(self._line(term.group(3), self.at))
                self._add(BlockKind.DEFINITION, rest, group=self.pair, settled=True)
            else:
                self.at += 1
            return True
        return False

    def _item(self, sign: str, text: str) -> None:
        key = "1." if sign[0].isdigit() else "a." if sign[0].isalpha() else sign
        if not self.stack:
            self.list_group = self.pair or self.group()
        if key in self.stack:
            for closed in self.stack[self.stack.index(key) + 1 :]:
                self.numbers.pop(closed, None)
            del self.stack[self.stack.index(key) + 1 :]
        else:
            self.stack.append(key)
        marker = BULLET
        if sign[0] == "." or sign[0].isalnum():
            self.numbers[key] = self.numbers.get(key, 0) + 1
            marker = f"{self.numbers[key]}." if sign[0] == "." else sign
        first = self._line(text, self.at)
        if marker != BULLET:
            first = replace(first, text=f"{marker} {first.text}", strong=0)
        lines = self._taken(first)
        self._add(
            BlockKind.ITEM, lines, level=min(len(self.stack), 9), group=self.list_group,
            marker=marker,
        )  # fmt: skip

    def _taken(self, first: Line) -> list[Line]:
        """Return a line with the wrapped ones after it; moves on."""
        lines = [first]
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            text = line.strip()
            if not text or text == "+" or _ITEM.match(line) or _TERM.match(line):
                break
            if _DELIMITED.match(text) or text.startswith("//") or _STYLE.match(text):
                break
            if _ATTRIBUTE.match(line):
                break
            if lines[-1].text.endswith(" +"):
                lines[-1] = replace(lines[-1], text=lines[-1].text[:-2], hard=True)
            lines.append(self._line(line, self.at))
            self.at += 1
        return lines

    def _paragraph(self) -> None:
        line = self.lines[self.at]
        author = _AUTHOR.match(line)
        if author is not None and len(self.drafts) == 1 and self.drafts[0].level == 1:
            self.values.setdefault("author", author.group(1))
            self.at += 1
            return
        if line[:1] == " " and not (self.stack or self.pair):
            self._literal()
            return
        admonition = _ADMONITION.match(line)
        text = admonition.group(1) if admonition else line
        lines = self._taken(self._line(text, self.at))
        inside = self.list_group or self.pair
        if self.attached and self.stack:
            self._add(BlockKind.PARAGRAPH, lines, group=self.list_group, settled=True)
        elif self.pair:
            self._add(BlockKind.DEFINITION, lines, group=self.pair, settled=True)
        elif self.style.startswith(("quote", "verse")):
            self._add(BlockKind.QUOTE, lines, level=1)
        else:
            self._add(BlockKind.PARAGRAPH, lines)
        if not inside:
            self._end_lists()
        self.attached = False

    def _literal(self) -> None:
        start = self.at
        while self.at < len(self.lines) and self.lines[self.at].strip():
            self.at += 1
        self._code(self.lines[start : self.at], start, "")

    def _delimited(self, sign: str) -> None:
        start = self.at + 1
        closing = "```" if sign.startswith("```") else sign
        end = start
        while end < len(self.lines) and self.lines[end].strip() != closing:
            end += 1
        body = self.lines[start:end]
        if sign[0] in "=*_" or sign == "--":
            # What such a block holds is read as if it stood outside it.
            self.at = start
            if end < len(self.lines):
                self.lines = [*self.lines[:end], "", *self.lines[end + 1 :]]
            return
        self.at = end + 1
        if sign[0] == "/":
            self.drafts.append(_aside(AsideKind.COMMENT, "\n".join(body)))
        elif sign[0] in "|,":
            self._table(body, start)
        else:
            parts = [part.strip() for part in self.style.split(",")]
            language = parts[1] if len(parts) > 1 and parts[0] in {"source", ""} else ""
            self._code(body, start, sign[3:] if sign.startswith("```") else language)

    def _code(self, body: Sequence[str], start: int, language: str) -> None:
        indent = min((len(t) - len(t.lstrip()) for t in body if t.strip()), default=0)
        lines = tuple(
            Line(
                re.sub(r"\s*<\.?\d*>\s*$", "", text[indent:].rstrip()), start + place + 1, hard=True
            )
            for place, text in enumerate(body)
        )
        group = self.list_group or self.pair
        if any(line.text for line in lines):
            self.drafts.append(Draft(BlockKind.CODE, lines, marker=language, group=group))
        self.style = ""

    def _table(self, body: Sequence[str], start: int) -> None:
        rows: list[list[str]] = []
        numbers: list[int] = []
        columns = _columns(self.style)
        first_width = 0
        header = "header" in self.style or (
            len(body) > 1 and bool(body[0].strip()) and not body[1].strip()
        )
        cells: list[tuple[str, int]] = []
        for place, text in enumerate(body):
            parts = re.split(r"(?<!\\)(?:(?<=\s)|^)(?:\d*[.+*]?\d*[<^>.]*[aehlmsd]?)\|", text)
            if not text.strip():
                continue
            if len(parts) == 1 and cells:
                cells[-1] = (f"{cells[-1][0]} {text.strip()}", cells[-1][1])
                continue
            found = [part.strip() for part in parts[1:]]
            first_width = first_width or len(found)
            cells.extend((part, start + place + 1) for part in found)
        columns = columns or max(first_width, 1)
        for at in range(0, len(cells), columns):
            row = cells[at : at + columns]
            rows.append([self._line(text, 0).text for text, _ in row])
            numbers.append(row[0][1])
        self.drafts.extend(table_drafts(rows, int(header), self.group(), numbers=numbers))
        self.style = ""

    def _line(self, text: str, at: int) -> Line:
        plain = self._shown(text.strip())
        strong = len(plain) if re.fullmatch(r"\s*\*[^*]+\*\s*", text) else 0
        return Line(plain, at + 1, strong=strong)

    def _shown(self, text: str) -> str:
        """Return a line without its marks."""
        text = _VALUE.sub(lambda m: self.values.get(m.group(1), m.group()), text)
        text = _ANCHOR.sub("", _IMAGE.sub("", text))
        text = _LINK.sub(lambda m: m.group(2).split(",")[0].rstrip("^") or m.group(1), text)
        text = _REFERENCE.sub(lambda m: m.group(2) or m.group(1), text)
        text = _KEYS.sub(r"\1", _CODE.sub(r"`\1`", text))
        for pattern in _MARKS:
            text = pattern.sub(r"\2", text)
        return text

    def _add(self, kind: BlockKind, lines: Sequence[Line], **fields: object) -> None:
        notes = tuple(
            Note(AsideKind.LINK, match.group(1), match.group(2))
            for line in lines
            if line.number
            for match in _LINK.finditer(self.lines[line.number - 1])
        )
        self.drafts.append(Draft(kind, tuple(lines), notes=notes, **fields))  # type: ignore[arg-type]
        if kind is not BlockKind.HEADING:
            self.style = ""


def _columns(style: str) -> int:
    """Return how many columns a table's style names, 0 where it names none."""
    match = re.search(r"cols=\"?([^\"\]]+)\"?", style)
    if match is None:
        return 0
    total = 0
    for part in match.group(1).split(","):
        many = re.match(r"\s*(\d+)\*", part)
        total += int(many.group(1)) if many else 1
    return total


def _aside(kind: AsideKind, text: str) -> Draft:
    return replace(of_text(BlockKind.PARAGRAPH, text.strip()), aside=kind)
