"""Excel workbooks: rows with the names of their columns, each with its sheet and row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from rag.readers.decoding import empty
from rag.readers.discovery import printable
from rag.readers.packages import Node, Package, core_properties, damaged, relations
from rag.readers.sheets import MOST_CELLS, Sheet, workbook
from rag.records import Document

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_DATE_FORMATS = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')


def read_xlsx(path: Path) -> Iterable[Document]:
    """Read a workbook as one document; hidden sheets are left out.

    Numbers are written as people see them: whole ones without a point, dates and percentages by
    their format. Raises UnreadableDocument for a file that is damaged, locked, unsafe or empty.
    """
    with Package(path) as package:
        stated = core_properties(package)
        document = workbook(
            _Workbook(path, package).sheets(),
            title=stated.get("title", "") or printable(path.stem),
            metadata={key: value for key, value in stated.items() if key != "title"},
        )
    if not document.text.strip():
        raise empty(path)
    return [document]


def read_xls(path: Path) -> Iterable[Document]:
    """Read an old or binary workbook (.xls, .xlsb) as ``read_xlsx`` does."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [_sheet(book, name) for name in book.sheet_names]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise damaged(path, str(error)) from error
    document = workbook(sheets, title=printable(path.stem), metadata={})
    if not document.text.strip():
        raise empty(path)
    return [document]


def _sheet(book: object, name: str) -> Sheet:
    found = Sheet(name)
    source = book.get_sheet_by_name(name)  # type: ignore[attr-defined]
    for number, row in enumerate(source.to_python(skip_empty_area=False), start=1):
        cells = {
            column: _value(value) for column, value in enumerate(row) if value not in {"", None}
        }
        if cells:
            found.rows[number] = cells
    for start, end in getattr(source, "merged_cell_ranges", None) or []:
        found.merges.append((start[0] + 1, end[0] + 1, start[1], end[1]))
    return found


def _value(value: object) -> str:
    """Return a value as people write it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()


def number_text(value: float) -> str:
    """Return a number without a point where it is whole, else with up to 12 figures."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.12g}"


def _moment(value: datetime) -> str:
    if (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="minutes" if not value.second else "seconds")


class _Workbook:
    """Reads the parts of a workbook."""

    def __init__(self, path: Path, package: Package) -> None:
        self._path, self._package = path, package
        main = next(
            (
                target
                for kind, target in relations(package, "").values()
                if kind == "officeDocument"
            ),
            "xl/workbook.xml",
        )
        self._root = package.tree(main)
        if not self._root.name:
            raise damaged(path, main)
        self._parts = relations(package, main)
        self._strings = [
            "".join(t.text for t in node.all("t") if not _is_phonetic(node, t))
            for node in self._tree("sharedStrings").all("si")
        ]
        self._kinds = _formats(self._tree("styles"))
        properties = self._root.child("workbookPr")
        self._late = properties is not None and properties.get("date1904") in {"1", "true"}
        self._cells = 0

    def _tree(self, kind: str) -> Node:
        part = next((target for known, target in self._parts.values() if known == kind), "")
        return self._package.tree(part) if part else Node("", {})

    def sheets(self) -> Iterator[Sheet]:
        for entry in self._root.all("sheet"):
            kind, part = self._parts.get(entry.get("id"), ("", ""))
            if kind == "worksheet" and entry.get("state") not in {"hidden", "veryHidden"}:
                yield self._sheet(entry.get("name"), part)

    def _sheet(self, name: str, part: str) -> Sheet:  # noqa: C901 - one small part an element
        sheet = Sheet(name)
        place = [0, -1]
        cell = {"t": "", "s": ""}
        value: list[str] = []
        taking = False
        hidden = False

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal taking, hidden
            if tag == "row":
                number = attributes.get("r", "")
                place[0] = int(number) if number.isdecimal() else place[0] + 1
                place[1] = -1
                hidden = attributes.get("hidden") in {"1", "true"}
            elif tag == "c":
                found = _REFERENCE.fullmatch(attributes.get("r", ""))
                place[1] = column_number(found.group(1)) if found else place[1] + 1
                cell.update(t=attributes.get("t", ""), s=attributes.get("s", ""))
                value.clear()
            elif tag in {"v", "t"}:
                taking = True
            elif tag == "mergeCell":
                corners = [_REFERENCE.fullmatch(c) for c in attributes.get("ref", "").split(":")]
                if len(corners) == 2 and corners[0] and corners[1]:
                    (a, b), (c, d) = corners[0].groups(), corners[1].groups()
                    sheet.merges.append((int(b), int(d), column_number(a), column_number(c)))

        def end(tag: str) -> None:
            nonlocal taking
            if tag in {"v", "t"}:
                taking = False
            elif tag == "c" and value and not hidden:
                self._cells += 1
                if self._cells > MOST_CELLS:
                    raise damaged(self._path, f"more than {MOST_CELLS:,} cells")
                text = self._written("".join(value), cell["t"], cell["s"])
                if text.strip():
                    sheet.rows.setdefault(place[0], {})[place[1]] = text.strip()

        def characters(text: str) -> None:
            if taking:
                value.append(text)

        self._package.parse(part, start, end, characters)
        return sheet

    def _written(self, value: str, kind: str, style: str) -> str:
        if kind == "s":
            return (
                self._strings[int(value)]
                if value.isdecimal() and int(value) < len(self._strings)
                else ""
            )
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind in {"str", "inlineStr", "e"}:
            return value
        if kind == "d":
            return value.replace("T", " ").removesuffix(" 00:00:00")
        try:
            number = float(value)
        except ValueError:
            return value
        shown = (
            self._kinds[int(style)] if style.isdecimal() and int(style) < len(self._kinds) else ""
        )
        if shown == "date":
            return self._dated(number)
        if shown.startswith("%"):
            return f"{number * 100:.{int(shown[1:])}f}%"
        return number_text(number)

    def _dated(self, number: float) -> str:
        if not 0 <= number < 2_958_466:
            return number_text(number)
        base = datetime(1904, 1, 1) if self._late else datetime(1899, 12, 30)  # noqa: DTZ001
        moment = base + timedelta(seconds=round(number * 86_400))
        if number < 1:
            return moment.time().isoformat(timespec="minutes" if not moment.second else "seconds")
        return _moment(moment)


def _is_phonetic(item: Node, text: Node) -> bool:
    return any(text in run.children for run in item.all("rPh"))


def _formats(root: Node) -> list[str]:
    """Return how each cell style shows numbers: "date", "%" with its decimals, or ""."""
    own = {node.get("numFmtId"): node.get("formatCode") for node in root.all("numFmt")}
    found = []
    table = root.child("cellXfs")
    for node in table.children if table is not None else []:
        number = node.get("numFmtId")
        code = _LITERAL.sub("", own.get(number, ""))
        if number.isdecimal() and int(number) in _DATE_FORMATS and number not in own:
            found.append("date")
        elif number in {"9", "10"}:
            found.append("%0" if number == "9" else "%2")
        elif "%" in code:
            decimals = re.search(r"\.([0#]+)", code)
            found.append(f"%{len(decimals.group(1)) if decimals else 0}")
        elif code and re.search(r"[ymdhs年月日]", code.lower()) and "general" not in code.lower():
            found.append("date")
        else:
            found.append("")
    return found


def column_number(letters: str) -> int:
    """Return the number of a column from its letters, A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
