"""Read the running text of a Word document as a stream of drafts, changes accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rag.readers.docx_numbering import Numbering
from rag.readers.docx_parts import Cell, Paragraph, Style, Table, grid_of, header_rows
from rag.readers.drafting import BULLET, Draft, Line, Note
from rag.readers.finishing import Group
from rag.readers.tables import table_drafts
from rag.records import AsideKind, BlockKind

_DROPPED = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText",
                      "sdtPr", "fldData", "binData"})  # fmt: skip
_BREAKS = frozenset({"br", "cr"})
MOST_CELLS = 2_000_000


class Body:
    """Takes the events of a document part and collects its drafts."""

    def __init__(
        self,
        styles: Mapping[str, Style],
        numbering: Numbering,
        links: Mapping[str, str],
        footnotes: Mapping[str, str],
        group: Group,
    ) -> None:
        self.drafts: list[Draft] = []
        self._styles = styles
        self._numbering = numbering
        self._links = links
        self._footnotes = footnotes
        self._group = group
        self._path: list[str] = []
        self._dropped = 0
        self._paragraphs: list[Paragraph] = []
        self._tables: list[Table] = []
        self._boxes: list[list[Table]] = []
        self._link = ""
        self._link_start = 0
        self._bold = False
        self._text = False
        self._carried: Paragraph | None = None
        self._list = ("", 0)
        self._cells = 0
        self._seen = 0
        self._handlers: dict[str, Callable[[dict[str, str]], None]] = {
            "p": self._on_p,
            "t": self._on_t,
            "r": self._on_r,
            "b": self._on_b,
            "tab": self._on_tab,
            "sym": self._on_sym,
            "noBreakHyphen": self._on_hyphen,
            "pStyle": self._on_style,
            "outlineLvl": self._on_outline,
            "numId": self._on_number,
            "ilvl": self._on_depth,
            "hyperlink": self._on_link,
            "docPr": self._on_picture,
            "footnoteReference": self._on_footnote,
            "endnoteReference": self._on_footnote,
            "tbl": self._on_tbl,
            "tr": self._on_tr,
            "tblHeader": self._on_header_row,
            "tc": self._on_tc,
            "gridSpan": self._on_span,
            "vMerge": self._on_merge,
            "txbxContent": self._on_box,
        }

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        self._path.append(name)
        if self._dropped or (name in _DROPPED and not self._in_properties(name)):
            self._dropped += 1
            return
        handler = self._handlers.get(name)
        if handler is not None:
            handler(attributes)
        elif name in _BREAKS and self._paragraphs:
            page = attributes.get("type", "") in {"page", "column"}
            self._add("" if page else "\n")

    def end(self, name: str) -> None:
        """Take the end of an element."""
        self._path.pop()
        if self._dropped:
            self._dropped -= 1
            return
        if name == "t":
            self._text = False
        elif name == "p":
            self._end_paragraph()
        elif name == "tbl":
            self._end_table()
        elif name == "txbxContent":
            self._tables = self._boxes.pop()
        elif name == "hyperlink" and self._paragraphs:
            self._end_link()

    def text(self, value: str) -> None:
        """Take text."""
        if self._text and not self._dropped:
            self._add(value)

    def _in_properties(self, name: str) -> bool:
        """Tell the sign of a deleted paragraph mark, which holds no text."""
        if name == "del" and len(self._path) >= 3 and self._path[-2] == "rPr":
            if self._path[-3] == "pPr" and self._paragraphs:
                self._paragraphs[-1].mark_deleted = True
            return True
        return False

    def _add(self, value: str) -> None:
        if not self._paragraphs:
            return
        paragraph = self._paragraphs[-1]
        paragraph.texts.append(value)
        paragraph.length += len(value)
        if self._bold or not value.strip():
            paragraph.bold += len(value)

    # Starts of elements, by name.

    def _on_p(self, _: dict[str, str]) -> None:
        carried, self._carried = self._carried, None
        self._paragraphs.append(carried if carried is not None else Paragraph())

    def _on_t(self, _: dict[str, str]) -> None:
        self._text = True

    def _on_r(self, _: dict[str, str]) -> None:
        self._bold = bool(self._paragraphs) and self._style(self._paragraphs[-1]).bold

    def _on_b(self, attributes: dict[str, str]) -> None:
        if len(self._path) >= 3 and self._path[-2] == "rPr" and self._path[-3] == "r":
            self._bold = attributes.get("val", "1") not in {"0", "false", "off"}

    def _on_tab(self, _: dict[str, str]) -> None:
        if self._path[-2] == "r":
            self._add("\t")

    def _on_sym(self, attributes: dict[str, str]) -> None:
        code = attributes.get("char", "")
        try:
            character = chr(int(code, 16))
        except ValueError:
            return
        known = {"\uf0fe": "☑", "\uf0a8": "☐", "\uf052": "☑", "\uf0a3": "☐", "\uf0fc": "✓"}
        self._add(known.get(character, "" if "\ue000" <= character <= "\uf8ff" else character))

    def _on_hyphen(self, _: dict[str, str]) -> None:
        self._add("-")

    def _on_style(self, attributes: dict[str, str]) -> None:
        if self._paragraphs:
            self._paragraphs[-1].style = attributes.get("val", "")

    def _on_outline(self, attributes: dict[str, str]) -> None:
        value = attributes.get("val", "")
        if self._paragraphs and value.isdecimal():
            self._paragraphs[-1].level = int(value) + 1 if int(value) < 9 else 0

    def _on_number(self, attributes: dict[str, str]) -> None:
        if self._paragraphs and self._path[-2] == "numPr" and "pPrChange" not in self._path:
            self._paragraphs[-1].number = attributes.get("val", "")

    def _on_depth(self, attributes: dict[str, str]) -> None:
        if self._paragraphs and self._path[-2] == "numPr" and "pPrChange" not in self._path:
            self._paragraphs[-1].depth = int(attributes.get("val") or 0)

    def _on_link(self, attributes: dict[str, str]) -> None:
        if self._paragraphs:
            self._link = self._links.get(attributes.get("id", ""), "")
            self._link_start = len(self._paragraphs[-1].texts)

    def _end_link(self) -> None:
        paragraph = self._paragraphs[-1]
        label = "".join(paragraph.texts[self._link_start :]).strip()
        if self._link and label:
            paragraph.notes.append(Note(AsideKind.LINK, self._link, label))
        self._link = ""

    def _on_picture(self, attributes: dict[str, str]) -> None:
        words = attributes.get("descr") or attributes.get("title") or ""
        if words and self._paragraphs:
            self._paragraphs[-1].notes.append(Note(AsideKind.IMAGE, words))

    def _on_footnote(self, attributes: dict[str, str]) -> None:
        name = self._path[-1].removesuffix("Reference")
        text = self._footnotes.get(f"{name}:{attributes.get('id', '')}", "")
        if text and self._paragraphs:
            self._seen += 1
            self._paragraphs[-1].references.append(f"[{self._seen}] {text}")

    def _on_tbl(self, _: dict[str, str]) -> None:
        self._tables.append(Table())

    def _on_tr(self, _: dict[str, str]) -> None:
        if self._tables:
            self._tables[-1].rows.append([])
            self._tables[-1].header_row = False

    def _on_header_row(self, attributes: dict[str, str]) -> None:
        table = self._tables[-1] if self._tables else None
        said = attributes.get("val", "1") not in {"0", "false", "off"}
        if table is not None and said and table.headers == len(table.rows) - 1:
            table.headers += 1

    def _on_tc(self, _: dict[str, str]) -> None:
        if self._tables and self._tables[-1].rows:
            self._cells += 1
            if self._cells > MOST_CELLS:
                raise ValueError(f"more than {MOST_CELLS:,} cells")
            self._tables[-1].rows[-1].append(Cell())

    def _on_span(self, attributes: dict[str, str]) -> None:
        value = attributes.get("val", "")
        if value.isdecimal() and (cell := self._cell()) is not None:
            cell.span = min(max(int(value), 1), 200)

    def _on_merge(self, attributes: dict[str, str]) -> None:
        if (cell := self._cell()) is not None:
            cell.merge = attributes.get("val", "continue")

    def _on_box(self, _: dict[str, str]) -> None:
        # A box stands in a run: what it holds is read beside the paragraph, and no cell's text.
        self._boxes.append(self._tables)
        self._tables = []

    def _cell(self) -> Cell | None:
        if self._tables and self._tables[-1].rows and self._tables[-1].rows[-1]:
            return self._tables[-1].rows[-1][-1]
        return None

    # Ends.

    def _style(self, paragraph: Paragraph) -> Style:
        return self._styles.get(paragraph.style) or self._styles.get("", Style())

    def _end_paragraph(self) -> None:
        if not self._paragraphs:
            return
        paragraph = self._paragraphs.pop()
        if paragraph.mark_deleted and not self._paragraphs:
            paragraph.mark_deleted = False
            self._carried = paragraph
            return
        text = "".join(paragraph.texts).strip()
        style = self._style(paragraph)
        number = paragraph.number or style.number
        depth = paragraph.depth if paragraph.depth >= 0 else style.depth
        sign = self._numbering.next(number, depth) if number and number != "0" and text else None
        cell = self._cell()
        if cell is not None:
            lead = f"{sign} " if sign else ""
            if text:
                cell.texts.append(lead + text)
                cell.bold = cell.bold and paragraph.bold >= paragraph.length
            cell.texts += paragraph.references
            self.drafts += paragraph.inside
            return
        made = self._drafts(paragraph, style, text, sign, number, depth)
        if self._paragraphs:
            self._paragraphs[-1].inside += made
        else:
            self.drafts += made

    def _drafts(
        self, paragraph: Paragraph, style: Style, text: str, sign: str | None, number: str,
        depth: int,
    ) -> list[Draft]:  # fmt: skip
        notes = tuple(paragraph.notes)
        after = [
            Draft(BlockKind.PARAGRAPH, (Line(note),), settled=True) for note in paragraph.references
        ]
        after = paragraph.inside + after
        if not text:
            self._list = ("", 0) if not number else self._list
            return after
        level = paragraph.level or style.level
        bold = len(text) if paragraph.bold >= paragraph.length else 0
        if style.name.startswith(("toc ", "table of figures")):
            draft = Draft(BlockKind.PARAGRAPH, (Line(text),), aside=AsideKind.FURNITURE)
            return [draft, *after]
        if level:
            lead = f"{sign} " if sign and sign != BULLET else ""
            line = Line(lead + " ".join(text.split()))
            self._list = ("", 0)
            return [Draft(BlockKind.HEADING, (line,), level=min(level, 6), notes=notes), *after]
        lines = _lines(text, bold)
        if sign is None:
            self._list = ("", 0)
            return [Draft(BlockKind.PARAGRAPH, lines, notes=notes), *after]
        if self._list[0] != number:
            self._list = (number, self._group())
        if sign and sign != BULLET:
            lines = (Line(f"{sign} {lines[0].text}", hard=True), *lines[1:])
        draft = Draft(
            BlockKind.ITEM, lines, level=min(depth + 1, 9), group=self._list[1],
            marker=sign or BULLET, notes=notes, settled=True,
        )  # fmt: skip
        return [draft, *after]

    def _end_table(self) -> None:
        if not self._tables:
            return
        table = self._tables.pop()
        outer = self._cell()
        if outer is not None:
            # A table in a cell is read row by row as the cell's text.
            for row in table.rows:
                texts = [" ".join(cell.texts) for cell in row]
                outer.texts.append(" ".join(text for text in texts if text))
            return
        if sum(bool(cell.texts) for row in table.rows for cell in row) == 0:
            return
        self._list = ("", 0)
        if all(len(row) <= 1 for row in table.rows):
            # A frame around text.
            for row in table.rows:
                for text in row[0].texts if row else []:
                    self._emit([Draft(BlockKind.PARAGRAPH, _lines(text, 0))])
            return
        grid = grid_of(table)
        headers = table.headers or header_rows(table, grid)
        self._emit(table_drafts(grid, headers, self._group()))

    def _emit(self, drafts: list[Draft]) -> None:
        if self._paragraphs:
            self._paragraphs[-1].inside += drafts
        else:
            self.drafts += drafts


def _lines(text: str, bold: int) -> tuple[Line, ...]:
    parts = [" ".join(part.split(" ")).strip() for part in text.split("\n")]
    kept = [part for part in parts if part]
    return tuple(Line(part, hard=True, strong=len(part) if bold else 0) for part in kept)
